"""Parquet files of the archive: written whole and durably, with what they hold told in the footer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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
    table = pa.table({name: pa.array(column) for name, column in columns.items()})
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
        return {name: table.column(name).to_numpy(zero_copy_only=False) for name in names}
    except FileNotFoundError:
        raise
    except (pa.ArrowException, KeyError, OSError) as error:
        raise BrokenFile(path, _first_line(error)) from None


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
