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
from schema.files.aside import BrokenFile


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
    days = _tables(root, exchange, market, kind, columns, days_within(root, market, start, end), broken)
    months = _tables(root, exchange, market, kind, columns, months_within(root, market, start, end), broken)
    own = {day for day in days if day[:7] in months}
    if not own:
        return parquet.merged([*months.values(), *days.values()], columns)
    rows = without_days(parquet.merged(list(months.values()), columns), own)
    more = parquet.merged(list(days.values()), columns)
    return {name: np.concatenate([rows[name], more[name]]) for name in columns}


def without_days(rows: dict[str, Any], days: Iterable[str]) -> dict[str, Any]:
    """Rows but for those of some days."""
    numbers = [layout.day_start(day) // layout.DAY for day in days]
    keep = ~np.isin(rows["ts"] // layout.DAY, numbers)
    return {name: column[keep] for name, column in rows.items()}


def _tables(
    root: Path,
    exchange: str,
    market: str,
    kind: str,
    columns: Sequence[str],
    periods: Iterator[str],
    broken: list[BrokenFile] | None,
) -> dict[str, Any]:
    found = {}
    for period in periods:
        path = layout.data_file(root, exchange, market, period, kind)
        if path.exists():
            try:
                found[period] = parquet.table(path, columns)
            except FileNotFoundError:  # just moved into its month, which is read after the days
                continue
            except BrokenFile as error:
                if broken is None:
                    raise
                broken.append(error)
    return found
