"""One `up` a home, and what one that was killed has left running."""

import json
import os
import signal
from dataclasses import dataclass
from select import poll

from cli.up.part import Part
from schema.exits import boot_id
from schema.files.atomic import write_json
from schema.home import Home
from schema.locks import LockHeld, ProcessLock
from schema.processes import is_alive, read_stat

_NAME = "up"


class AlreadyUp(Exception):
    """Another `up` runs on this home; the text says which."""


@dataclass(frozen=True)
class _Left:
    """A part of an earlier `up` that still runs."""

    name: str
    pid: int
    start: int


def take_home(home: Home) -> ProcessLock:
    """Lock the home for this `up`.

    Raises:
        AlreadyUp: another one runs.
    """
    try:
        return ProcessLock.acquire(home.lock(_NAME), run=0)
    except LockHeld as held:
        pid = f"process {held.info.pid}" if held.info else "another process"
        raise AlreadyUp(
            f"Botyard already runs on {home.root} ({pid}): end it there with Ctrl-C, "
            "or choose another home with BOTYARD_HOME"
        ) from None


def record_parts(home: Home, parts: list[Part]) -> None:
    """Write down what runs, for the next `up` should this one be killed."""
    running = {part.name: read_stat(part.pid) for part in parts if part.pid is not None}
    left = {name: [stat.pid, stat.start] for name, stat in running.items() if stat}
    write_json(home.run / "up.json", {"boot": boot_id(), "parts": left})


def end_leftovers(home: Home, seconds: float) -> list[str]:
    """End the parts of an `up` that was killed; the kernel has told them already, so mostly they are gone.

    Sessions are no parts: they run on, and the new daemon takes them over.

    Args:
        seconds: how long one may take before it is killed.

    Returns:
        The names of those that still ran.
    """
    left = _still_running(home)
    for part in left:
        _end(part, seconds)
    return [part.name for part in left]


def _still_running(home: Home) -> list[_Left]:
    try:
        record = json.loads((home.run / "up.json").read_text())
        if record["boot"] != boot_id():
            return []
        parts = [_Left(name, int(pid), int(start)) for name, (pid, start) in record["parts"].items()]
    except (OSError, ValueError, TypeError, KeyError):
        return []
    return [part for part in parts if is_alive(part.pid, part.start)]


def _end(part: _Left, seconds: float) -> None:
    try:
        process = os.pidfd_open(part.pid)
    except ProcessLookupError:
        return
    try:
        if not is_alive(part.pid, part.start):
            return
        signal.pidfd_send_signal(process, signal.SIGTERM)
        ended = poll()
        ended.register(process)
        if not ended.poll(seconds * 1000):
            os.killpg(part.pid, signal.SIGKILL)
            ended.poll(seconds * 1000)
    except ProcessLookupError:
        return
    finally:
        os.close(process)
