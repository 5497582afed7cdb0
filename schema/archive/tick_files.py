"""The files of one day of trades or quotes: the day's own, and segments that are not in it yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from schema.archive import layout, parquet

Columns = dict[str, Any]
_TEXT = ("key", "side")
_MAY_BE_UNKNOWN = ("bid", "ask")


@dataclass(frozen=True)
class DayFiles:
    """What there is of one day, market, exchange and kind.

    Attributes:
        live: files to read, the day's own first.
        stale: segments that the day's own file already contains: a crash came before they were removed.
        segments: how many of `live` are segments.
        last: highest number of a segment that ever was.
    """

    live: list[Path]
    stale: list[Path]
    segments: int
    last: int


def day_files(root: Path, exchange: str, market: str, day: str, kind: str) -> DayFiles:
    """Raises BrokenFile where the day's own file cannot be read."""
    own: list[Path] = []
    segments: list[tuple[int, Path]] = []
    through = -1
    for file in layout.list_files(root, market, day):
        if (file.exchange, file.kind) != (exchange, kind):
            continue
        if file.segment is not None:
            segments.append((file.segment, file.path))
        else:
            own.append(file.path)
            told = parquet.contents(file.path)
            through = told.through if told else -1
    live = [path for number, path in segments if number > through]
    stale = [path for number, path in segments if number <= through]
    last = max([through, *(number for number, _ in segments)])
    return DayFiles([*own, *live], stale, len(live), last)


def read_files(paths: Sequence[Path]) -> Columns:
    """Rows of several files by time, those of the same time as they were stored. Empty without files."""
    tables = [parquet.read(path) for path in paths]
    if not tables:
        return {}
    columns = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    order = np.argsort(columns["ts"], kind="stable")
    return {name: column[order] for name, column in columns.items()}


def columns_of(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> Columns:
    """Columns of rows, numbers as float64.

    Raises:
        ValueError: a number that is none or is not finite, where it must be known.
    """
    columns: Columns = {}
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        if name in _TEXT:
            columns[name] = np.array([str(value) for value in values], dtype=object)
            continue
        columns[name] = np.array([float(value) for value in values], dtype=np.float64)
        unknown = ~np.isfinite(columns[name])
        if unknown.any() and (name not in _MAY_BE_UNKNOWN or np.isinf(columns[name]).any()):
            raise ValueError(f"{name} of row {int(np.flatnonzero(unknown)[0])} is no finite number")
    return columns
