"""The results of a sweep on disk: a header that says what was swept, then a line for each finished set.

A line is written in one piece as soon as its set is done, so that whatever ends the sweep costs at most the
sets that were being run; a torn last line is cut off when the file is opened again.
"""

import fcntl
import json
import os
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

_VERSION = 1


class SweepError(Exception):
    """A sweep's file that is not there, is of another sweep, or is in use."""


@dataclass(frozen=True)
class Row:
    """One finished set: its figures, or the error that it ended with.

    Attributes:
        number: place of the set in the grid.
    """

    number: int
    figures: Mapping[str, Any] | None = None
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        told = {"error": self.error} if self.figures is None else {"figures": self.figures}
        return {"set": self.number, **told}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Row":
        return cls(int(data["set"]), data.get("figures"), str(data.get("error", "")))


def new_id(now: float) -> str:
    """An id that sorts by time: 20260131-120000-4f2a."""
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime(now)) + "-" + secrets.token_hex(2)


def read_header(folder: Path, id: str) -> dict[str, Any]:
    """What the sweep `id` was asked for. Raises SweepError."""
    try:
        with _path(folder, id).open("rb") as file:
            return _header(id, file.readline())
    except FileNotFoundError:
        raise SweepError(f"there is no sweep {id!r} in {folder}") from None


class Store:
    """The open file of one sweep; nobody else can open it meanwhile. A context manager.

    Attributes:
        rows: every finished set by its number; of a set that was run again, the newest.
        mended: bytes of a torn last line that were cut off.
    """

    def __init__(self, folder: Path, id: str, descriptor: int, header: Mapping[str, Any]) -> None:
        self.id, self.header, self.path = id, header, _path(folder, id)
        self.rows: dict[int, Row] = {}
        self.mended = 0
        self._descriptor = descriptor

    @classmethod
    def create(cls, folder: Path, id: str, identity: Mapping[str, Any]) -> "Store":
        """A new file with its header. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(_path(folder, id), flags, 0o644)
        header = {"version": _VERSION, "sweep": id, **identity}
        store = cls(folder, id, descriptor, header)
        store._lock()
        store._write(header)
        os.fsync(descriptor)
        return store

    @classmethod
    def resume(cls, folder: Path, id: str, identity: Mapping[str, Any]) -> "Store":
        """The file of an earlier sweep of the very same things, mended and read.

        Raises:
            SweepError: there is none, it is in use, or it is of something else; names every difference.
        """
        header = read_header(folder, id)
        if different := differences(header, identity):
            raise SweepError(
                f"sweep {id} cannot be resumed, since it was of something else: " + "; ".join(different)
            )
        descriptor = os.open(_path(folder, id), os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        store = cls(folder, id, descriptor, header)
        try:
            store._lock()
            store._read()
        except BaseException:
            os.close(descriptor)
            raise
        return store

    def add(self, row: Row) -> None:
        """Keep a finished set. Raises OSError; a half-written line is taken back first."""
        self._write(row.to_json())
        self.rows[row.number] = row

    def close(self) -> None:
        os.fsync(self._descriptor)
        os.close(self._descriptor)

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SweepError(f"sweep {self.id} is being run by another process") from None

    def _read(self) -> None:
        with self.path.open("rb") as file:
            content = file.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            self.mended = len(content) - whole
            os.ftruncate(self._descriptor, whole)
        for number, line in enumerate(content[:whole].splitlines()[1:], 2):
            try:
                row = Row.from_json(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                raise SweepError(f"{self.path}, line {number} cannot be read") from None
            self.rows[row.number] = row

    def _write(self, data: Mapping[str, Any]) -> None:
        line = json.dumps(data, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        end = os.fstat(self._descriptor).st_size
        try:
            written = os.write(self._descriptor, line)
            if written < len(line):
                raise OSError(f"{self.path}: only {written} of {len(line)} bytes could be written")
        except OSError:
            os.ftruncate(self._descriptor, end)
            raise


def differences(header: Mapping[str, Any], identity: Mapping[str, Any]) -> list[str]:
    """In what two descriptions of a sweep differ, a sentence each."""
    told = []
    for name, value in json.loads(json.dumps(identity)).items():
        before = header.get(name)
        if before != value:
            told.append(f"{name} was {_short(before)} and is {_short(value)}")
    return told


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _path(folder: Path, id: str) -> Path:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", id):
        raise SweepError(f"{id!r} is no id of a sweep")
    return folder / f"{id}.jsonl"


def _header(id: str, line: bytes) -> dict[str, Any]:
    try:
        header = json.loads(line)
        version = header["version"]
    except (ValueError, KeyError, TypeError):
        raise SweepError(f"the file of sweep {id} has no readable header") from None
    if version != _VERSION:
        raise SweepError(f"sweep {id} was written in format {version}, this reads {_VERSION}")
    found: dict[str, Any] = header
    return found
