"""Where data lie in the archive: folders of markets, UTC days and months, names of files.

A period is a day, `2024-01-22`, or a month, `2024-01`, by its name; both are folders beside each other.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from schema.timeframes import TIMEFRAMES

DAY = 86_400
TRADES, QUOTES, FUNDING = "trades", "quotes", "funding"
KINDS = (*TIMEFRAMES, TRADES, QUOTES, FUNDING)

_EXCHANGE = re.compile(r"[a-z0-9][a-z0-9_]{0,49}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MONTH = re.compile(r"\d{4}-\d\d")
_FILE = re.compile(r"(?P<exchange>[a-z0-9_]+)-(?P<kind>[a-z0-9]+)(?:\.(?P<segment>\d+))?\.parquet")


class DataFile(NamedTuple):
    """One file of a period. `segment` numbers the pieces of an unfinished day, other files have None."""

    path: Path
    exchange: str
    kind: str
    segment: int | None


def market_folder(market: str) -> str:
    """Folder name of a market: 'XBTUSD' -> 'xbtusd', 'BTC/USDT:USDT' -> 'btc-usdt-usdt'.

    Letters beyond a to z (there are such symbols) become their code point: every name is safe in a path.

    Raises:
        ValueError: nothing is left of the name, or it is too long.
    """
    letters = (
        c if c.isascii() and c.isalnum() else f"u{ord(c):x}" if c.isalnum() else "-" for c in market.lower()
    )
    folder = re.sub("-+", "-", "".join(letters)).strip("-")
    if not folder or len(folder) > 100:
        raise ValueError(f"{market[:120]!r} cannot be the name of a market")
    return folder


def checked_exchange(exchange: str) -> str:
    """Raises ValueError for what cannot be an exchange in a file name."""
    if not _EXCHANGE.fullmatch(exchange):
        raise ValueError(
            f"{exchange[:60]!r} cannot be the name of an exchange: small letters, digits, underscores"
        )
    return exchange


def day_of(ts: float) -> str:
    """The UTC day of a moment, YYYY-MM-DD."""
    return (date(1970, 1, 1) + timedelta(days=ts // DAY)).isoformat()


def day_start(day: str) -> int:
    """Unix seconds of a day's first moment. Raises ValueError for what is no day."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def month_of(ts: float) -> str:
    """The UTC month of a moment, YYYY-MM."""
    return day_of(ts)[:7]


def month_start(month: str) -> int:
    """Unix seconds of a month's first moment. Raises ValueError for what is no month."""
    return day_start(f"{month}-01")


def month_end(month: str) -> int:
    """Unix seconds of the moment after a month."""
    return month_start(month_of(month_start(month) + 31 * DAY))


def days_between(start: float, end: float) -> Iterator[str]:
    """The days that `start` to `end` (exclusive) touches, in order."""
    number = int(start // DAY)
    while number * DAY < end:
        yield day_of(number * DAY)
        number += 1


def period_folder(root: Path, market: str, period: str) -> Path:
    return root / market_folder(market) / period


def data_file(
    root: Path, exchange: str, market: str, period: str, kind: str, segment: int | None = None
) -> Path:
    """Path of the file of a day or month; `kind` is a timeframe ("1m"), "trades", "quotes" or "funding".

    Raises:
        ValueError: unknown kind, impossible name of market or exchange.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of data {kind!r}; there are {', '.join(KINDS)}")
    number = "" if segment is None else f".{segment:06d}"
    return period_folder(root, market, period) / f"{checked_exchange(exchange)}-{kind}{number}.parquet"


def manifest_file(root: Path, exchange: str, market: str) -> Path:
    return root / market_folder(market) / f"{checked_exchange(exchange)}.json"


def list_markets(root: Path) -> list[str]:
    """Folder names of the markets that have any day."""
    if not root.is_dir():
        return []
    return sorted(entry.name for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith("."))


def list_days(root: Path, market: str) -> list[str]:
    """Days of a market (its name or its folder's) that have a folder, ascending."""
    return _folders(root, market, _DAY)


def list_months(root: Path, market: str) -> list[str]:
    """Months of a market that have a folder, ascending."""
    return _folders(root, market, _MONTH)


def _folders(root: Path, market: str, form: re.Pattern[str]) -> list[str]:
    try:
        names = os.listdir(root / market_folder(market))
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(name for name in names if form.fullmatch(name))


def list_files(root: Path, market: str, period: str) -> list[DataFile]:
    """Data files of a day or month, of all exchanges; segments follow their day's file in ascending order."""
    folder = period_folder(root, market, period)
    if not folder.is_dir():
        return []
    found = []
    for path in folder.iterdir():
        if (match := _FILE.fullmatch(path.name)) and match["kind"] in KINDS:
            segment = int(match["segment"]) if match["segment"] else None
            found.append(DataFile(path, match["exchange"], match["kind"], segment))
    return sorted(found, key=lambda f: (f.exchange, f.kind, -1 if f.segment is None else f.segment))
