"""Parquet files of the archive: written whole and durably, with what they hold told in the footer.

pyarrow is imported with the first file that is read or written: 35 ms that who needs none does not wait for.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schema.files.aside import BrokenFile
from schema.files.atomic import sync_folder, write_atomic

_KEY = b"botyard"
_NEVER_LARGER = 1 << 26  # rows of a row group: Arrow's own limit
_SMALL = 1 << 22  # bytes of a file that is read whole: a month of candles has a tenth of it


@dataclass(frozen=True)
class Contents:
    """What a file holds, read from its footer.

    Attributes:
        market: the market's own name, not its folder's.
        first, last: stamps in Unix seconds.
        through: number of the last segment that went into a day's file, -1 where there were none.
        days: of a month's file the days that it has rows of, each with its `through`, in order.
    """

    exchange: str
    market: str
    kind: str
    rows: int
    first: float
    last: float
    through: int = -1
    days: Mapping[str, int] = field(default_factory=dict)


class Part(NamedTuple):
    """A file, or one of its row groups: months of trades and quotes have one for each day."""

    path: Path
    group: int | None = None


def write(path: Path, columns: Mapping[str, Any], contents: Contents) -> None:
    """Replace a file, durable on return; makes its folder. Raises OSError (the old file stays)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({name: _to_arrow(column) for name, column in columns.items()})
    table = table.replace_schema_metadata({_KEY: _footer(contents)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **_form(table.schema))
    data = sink.getvalue().to_pybytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_atomic(path, data)
    except FileNotFoundError:  # a compaction of another exchange's data removed the folder while it was empty
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, data)


def write_groups(path: Path, tables: Iterable[tuple[Any, Contents]]) -> Contents | None:
    """Replace a file by row groups, one a table of `table`; holds one of them in memory at a time.

    Each comes with what it holds: the footer tells of all of them, the days by `through`. None and no file
    where there is no table. Raises OSError (the old file stays, nothing lies beside it).
    """
    import pyarrow.parquet as pq

    beside = path.with_name(f".{path.name}.{os.getpid()}.months.tmp")
    told: Contents | None = None
    writer: Any = None
    try:
        for table, part in tables:
            plain = table.replace_schema_metadata(None)
            if writer is None:
                path.parent.mkdir(parents=True, exist_ok=True)
                writer = pq.ParquetWriter(beside, plain.schema, **_form(plain.schema))
            writer.write_table(plain, row_group_size=min(max(len(plain), 1), _NEVER_LARGER))
            told = part if told is None else _both(told, part)
        if told is None:
            return None
        writer.add_key_value_metadata({_KEY: _footer(told)})
        writer.close()
        _sync(beside)
        beside.rename(path)
    finally:
        if writer is not None and writer.is_open:
            writer.close()
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)
    return told


def _both(one: Contents, other: Contents) -> Contents:
    first, last = min(one.first, other.first), max(one.last, other.last)
    days = {**one.days, **other.days}
    return Contents(one.exchange, one.market, one.kind, one.rows + other.rows, first, last, -1, days)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _footer(contents: Contents) -> bytes:
    return json.dumps(asdict(contents)).encode()


def _form(schema: Any) -> dict[str, Any]:
    """Compression by kind of column: floats whose bytes are split open 1.5 times as fast as plain ones."""
    import pyarrow as pa

    encoding = {}
    for column in schema:
        if column.type == pa.int64():
            encoding[column.name] = "DELTA_BINARY_PACKED"
        elif column.type == pa.float64():
            encoding[column.name] = "BYTE_STREAM_SPLIT"
    names = ["side"] if "side" in schema.names else False
    return {"compression": "zstd", "use_dictionary": names, "column_encoding": encoding}


def read(path: Path, columns: Sequence[str] | None = None, group: int | None = None) -> dict[str, Any]:
    """Columns as numpy arrays, text as arrays of objects; of one row group where it is named.

    Raises:
        FileNotFoundError
        BrokenFile: no parquet file, or one without these columns.
    """
    tables = [table(path, columns, group)]
    return merged(tables, columns)


def read_all(parts: Iterable[Part], columns: Sequence[str] | None = None) -> dict[str, Any]:
    """The rows of several files one after another; empty without files. Raises as `read`."""
    return merged([table(part.path, columns, part.group) for part in parts], columns)


