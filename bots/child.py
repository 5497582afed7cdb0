"""Where a forked child begins: `main` becomes the process that the specification asks for, and ends in an
exit code.
"""

import importlib
import traceback
from collections.abc import Callable

from bots.process import BadSpec, Ending, Process, say
from schema.exits import ExitCode, Outcome
from schema.locks import LockHeld
from schema.readiness import Refused
from schema.spec import LaunchSpec

Program = Callable[[Process, LaunchSpec], Ending | None]

_TRACEBACK_LINES = 30


def main(spec: LaunchSpec, ready_fd: int) -> int:
    """Run one launch; the exit note is written when this returns.

    Programs return an `Ending`, or None: terminated where they were told to stop, else finished. They raise
    `BadSpec` (64), `OutsideTrouble` (75), or anything else (70).
    """
    return run_program(spec, ready_fd, lambda: program(spec))


def program(spec: LaunchSpec) -> Program:
    """The function that does the work; imported here, in the child, so that an edited file counts at the
    next start.
    """
    module, _, function = _entry(spec).partition(":")
    found: Program = getattr(importlib.import_module(module), function)
    return found


def _entry(spec: LaunchSpec) -> str:
    if spec.kind == "session":
        return "bots.runner.session:run"
    if spec.kind == "describe":
        return "bots.describe:run"
    if spec.kind == "agent" and spec.id == "sandbox":
        return "bots.sandbox.agent:run"
    if spec.kind == "agent" and spec.id.startswith("data-"):
        return "bots.agents.data.agent:run"
    raise BadSpec(f"there is no program for {spec.kind} {spec.id!r}")


def run_program(spec: LaunchSpec, ready_fd: int, load: Callable[[], Program]) -> int:
    """Become the process, run the program that `load` gives, and leave the exit note."""
    try:
        process = Process(spec, ready_fd)
    except LockHeld as error:
        say(ready_fd, Refused("already_running", str(error)))
        return ExitCode.OWN_ERROR
    except OSError as error:
        say(ready_fd, Refused("not_writable", f"cannot write {error.filename}: {error.strerror}"))
        return ExitCode.OUTSIDE
    ending = _run(process, load)
    if ending.outcome is Outcome.ERROR:
        process.fail(str(ending.details.get("code", "error")), ending.message, ending.details)
    return process.finish(ending.outcome, ending.code, ending.message, ending.details)


def _run(process: Process, load: Callable[[], Program]) -> Ending:
    try:
        ending = load()(process, process.spec)
    except BadSpec as error:
        if error.__cause__ is not None:  # such as what a strategy raised
            traceback.print_exc()
        return Ending(Outcome.ERROR, error.exit_code, error.message, {"code": error.code, **error.details})
    except (
        BaseException
    ) as error:  # also SystemExit: a strategy that calls exit() has not finished its session
        traceback.print_exc()
        return _unexpected(error)
    if ending is not None:
        return ending
    if process.stopping:
        return Ending(Outcome.TERMINATED)
    return Ending(Outcome.FINISHED)


def _unexpected(error: BaseException) -> Ending:
    lines = "".join(traceback.format_exception(error)).splitlines()
    return Ending(
        Outcome.ERROR,
        ExitCode.OWN_ERROR,
        f"{type(error).__name__}: {error}" if str(error) else type(error).__name__,
        {"code": "error", "traceback": lines[-_TRACEBACK_LINES:]},
    )
