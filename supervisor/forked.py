"""The first moments of a child, between the zygote's fork and its entry point."""

import contextlib
import gc
import os
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

from schema import readiness
from schema.exits import ExitCode
from schema.spec import LaunchSpec

Entry = Callable[[LaunchSpec, int], int]

_LAST_RESORT = ExitCode.OWN_ERROR


def run_child(entry: Entry, spec_fd: int, ready_fd: int, let_go: Callable[[], None]) -> NoReturn:
    """Lead a session and process group of its own, keep nothing of the zygote, run `entry`, never return.

    Signals stay blocked: `entry` lets them in when its handlers stand.
    """
    code: int = _LAST_RESORT
    try:
        os.setsid()
        let_go()
        _close_all_but(spec_fd, ready_fd)
        gc.enable()
        code = _run(entry, spec_fd, ready_fd)
    except BaseException:
        traceback.print_exc()
    finally:
        # Not sys.exit: what the zygote registered for its own end is not the child's to run.
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _run(entry: Entry, spec_fd: int, ready_fd: int) -> int:
    try:
        with open(spec_fd, "rb") as file:
            spec = LaunchSpec.from_json(file.read())
    except ValueError as error:
        with open(ready_fd, "wb", buffering=0) as out:
            out.write(readiness.encode(readiness.Refused("bad_spec", str(error))))
        return ExitCode.BAD_SPEC
    os.set_inheritable(ready_fd, False)
    return entry(spec, ready_fd)


def _close_all_but(*kept: int) -> None:
    for name in os.listdir("/proc/self/fd"):
        descriptor = int(name)
        if descriptor > 2 and descriptor not in kept:
            with contextlib.suppress(OSError):  # the one that listed the folder is closed already
                os.close(descriptor)
