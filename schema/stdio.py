"""Standard streams of a child: no input, and output into a capped file, never a pipe that breaks with its
reader.
"""

import io
import os
import sys
from pathlib import Path
from types import TracebackType

OUT_MAX_BYTES = 1_000_000


class CappedFile(io.RawIOBase):
    """Output file of a process, standing behind descriptors 1 and 2.

    At `limit` bytes the file becomes `<name>.1` and a new one begins, so that at most twice the limit stays
    on disk. A full disk costs the output, not the process.
    """

    def __init__(self, path: Path, limit: int = OUT_MAX_BYTES) -> None:
        super().__init__()
        self._path = path
        self._limit = limit
        self._open()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1

    def isatty(self) -> bool:
        return False

    def write(self, data: "bytes | bytearray | memoryview", /) -> int:  # type: ignore[override]
        block = bytes(data)[-self._limit :]
        try:
            if self._size + len(block) > self._limit:
                self._turn_over()
            self._size += os.write(1, block)
        except OSError:
            pass
        return len(data)

    def check(self) -> None:
        """Take in what others wrote past this object: C code, and programs that the process started."""
        try:
            self._size = os.fstat(1).st_size
            if self._size > self._limit:
                self._turn_over()
        except OSError:
            pass

    def _turn_over(self) -> None:
        self._path.replace(self._path.with_name(self._path.name + ".1"))
        self._open()

    def _open(self) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        self._size = os.fstat(descriptor).st_size
        os.close(descriptor)


def redirect(path: Path, limit: int = OUT_MAX_BYTES) -> CappedFile:
    """Point stdin to nothing, stdout and stderr to `path`; the file's owner is returned for its `check`.

    Raises OSError where `path` cannot be written.
    """
    file = CappedFile(path, limit)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115  stays open for the life of the process
    sys.stdout = sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(file), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )
    sys.excepthook = _to_stderr
    return file


def _to_stderr(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    import traceback

    traceback.print_exception(kind, error, trace, file=sys.stderr)
