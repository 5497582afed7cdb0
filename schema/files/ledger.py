"""The ledger of backtest runs, `runs/<id>.json`: what was run, over what, with what, and what came out.

One JSON object a run, written once and never changed:

    format          1
    id, at          short id that sorts by time, Unix seconds
    session         id and run of the session that it belongs to, or null
    strategy        id, params (all of them), source: file, module, sha256, text
    market, exchange, range, settings (all of them), engine (asked for), engine_used
    data            sha256 of the very candles, funding and ticks, rows of each
    versions        botyard, code (sha256 of the trading code), python, numpy, numba, ta-lib
    result          sha256 of trades, equity and counters, how many of each
    metrics, assumptions, notes, ambiguous, seconds

Beside it lies `<id>.npz`: trades and equity in columns (bounded), so that it can be told where a run that
comes out otherwise begins to differ.
"""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from schema.files import exact
from schema.files.aside import BrokenFile
from schema.files.atomic import write_new

FORMAT = 1
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

Entry = dict[str, Any]


class UnknownRun(ValueError):
    """The ledger has no run of this id, or several that begin like this."""


def add(folder: Path, entry: Mapping[str, Any], rows: bytes = b"", at: float | None = None) -> Entry:
    """Store a run under a new id; gives the entry as stored, with `format`, `id` and `at`.

    `rows` go into the file beside it, first: an entry that is there has its rows.

    Raises:
        OSError: nothing was stored.
        ValueError: the entry holds what JSON does not know.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = time.time() if at is None else at
    stamp = round(now * 1000)
    while True:
        stored: Entry = {"format": FORMAT, "id": _id(stamp), "at": round(now, 3), **entry}
        text = exact.dumps(stored)
        try:
            _write(folder, stored["id"], text.encode() + b"\n", rows)
        except FileExistsError:  # another run ended within the same millisecond
            stamp += 1
        else:
            return stored


def _write(folder: Path, id: str, entry: bytes, rows: bytes) -> None:
    write_new(rows_path(folder, id), rows)
    try:
        write_new(entry_path(folder, id), entry)
    except BaseException:
        rows_path(folder, id).unlink(missing_ok=True)
        raise


def read(folder: Path, reference: str) -> Entry:
    """The run of this id; the beginning or the end of one will do where it is that of one run alone.

    Raises:
        UnknownRun: there is none, or there are several.
        BrokenFile: its file cannot be read.
    """
    names = _ids(folder)
    found = [reference] if reference in names else [id for id in names if _alike(id, reference)]
    if not found:
        raise UnknownRun(f"the ledger in {folder} has no run {reference!r}")
    if len(found) > 1:
        raise UnknownRun(f"several runs are like {reference!r}: {', '.join(found[:5])}")
    return _read(entry_path(folder, found[0]))


def entries(folder: Path) -> Iterator[Entry]:
    """Every run that can be read, the newest first."""
    for id in _ids(folder):
        try:
            yield _read(entry_path(folder, id))
        except (BrokenFile, FileNotFoundError):
            continue


def remove(folder: Path, id: str) -> None:
    """Forget a run, if it is there."""
    entry_path(folder, id).unlink(missing_ok=True)
    rows_path(folder, id).unlink(missing_ok=True)


def entry_path(folder: Path, id: str) -> Path:
    return folder / f"{id}.json"


def rows_path(folder: Path, id: str) -> Path:
    """Trades and equity of the run, as NumPy stores columns."""
    return folder / f"{id}.npz"


def _id(milliseconds: int) -> str:
    """Milliseconds to the base of 36: eight characters until 2059, later runs sort after earlier ones."""
    text = ""
    while milliseconds:
        milliseconds, digit = divmod(milliseconds, 36)
        text = _DIGITS[digit] + text
    return text.rjust(8, "0")


def _ids(folder: Path) -> list[str]:
    return sorted((path.stem for path in folder.glob("*.json") if path.name[0] != "."), reverse=True)


def _alike(id: str, reference: str) -> bool:
    return bool(reference) and (id.startswith(reference) or id.endswith(reference))


def _read(path: Path) -> Entry:
    try:
        entry = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BrokenFile(path, str(error)) from None
    if not isinstance(entry, dict) or type(entry.get("format")) is not int or "id" not in entry:
        raise BrokenFile(path, "it is no entry of the ledger")
    if entry["format"] > FORMAT:
        raise BrokenFile(path, f"its format is {entry['format']}, this version knows {FORMAT}")
    return entry
