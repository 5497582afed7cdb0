"""Which files hold one day of trades or quotes: its month's, the day's own, and segments in neither yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from schema.archive import layout, parquet
from schema.archive.parquet import Part

Columns = dict[str, Any]
_TEXT = ("key", "side")
_MAY_BE_UNKNOWN = ("bid", "ask")


@dataclass(frozen=True)
class DayFiles:
    """The files of one day of one market, exchange and kind.

    Attributes:
        month: its rows in the file of its month, where that has any.
        live: files of the day to read as well, the day's own first.
        stale: files whose rows are in the month's or the day's own: a crash came before their removal.
        segments: how many of `live` are segments.
        last: highest number that a segment ever had.
    """

    month: Part | None
    live: list[Path]
    stale: list[Path]
    segments: int
    last: int

    @property
    def parts(self) -> list[Part]:
        """Everything to read."""
        return [*([self.month] if self.month else []), *map(Part, self.live)]


def day_files(root: Path, exchange: str, market: str, day: str, kind: str) -> DayFiles:
    """Raises BrokenFile where the day's own file or its month's cannot be read."""
    own: dict[Path, int] = {}
    segments: dict[Path, int] = {}
    # The days before the month: what is moved meanwhile is then in the month.
    for file in layout.list_files(root, market, day):
        if (file.exchange, file.kind) != (exchange, kind):
            continue
        if file.segment is not None:
            segments[file.path] = file.segment
        elif (through := _through(file.path)) is not None:
            own[file.path] = through
    month, moved = _month(root, exchange, market, day, kind)
    own_live = [path for path, through in own.items() if month is None or through > moved]
    stored = max([moved, *own.values()])
    live = [path for path, number in segments.items() if number > stored]
    stale = [path for path in (*own, *segments) if path not in (*own_live, *live)]
    return DayFiles(month, [*own_live, *live], stale, len(live), max([stored, *segments.values()]))


def _through(path: Path) -> int | None:
    """Number of the last segment that is in a day's own file; None where that was just moved away."""
    try:
        told = parquet.contents(path)
    except FileNotFoundError:
        return None
    return told.through if told else -1


def _month(root: Path, exchange: str, market: str, day: str, kind: str) -> tuple[Part | None, int]:
    """The day's rows in its month's file, and the last segment that went into them."""
    path = layout.data_file(root, exchange, market, day[:7], kind)
    try:
        told = parquet.contents(path) if path.exists() else None
    except FileNotFoundError:
        told = None
    if told is None or day not in told.days:
        return None, -1
    return Part(path, list(told.days).index(day)), told.days[day]


def tick_days(root: Path, exchange: str, market: str, kind: str) -> list[str]:
    """Days that have any rows, ascending; also those that only a month's file has.

    Raises BrokenFile where a month's file cannot be read.
    """
    found = set(layout.list_days(root, market))
    for month in layout.list_months(root, market):
        path = layout.data_file(root, exchange, market, month, kind)
        if path.exists() and (told := parquet.contents(path)):
            found.update(told.days)
    return sorted(found)


def read_files(parts: Sequence[Part], names: Sequence[str] | None = None) -> Columns:
    """Rows of several files by time, those of the same time as they were stored. Empty without files.

    Raises BrokenFile, or FileNotFoundError where one was merged into another since it was listed.
    """
    columns = parquet.read_all(parts, names)
    if not columns or (np.diff(columns["ts"]) >= 0).all():
        return columns
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
