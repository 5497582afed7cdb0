"""The files of one kind of data over a range: those of days, and those of months that are over.

A month's file is written before its days' files are removed, and what comes later for that month lies in day
files again, of the whole day, until the next compaction. So a day's file is never older than its month's, and
who looks at days first misses nothing that is moved meanwhile.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from schema.archive import layout, parquet
from schema.archive.columns import Columns
from schema.files.aside import BrokenFile
from schema.timeframes import TIMEFRAMES, seconds


def days_within(root: Path, market: str, start: float | None, end: float | None) -> Iterator[str]:
    """Days with a folder that [start, end) touches, in order."""
    first = "" if start is None else layout.day_of(start)
    for day in layout.list_days(root, market):
        if day >= first and (end is None or layout.day_start(day) < end):
            yield day


def months_within(root: Path, market: str, start: float | None, end: float | None) -> Iterator[str]:
    """Months with a folder that [start, end) touches, in order."""
    first = "" if start is None else layout.month_of(start)
    for month in layout.list_months(root, market):
        if month >= first and (end is None or layout.month_start(month) < end):
            yield month


def read_rows(
    root: Path,
    exchange: str,
    market: str,
    kind: str,
    columns: Sequence[str],
    start: float | None,
    end: float | None,
    broken: list[BrokenFile] | None = None,
) -> dict[str, Any]:
    """Stored rows of all days that [start, end) touches, and perhaps more: nothing is sorted, merged or cut.

    A day's file stands for its whole day: the month's rows of that day are left out. Empty where there is
    no file. Where `broken` is given it takes the files that cannot be read, and the others are read.

    Raises:
        BrokenFile: a file cannot be read.
    """
    found = _Files(root, exchange, market, kind, columns, broken)
    days = list(days_within(root, market, start, end))
    recent = Columns(columns, len(days) * _most_rows(kind))
    own = [day for day in days if found.read(day, recent)]
    months = list(months_within(root, market, start, end))
    rows = Columns(columns, len(months) * 31 * _most_rows(kind) + len(recent))
    for month in months:
        found.read(month, rows, [day for day in own if day[:7] == month])
    parquet.give_back()
    if not len(rows):
        return recent.taken()
    if len(recent):
        rows.append({name: [column] for name, column in recent.taken().items()})
    return rows.taken()


def without_days(rows: dict[str, Any], days: Iterable[str]) -> dict[str, Any]:
    """Rows but for those of some days."""
    keep = _outside(rows["ts"], days)
    return {name: column[keep] for name, column in rows.items()}


def _outside(ts: Any, days: Iterable[str]) -> Any:
    """A mask of the stamps that lie in none of these days."""
    numbers = [layout.day_start(day) // layout.DAY for day in days]
    return ~np.isin(ts // layout.DAY, numbers)


def _most_rows(kind: str) -> int:
    """Rows that a day can have; a guess for what is no candle."""
    return layout.DAY // seconds(kind) if kind in TIMEFRAMES else 24


class _Files:
    """Files of one kind of data, read into columns."""

    def __init__(
        self,
        root: Path,
        exchange: str,
        market: str,
        kind: str,
        columns: Sequence[str],
        broken: list[BrokenFile] | None,
    ) -> None:
        self._origin = root, exchange, market
        self._kind, self._columns, self._broken = kind, columns, broken

    def read(self, period: str, into: Columns, but: Sequence[str] = ()) -> bool:
        """Append the rows of a day or month, but for those of some days; tells whether there is a file."""
        path = layout.data_file(*self._origin, period, self._kind)
        if not path.exists():
            return False
        try:
            rows = parquet.numbers(path, self._columns)
        except FileNotFoundError:  # just moved into its month, which is read after the days
            return False
        except BrokenFile as error:
            if self._broken is None:
                raise
            self._broken.append(error)
            return False
        into.append(rows, _outside(np.concatenate(rows["ts"]), but) if but else None)
        return True
