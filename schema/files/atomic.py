"""Files that are replaced whole: a reader sees old or new content, never a mixture, also after a crash."""

import contextlib
import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from schema.files import exact

_serial = itertools.count()


def write_atomic(path: Path, data: bytes) -> None:
    """Write beside, sync, rename over `path`, sync the folder.

    Raises OSError, leaving the old file and nothing beside it: disk full, folder missing.
    """
    _write_beside(path, data, os.rename)


def write_new(path: Path, data: bytes) -> None:
    """As `write_atomic`, for a file that must not be there yet: of two writers one gets the name.

    Raises FileExistsError, OSError.
    """
    _write_beside(path, data, os.link)


def _write_beside(path: Path, data: bytes, put: Callable[[Path, Path], None]) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.{next(_serial)}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        put(beside, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()
    sync_folder(path.parent)


def remove_leftovers(folder: Path, names: str) -> None:
    """Remove what writers of files of these names (a pattern) left beside them when they were killed."""
    for left in folder.glob(f".{names}.*.tmp"):
        writer = left.name.split(".")[-3]
        if writer.isdigit() and not _is_alive(int(writer)):
            left.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def write_json(path: Path, value: Any) -> None:
    """Write one JSON value atomically, Decimals exactly. Raises ValueError for what JSON cannot hold."""
    write_atomic(path, exact.dumps(value).encode() + b"\n")


def sync_folder(folder: Path) -> None:
    """Make renames, new and removed names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
