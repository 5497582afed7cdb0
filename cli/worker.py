"""Runs a task of `bots` as a process of its own and reads what it tells, one JSON object a line.

The command line never imports trading code: they meet on a pipe.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from cli.errors import CommandError, Exit


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
    process.stdin.write(json.dumps(request))
    process.stdin.close()
    return _followed(task, process, forward_interrupt)


def _followed(task: str, process: "subprocess.Popen[str]", forward: bool) -> Iterator[dict[str, Any]]:
    with process, _interrupts_go_to(process) if forward else nullcontext():
        try:
            yield from _messages(process.stdout)
        finally:
            process.terminate()
    if process.returncode not in (0, -15):
        raise CommandError(f"the {task} ended with exit code {process.returncode}")


@contextmanager
def _interrupts_go_to(process: "subprocess.Popen[str]") -> Iterator[None]:
    before = signal.signal(signal.SIGINT, lambda number, frame: process.send_signal(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _messages(lines: Any) -> Iterator[dict[str, Any]]:
    for line in lines:
        message = json.loads(line)
        if message["type"] == "error":
            raise CommandError(message["message"], _code(message.get("code")), message.get("details"))
        yield message
        if message["type"] == "result":
            return
    raise CommandError("the task ended before it had a result")


def _code(code: str | None) -> Exit:
    return {"invalid": Exit.INVALID, "outside": Exit.UNAVAILABLE, "not_found": Exit.NOT_FOUND}.get(
        code or "", Exit.FAILED
    )
