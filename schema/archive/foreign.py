"""Reading tables that others wrote: feather, parquet, CSV; columns by name, times in any usual form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_TIME_COLUMNS = ("date", "time", "timestamp", "datetime", "ts")
_UNITS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
_EARLIEST = 1_000_000_000  # 2001: a smaller number is no epoch second of a market


class ImportFailed(ValueError):
    """A file cannot be taken. The text names the file and what is wrong."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True)
class Table:
    """A table as it was read; `columns` by name in small letters."""

    path: Path
    rows: int
    columns: dict[str, Any]


def read_table(path: Path) -> Table:
    """Read a file by what it begins with, not by its name.

    Raises:
        ImportFailed: missing, unreadable, or none of the three formats.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(6)
        if not beginning:
            raise ImportFailed(path, "the file is empty")
        table = _read(path, beginning)
    except OSError as error:
        raise ImportFailed(path, error.strerror or str(error)) from None
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise ImportFailed(path, f"no feather, parquet or CSV file: {str(error).splitlines()[0]}") from None
    names = [str(name).strip().lower().lstrip("\ufeff") for name in table.column_names]
    return Table(path, table.num_rows, dict(zip(names, table.columns, strict=True)))


def _read(path: Path, beginning: bytes) -> Any:
    if beginning.startswith((b"ARROW1", b"FEA1")):
        return pyarrow.feather.read_table(path, use_threads=False, memory_map=False)
    if beginning.startswith(b"PAR1"):
        return pq.read_table(path, use_threads=False)
    if b"\0" in beginning:
        raise ImportFailed(path, "no feather, parquet or CSV file: it begins with bytes that are no text")
    return pyarrow.csv.read_csv(path, read_options=pyarrow.csv.ReadOptions(use_threads=False))


def numbers(table: Table, name: str) -> Floats:
    """A column as floats; a cell without a value becomes NaN.

    Raises:
        ImportFailed: no such column, or text in it.
    """
    if name not in table.columns:
        there = ", ".join(table.columns) or "none"
        raise ImportFailed(table.path, f"it has no column {name!r}; its columns are {there}")
    try:
        return np.asarray(table.columns[name].cast(pa.float64()).to_numpy(), dtype=np.float64)
    except pa.ArrowException:
        where = _first_that_is_not(table.columns[name], float)
        raise ImportFailed(
            table.path, f"column {name!r} holds something else than numbers: {where}"
        ) from None


def texts(table: Table, name: str) -> list[str]:
    """A column as text, whatever it holds; a cell without a value is an empty one. Raises ImportFailed."""
    if name not in table.columns:
        there = ", ".join(table.columns) or "none"
        raise ImportFailed(table.path, f"it has no column {name!r}; its columns are {there}")
    return ["" if value is None else str(value) for value in table.columns[name].to_pylist()]


def stamps(table: Table) -> Floats:
    """The time column as Unix seconds, NaN where a cell has none.

    Times with a zone are moved to UTC, times without are taken as UTC, numbers as epoch seconds, or as
    milli-, micro- or nanoseconds where they are that large.

    Raises:
        ImportFailed: no time column, or one that holds no times.
    """
    name = next((name for name in _TIME_COLUMNS if name in table.columns), None)
    if name is None:
        raise ImportFailed(table.path, f"it has no time column; one of {', '.join(_TIME_COLUMNS)} is needed")
    column = table.columns[name]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = _from_text(table.path, name, column)
    if pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("s"))
    if pa.types.is_timestamp(column.type):
        ticks = column.cast(pa.int64()).cast(pa.float64(), safe=False)
        return np.asarray(ticks.to_numpy(), dtype=np.float64) / _UNITS[column.type.unit]
    return _epoch(table.path, name, numbers(table, name))


def _from_text(path: Path, name: str, column: Any) -> Any:
    try:
        return column.cast(pa.timestamp("ms", tz="UTC"))
    except pa.ArrowException:
        pass
    try:
        return column.cast(pa.timestamp("ms"))
    except pa.ArrowException:
        where = _first_that_is_not(column, datetime.fromisoformat)
        raise ImportFailed(path, f"column {name!r} holds no times that can be read: {where}") from None


def _first_that_is_not(column: Any, kind: Callable[[Any], object]) -> str:
    for number, value in enumerate(column.to_pylist(), 1):
        try:
            kind(value)
        except (TypeError, ValueError):
            if value is not None:
                return f"row {number} has {str(value)[:60]!r}"
    return "of a form that is not known"


def _epoch(path: Path, name: str, values: Floats) -> Floats:
    known = values[np.isfinite(values)]
    if not len(known) or known.min() < _EARLIEST:
        raise ImportFailed(path, f"column {name!r} holds no epoch times")
    size = next(size for size in (1.0, 1e3, 1e6, 1e9) if known.max() < 1e11 * size or size == 1e9)
    return values / size
