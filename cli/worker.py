"""Runs a task of `bots` as a process of its own and reads what it tells, one JSON object a line.

The command line never imports trading code: they meet on a pipe.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from cli.errors import CommandError, Exit
from schema.processes import exit_in_words


def run_task(
    task: str, request: dict[str, Any], *, forward_interrupt: bool = False
) -> Iterator[dict[str, Any]]:
    """Messages of `python -m bots <task>`; the last has `"type": "result"`. The task runs from this call on.

    With `forward_interrupt` Ctrl-C goes to the task, which ends itself with a result.

    Raises:
        CommandError: the task told an error, or ended without a result.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "bots", task],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Of its own session it gets Ctrl-C from us alone, once.
        start_new_session=forward_interrupt,
    )
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as stdin:  # one that has died says so by its exit code
        stdin.write(json.dumps(request))
    return _followed(task, process, forward_interrupt)


def _followed(task: str, process: "subprocess.Popen[str]", forward: bool) -> Iterator[dict[str, Any]]:
    with process, _interrupts_go_to(process) if forward else nullcontext():
        try:
            yield from _messages(process.stdout)
        except _NoResult:
            raise CommandError(f"the {task} {exit_in_words(process.wait())} before it had a result") from None
        finally:
            process.terminate()
    if process.returncode not in (0, -signal.SIGTERM):
        raise CommandError(f"the {task} {exit_in_words(process.returncode)}")


@contextmanager
def _interrupts_go_to(process: "subprocess.Popen[str]") -> Iterator[None]:
    before = signal.signal(signal.SIGINT, lambda number, frame: process.send_signal(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _NoResult(Exception):
    """The task ended without one."""


def _messages(lines: Any) -> Iterator[dict[str, Any]]:
    for line in lines:
        if not line.endswith("\n"):
            break  # it was killed while it wrote
        message = json.loads(line)
        if message["type"] == "error":
            raise CommandError(message["message"], _code(message.get("code")), message.get("details"))
        yield message
        if message["type"] == "result":
            return
    raise _NoResult


def _code(code: str | None) -> Exit:
    return {"invalid": Exit.INVALID, "outside": Exit.UNAVAILABLE, "not_found": Exit.NOT_FOUND}.get(
        code or "", Exit.FAILED
    )
