"""Making a trades file whole again: what a crash, a full disk or an editor left gets the one layout back.

Whole rows are never lost. A half-written row at the end is cut: it had not counted, since a trade counts
only after its sync. Anything else that is no row is taken out too, but the old file is then kept.
"""

import os
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from schema.files import rows, trade_index
from schema.files.aside import keep_aside
from schema.files.atomic import sync_folder, write_atomic

_FIRST_ROW = len(rows.OPENING) + 1
_LONGEST_LINE = 16 * 1024 * 1024


@dataclass
class _Scan:
    """What a pass over the whole file found.

    Attributes:
        offsets: where whole rows begin.
        end: first byte behind the last whole row, its comma and line end not counted.
        orderly: rows follow each other from the first line on, with commas between; only the end may be torn.
        size: of the file.
    """

    offsets: "array[int]"
    end: int
    orderly: bool
    size: int


def mend(path: Path) -> str | None:
    """Create the file, or bring it and its index into order. Returns a sentence for the log if it mended.

    Raises OSError where the file cannot be read or written; nothing is lost then.
    """
    if not path.exists():
        _start_empty(path)
        return None
    if _healthy(path):
        return None
    with path.open("rb") as file:
        beginning = file.read(2)
    if not b"[\n".startswith(beginning):
        return _mend_foreign(path)
    scan = _scan(path)
    if not scan.orderly:
        return _rewrite(path, scan)
    return _cut(path, scan)


def _start_empty(path: Path) -> None:
    write_atomic(path, rows.OPENING + rows.CLOSING)
    trade_index.save(path, array("Q"))


def _healthy(path: Path) -> bool:
    """Whether index and file agree: offsets rise from the first row to a whole row that is the last."""
    offsets = trade_index.load(path)
    if offsets is None:
        return False
    with path.open("rb") as file:
        if not offsets:
            return file.read(8) == rows.OPENING + rows.CLOSING
        if offsets[0] != _FIRST_ROW or any(a >= b for a, b in pairwise(offsets)):
            return False
        if not 0 <= os.fstat(file.fileno()).st_size - offsets[-1] <= _LONGEST_LINE:
            return False
        file.seek(offsets[-1] - 1)
        last = file.read()
    if not (last.startswith(b"\n{") and last.endswith(rows.CLOSING)):
        return False
    return rows.decode(last.removesuffix(rows.CLOSING)) is not None


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Offset and bytes of every line behind the opening bracket's."""
    with path.open("rb") as file:
        offset = len(file.readline(_LONGEST_LINE))
        while line := file.readline(_LONGEST_LINE):
            yield offset, line
            offset += len(line)


def _scan(path: Path) -> _Scan:
    scan = _Scan(array("Q"), len(rows.OPENING), True, path.stat().st_size)
    strange = False  # something that is no row has been seen: a row behind it breaks the order
    comma = True  # the row before has its comma
    for offset, line in _lines(path):
        text = line.rstrip(b"\n")
        if rows.decode(line) is None or not line.startswith(b"{"):
            strange = True
            continue
        scan.orderly = scan.orderly and comma and not strange
        comma = text.endswith(b",")
        scan.offsets.append(offset)
        scan.end = offset + len(text.removesuffix(b","))
    return scan


def _cut(path: Path, scan: _Scan) -> str:
    """Put the closing bracket right behind the last whole row and cut the rest."""
    whole = scan.end + len(rows.CLOSING)
    with path.open("r+b", buffering=0) as file:
        torn = os.pread(file.fileno(), len(rows.CLOSING) + 1, scan.end) != rows.CLOSING
        if torn:
            if os.pwrite(file.fileno(), rows.CLOSING, scan.end) != len(rows.CLOSING):
                raise OSError(f"no space to mend {path.name}")
            os.ftruncate(file.fileno(), whole)
            os.fsync(file.fileno())
    trade_index.save(path, scan.offsets)
    if not torn:
        return f"rebuilt the index of {path.name}: {len(scan.offsets)} trades"
    cut, kept = max(scan.size - scan.end, 0), len(scan.offsets)
    return f"mended the torn end of {path.name}: cut {cut} bytes behind the last of {kept} whole trades"


def _rewrite(path: Path, scan: _Scan) -> str:
    """Copy the whole rows into a new file; the old one stays beside."""
    wanted = frozenset(scan.offsets)
    lines = (line.rstrip(b"\n").removesuffix(b",") for offset, line in _lines(path) if offset in wanted)
    kept = _replace(path, lines)
    return f"mended {path.name}: kept {len(scan.offsets)} whole trades; the file as it was is {kept.name}"


def _mend_foreign(path: Path) -> str:
    """A file that does not begin as ours do: another layout of the same array, or something else."""
    trades = rows.foreign_array(path.read_bytes())
    if trades is None:
        kept = keep_aside(path)
        _start_empty(path)
        return f"{path.name} held no trades and was not readable; kept as {kept.name}, started anew"
    kept = _replace(path, (rows.encode(trade) for trade in trades))
    return f"{path.name} had another layout: wrote its {len(trades)} trades anew, kept the old as {kept.name}"


def _replace(path: Path, lines: Iterator[bytes]) -> Path:
    """Write rows into a new file and exchange the two. Returns where the old one is now."""
    offsets = array("Q")
    beside = path.with_name(f".{path.name}.{os.getpid()}.mend")
    with beside.open("wb") as file:
        file.write(rows.OPENING)
        for line in lines:
            file.write(b",\n" if offsets else b"\n")
            offsets.append(file.tell())
            file.write(line)
        file.write(rows.CLOSING)
        file.flush()
        os.fsync(file.fileno())
    kept = keep_aside(path)
    beside.rename(path)
    sync_folder(path.parent)
    trade_index.save(path, offsets)
    return kept
