"""The lock that says that a process of ours is alive: an open-file-description lock on `run/<name>.lock`.

The kernel drops it with the last descriptor, whatever ended the process, and anybody can ask for it
without taking it. The file says who took it last; that stays readable after the holder's end.
"""

import errno
import fcntl
import json
import os
import struct
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from schema.exits import boot_id, process_start_time
from schema.processes import all_pids, is_alive

_FLOCK = "hhqqi0q"  # struct flock: type, whence, start, length, pid; padded to its alignment
_READ_TRIES = 50
_READ_PAUSE = 0.001


@dataclass(frozen=True)
class LockInfo:
    """Who holds a lock, or held it last.

    Attributes:
        start: start time of the process in clock ticks since boot.
        run: launch number of the session or agent.
        boot: `boot_id()` of its time.
        at: wall clock, Unix seconds.
    """

    pid: int
    start: int
    run: int
    boot: str
    at: float

    def leader_alive(self) -> bool:
        """Whether the process that took the lock runs; one that it started may keep the lock beyond it."""
        return self.boot == boot_id() and is_alive(self.pid, self.start)


class LockHeld(Exception):
    """Somebody else holds the lock; `info` says who, where it is known."""

    def __init__(self, path: Path, info: LockInfo | None) -> None:
        holder = f"process {info.pid} (run {info.run})" if info else "another process"
        super().__init__(f"{path} is locked by {holder}")
        self.path = path
        self.info = info


@dataclass(frozen=True)
class LockState:
    held: bool
    info: LockInfo | None


class ProcessLock:
    """A lock that this process holds until `release` or its end."""

    def __init__(self, path: Path, descriptor: int, info: LockInfo) -> None:
        self.path = path
        self.info = info
        self._descriptor = descriptor

    @classmethod
    def acquire(cls, path: Path, run: int) -> "ProcessLock":
        """Lock `path` for this process and write into it who holds it.

        Raises:
            LockHeld: it is taken.
            OSError: the file cannot be written.
        """
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if not _try_lock(descriptor):
                    raise LockHeld(path, _read_info(path))
                if _is_at(descriptor, path):
                    info = LockInfo(os.getpid(), process_start_time(os.getpid()), run, boot_id(), time.time())
                    _write_info(descriptor, info)
                    return cls(path, descriptor, info)
            except BaseException:
                os.close(descriptor)
                raise
            os.close(
                descriptor
            )  # the file was removed between opening and locking: such a lock excludes nobody

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def probe(path: Path) -> LockState:
    """Who holds the lock, without taking it. A free lock tells who held it last; a missing file counts as
    free.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return LockState(False, None)
    try:
        held = _is_locked(descriptor)
        info = _parse(os.pread(descriptor, 4096, 0))
        for _ in range(_READ_TRIES if held and info is None else 0):
            time.sleep(_READ_PAUSE)  # its holder is between locking and writing
            info = _parse(os.pread(descriptor, 4096, 0))
            if info is not None:
                break
        return LockState(held, info)
    finally:
        os.close(descriptor)


def openers(path: Path) -> list[int]:
    """PIDs of the processes of this user that have the file open: whoever holds its lock is among them."""
    try:
        wanted = path.stat()
    except FileNotFoundError:
        return []
    return [pid for pid in all_pids() if _has_open(pid, (wanted.st_dev, wanted.st_ino))]


def _has_open(pid: int, file: tuple[int, int]) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    for name in names:
        try:
            found = os.stat(f"{folder}/{name}")
        except OSError:
            continue
        if (found.st_dev, found.st_ino) == file:
            return True
    return False


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _whole_file(fcntl.F_WRLCK))
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True


def _is_locked(descriptor: int) -> bool:
    answer: bytes = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, _whole_file(fcntl.F_WRLCK))
    kind: int = struct.unpack(_FLOCK, answer)[0]
    return kind != fcntl.F_UNLCK


def _whole_file(kind: int) -> bytes:
    return struct.pack(_FLOCK, kind, os.SEEK_SET, 0, 0, 0)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    here = os.fstat(descriptor)
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)


def _write_info(descriptor: int, info: LockInfo) -> None:
    data = json.dumps(asdict(info)).encode() + b"\n"
    os.pwrite(descriptor, data, 0)  # first the new text, then the cut: a reader never finds the file empty
    os.ftruncate(descriptor, len(data))


def _read_info(path: Path) -> LockInfo | None:
    try:
        return _parse(path.read_bytes())
    except OSError:
        return None


def _parse(data: bytes) -> LockInfo | None:
    try:
        return LockInfo(**json.loads(data.partition(b"\n")[0]))
    except (ValueError, TypeError):
        return None
