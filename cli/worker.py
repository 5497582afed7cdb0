"""Runs a task of `bots` as a process of its own and reads what it tells, one JSON object a line.

The command line never imports trading code: they meet on a pipe.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from cli.client import CommandError, Exit


def run_task(task: str, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Messages of `python -m bots <task>`; the last has `"type": "result"`.

    Raises:
        CommandError: the task told an error, or ended without a result.
    """
    command = [sys.executable, "-m", "bots", task]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(request))
            process.stdin.close()
            yield from _messages(process.stdout)
        finally:
            process.terminate()
    if process.returncode not in (0, -15):
        raise CommandError(f"the {task} ended with exit code {process.returncode}")


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
