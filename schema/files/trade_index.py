"""The index beside a trades file: where each row begins, one little-endian u64 a row.

It is a convenience and never the truth: whoever opens the trades file checks it against the file.
"""

import os
import sys
from array import array
from pathlib import Path

from schema.files.atomic import write_atomic

ENTRY = 8


def index_path(trades: Path) -> Path:
    """trades_<id>.json -> trades_<id>.idx"""
    return trades.with_suffix(".idx")


def pack(offsets: "array[int]") -> bytes:
    if sys.byteorder == "big":
        offsets = array("Q", offsets)
        offsets.byteswap()
    return offsets.tobytes()


def unpack(data: bytes) -> "array[int]":
    """Entries of an index; a torn entry at the end is left out."""
    offsets = array("Q")
    offsets.frombytes(data[: len(data) // ENTRY * ENTRY])
    if sys.byteorder == "big":
        offsets.byteswap()
    return offsets


def load(trades: Path) -> "array[int] | None":
    """The whole index of a trades file; None where there is none, or where it ends in a torn entry."""
    try:
        data = index_path(trades).read_bytes()
    except FileNotFoundError:
        return None
    return None if len(data) % ENTRY else unpack(data)


def save(trades: Path, offsets: "array[int]") -> None:
    write_atomic(index_path(trades), pack(offsets))


def read_entries(descriptor: int, first: int, number: int) -> "array[int]":
    """Entries `first` to `first + number` of an open index; fewer where it ends."""
    return unpack(os.pread(descriptor, number * ENTRY, first * ENTRY))
