"""What a process is asked to be (`run/<name>.want`) and what it says that it is (`run/<name>.is`)."""

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

Wanted = Literal["running", "paused", "stopped"]
T = TypeVar("T")


@dataclass(frozen=True)
class Want:
    """Written by the daemon, read by the process at SIGUSR1, and by the next daemon.

    Attributes:
        run: the launch it is meant for; an older one's process ignores it.
        relaunch: this run was started by the daemon itself, not asked for by a user.
    """

    run: int
    state: Wanted
    relaunch: bool = False


@dataclass(frozen=True)
class Actual:
    """Written by the process; the first one says that it became ready."""

    run: int
    pid: int
    state: Literal["running", "paused"]


def write_want(path: Path, want: Want) -> None:
    _replace(path, asdict(want))


def read_want(path: Path) -> Want | None:
    return _read(path, Want)


def write_actual(path: Path, actual: Actual) -> None:
    _replace(path, asdict(actual))


def read_actual(path: Path) -> Actual | None:
    return _read(path, Actual)


def _replace(path: Path, value: dict[str, Any]) -> None:
    """Replace the file whole, without syncing: it says nothing that should outlive the machine's life."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_text(json.dumps(value) + "\n")
        beside.rename(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return kind(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