def numbers(path: Path, columns: Sequence[str]) -> dict[str, list[NDArray[Any]]]:
    """Columns of numbers in the pieces that Arrow keeps them in; they are Arrow's memory, to be copied soon.

    Raises:
        FileNotFoundError
        BrokenFile: no parquet file, or one without these columns, or without a number in one of them.
    """
    import pyarrow as pa

    found = table(path, columns)
    for name in columns:
        column = found.column(name)
        is_number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
        if not is_number or column.null_count:
            raise BrokenFile(path, f"its column {name!r} has something that is no number")
    return {name: [np.from_dlpack(chunk) for chunk in found.column(name).chunks] for name in columns}


def give_back() -> None:
    """Give memory that Arrow keeps for later back to the system; nothing where no file was read yet."""
    if arrow := sys.modules.get("pyarrow"):
        arrow.default_memory_pool().release_unused()


def table(path: Path, columns: Sequence[str] | None = None, group: int | None = None) -> Any:
    """The rows as an Arrow table. Raises as `read`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # One thread and no read-ahead: a small child must not get Arrow's pools of threads.
        with pq.ParquetFile(_source(path), pre_buffer=False) as file:
            chosen = None if columns is None else list(columns)
            if group is None:
                found = file.read(chosen, use_threads=False)
            else:
                found = file.read_row_group(group, chosen, use_threads=False)
        if lacking := set(columns or ()) - set(found.column_names):
            raise BrokenFile(path, f"it has no column {sorted(lacking)[0]!r}")
        return found
    except FileNotFoundError:
        raise
    except (pa.ArrowException, KeyError, OSError, BufferError, IndexError) as error:
        raise BrokenFile(path, _first_line(error)) from None


def _source(path: Path) -> Any:
    """What Arrow reads from: of small files their bytes, twice as fast as piece by piece from the disk."""
    import pyarrow as pa

    return pa.BufferReader(path.read_bytes()) if path.stat().st_size <= _SMALL else path


def in_order(tables: Sequence[Any]) -> Any:
    """Tables of the same form as one by `ts`; rows of the same stamp stay as they were."""
    import pyarrow as pa

    every = pa.concat_tables(tables).combine_chunks()
    order = np.argsort(_to_numpy([every.column("ts")]), kind="stable")
    if (np.diff(order) == 1).all():
        return every
    return every.take(_to_arrow(order.astype(np.int64)))


def reach(table: Any) -> tuple[float, float]:
    """First and last stamp of a table in order of `ts`."""
    ts = table.column("ts")
    return float(ts[0].as_py()), float(ts[-1].as_py())


def merged(tables: Sequence[Any], columns: Sequence[str] | None = None) -> dict[str, Any]:
    """Columns of tables of the same form one after another; empty without tables.

    Raises KeyError for a column that one of them lacks.
    """
    if not tables:
        return {}
    names = columns or tables[0].column_names
    return {name: _to_numpy([table.column(name) for table in tables]) for name in names}


# Arrow's own ways to and from numpy import pandas: 200 ms and 65 MB for who has no other use for it.


def _to_arrow(column: Any) -> Any:
    import pyarrow as pa

    values = np.ascontiguousarray(column)
    if values.dtype == object:
        return pa.array(values.tolist(), pa.string())
    kind = pa.int64() if values.dtype == np.int64 else pa.float64()
    if kind == pa.float64():
        values = values.astype(np.float64, copy=False)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def _to_numpy(columns: Sequence[Any]) -> Any:
    import pyarrow as pa

    if pa.types.is_string(columns[0].type):
        return np.array([text for column in columns for text in column.to_pylist()], dtype=object)
    parts = [np.from_dlpack(chunk) for column in columns for chunk in column.chunks]
    return np.concatenate(parts) if parts else np.empty(0)


def contents(path: Path) -> Contents | None:
    """What the footer tells; None for a file that was not written by `write`.

    Raises:
        FileNotFoundError
        BrokenFile: no parquet file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        told = pq.read_metadata(path).metadata or {}
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise BrokenFile(path, _first_line(error)) from None
    try:
        return Contents(**json.loads(told[_KEY]))
    except (KeyError, TypeError, ValueError):
        return None


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
