"""The files of one kind of data over a range: those of days, and those of months that are over.

A month's file is written before its days' files are removed, and what comes later for that month lies in day
files again until the next compaction. So a day's file is never older than its month's, and who looks at days
first misses nothing that is moved meanwhile.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from schema.archive import layout, parquet


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
) -> dict[str, Any]:
    """Stored rows of all days that [start, end) touches: months first, so that the last of a stamp counts.

    Nothing is sorted, merged or cut. Empty where there is no file.

    Raises:
        BrokenFile: a file cannot be read.
    """
    days = _tables(root, exchange, market, kind, columns, days_within(root, market, start, end))
    months = _tables(root, exchange, market, kind, columns, months_within(root, market, start, end))
    return parquet.merged([*months, *days], columns)


def _tables(
    root: Path, exchange: str, market: str, kind: str, columns: Sequence[str], periods: Iterator[str]
) -> list[Any]:
    found = []
    for period in periods:
        path = layout.data_file(root, exchange, market, period, kind)
        if path.exists():
            try:
                found.append(parquet.table(path, columns))
            except FileNotFoundError:  # just moved into its month, which is read after the days
                continue
    return found
