"""Parquet files of the archive: written whole and durably, with what they hold told in the footer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from schema.files.aside import BrokenFile
from schema.files.atomic import write_atomic

_KEY = b"botyard"


@dataclass(frozen=True)
class Contents:
    """What a file holds, read from its footer.

    Attributes:
        market: the market's own name, not its folder's.
        first, last: stamps in Unix seconds.
        through: number of the last segment that went into this file, -1 where there were none.
    """

    exchange: str
    market: str
    kind: str
    rows: int
    first: float
    last: float
    through: int = -1


def write(path: Path, columns: Mapping[str, Any], contents: Contents) -> None:
    """Replace a file, durable on return; makes its folder. Raises OSError (the old file stays)."""
    table = pa.table({name: _to_arrow(column) for name, column in columns.items()})
    table = table.replace_schema_metadata({_KEY: json.dumps(asdict(contents)).encode()})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", use_dictionary=["side"] if "side" in columns else False)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, sink.getvalue().to_pybytes())


def read(path: Path, columns: Sequence[str] | None = None) -> dict[str, Any]:
    """Columns as numpy arrays, text as arrays of objects.

    Raises:
        FileNotFoundError
        BrokenFile: no parquet file, or one without these columns.
    """
    try:
        # One thread and no read-ahead: a small child must not get Arrow's pools of threads.
        with pq.ParquetFile(path, pre_buffer=False) as file:
            table = file.read(columns, use_threads=False)
        names = columns or table.column_names
        return {name: _to_numpy(table.column(name)) for name in names}
    except FileNotFoundError:
        raise
    except (pa.ArrowException, KeyError, OSError, BufferError) as error:
        raise BrokenFile(path, _first_line(error)) from None


# Arrow's own ways to and from numpy import pandas: 200 ms and 65 MB for who has no other use for it.


def _to_arrow(column: Any) -> Any:
    values = np.ascontiguousarray(column)
    if values.dtype == object:
        return pa.array(values.tolist(), pa.string())
    kind = pa.int64() if values.dtype == np.int64 else pa.float64()
    if kind == pa.float64():
        values = values.astype(np.float64, copy=False)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def _to_numpy(column: Any) -> Any:
    if pa.types.is_string(column.type):
        return np.array(column.to_pylist(), dtype=object)
    parts = [np.from_dlpack(chunk) for chunk in column.chunks]
    return np.concatenate(parts) if parts else np.empty(0)


def contents(path: Path) -> Contents | None:
    """What the footer tells; None for a file that was not written by `write`.

    Raises:
        FileNotFoundError
        BrokenFile: no parquet file.
    """
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
