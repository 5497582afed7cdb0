"""Making a trades file whole again: what a crash, a full disk or an editor left gets the one layout back.

Whole rows are never lost. A half-written row at the end is cut: it had not counted, since a trade counts
only after its sync. Anything else that is no row is taken out too, but the old file is then kept.
"""

import errno
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
        closed: right behind the last row comes the closing bracket, and nothing else.
        size: of the file.
    """

    offsets: "array[int]"
    end: int
    orderly: bool
    closed: bool
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
    scan = _scan(path)
    if scan.orderly and scan.closed:
        trade_index.save(path, scan.offsets)
        return f"rebuilt the index of {path.name}: {len(scan.offsets)} trades"
    if (trades := rows.foreign_array(path)) is not None:
        kept = _replace(path, (rows.encode(trade) for trade in trades))
        return f"{path.name} had another layout: wrote its {len(trades)} trades anew, the old is {kept.name}"
    if not scan.offsets:
        return _begin_anew(path)
    return _cut(path, scan) if scan.orderly else _rewrite(path, scan)


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
    """Offset and bytes of every line."""
    offset = 0
    with path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            yield offset, line
            offset += len(line)


def _scan(path: Path) -> _Scan:
    scan = _Scan(array("Q"), len(rows.OPENING), True, False, path.stat().st_size)
    strange = True  # something that is no row came before: a row behind it breaks the order
    comma = True  # the row before has its comma
    for offset, line in _lines(path):
        row = rows.leading(line)
        if row is None:
            strange = (offset, line) != (0, rows.OPENING + b"\n")
            continue
        scan.orderly = scan.orderly and comma and not strange
        behind = line[len(row) :]
        comma = behind.startswith(b",")
        strange = behind not in (b",\n", b"\n")
        scan.offsets.append(offset)
        scan.end = offset + len(row)
    with path.open("rb") as file:
        file.seek(scan.end)
        scan.closed = file.read(len(rows.CLOSING) + 1) == rows.CLOSING
        scan.orderly = scan.orderly and (bool(scan.offsets) or scan.closed)
    return scan


def _cut(path: Path, scan: _Scan) -> str:
    """Put the closing bracket right behind the last whole row and cut the rest."""
    with path.open("r+b", buffering=0) as file:
        if os.pwrite(file.fileno(), rows.CLOSING, scan.end) != len(rows.CLOSING):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        os.ftruncate(file.fileno(), scan.end + len(rows.CLOSING))
        os.fsync(file.fileno())
    trade_index.save(path, scan.offsets)
    cut, kept = max(scan.size - scan.end, 0), len(scan.offsets)
    return f"mended the torn end of {path.name}: cut {cut} bytes behind the last of {kept} whole trades"


def _rewrite(path: Path, scan: _Scan) -> str:
    """Copy the whole rows into a new file; the old one stays beside."""
    wanted = frozenset(scan.offsets)
    found = (rows.leading(line) for offset, line in _lines(path) if offset in wanted)
    kept = _replace(path, (row for row in found if row is not None))
    return f"mended {path.name}: kept {len(scan.offsets)} whole trades; the file as it was is {kept.name}"


def _begin_anew(path: Path) -> str:
    """There is no trade in it. Half of a first trade had not counted; anything else is kept aside."""
    content = path.read_bytes()
    beginning, rest = content[:2], content[2:]
    half_a_trade = rest.startswith(b"{") and b"\n" not in rest
    if b"[\n".startswith(beginning) and (half_a_trade or b"]\n".startswith(rest)):
        _start_empty(path)
        return f"mended {path.name}: its {len(content)} bytes held no whole trade"
    kept = keep_aside(path)
    _start_empty(path)
    return f"{path.name} held no trades and was not readable; kept as {kept.name}, started anew"


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
