"""The catalogue of an exchange: every perpetual contract that it lists, as it told itself.

One file an exchange, `Home.catalogue(exchange)`: a JSON object, with each market on a line of its own.
Whoever talks to the exchange writes it (the data agent, a direct download), everybody reads it. Standard
library only: sessions read it too.
"""

import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from schema.files import exact
from schema.files.atomic import write_atomic
from schema.home import Home

STALE_SECONDS = 86_400.0
"""A catalogue older than this is fetched again when there is an occasion."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A perpetual contract, as its exchange lists it.

    Attributes:
        symbol: unified ccxt symbol. exchange_id: the exchange's own name.
        kind: "inverse" or "linear".
        tick, lot: smallest steps of price and size.
        min_notional: smallest value of an order in the quote currency, 0 where there is none.
        contract_size: what one contract is: dollars (inverse) or coins (linear); None where nobody says.
        active: it is traded at present.
    """

    symbol: str
    exchange_id: str
    kind: str
    base: str
    quote: str
    settle: str
    tick: Decimal
    lot: Decimal
    max_leverage: Decimal
    min_notional: Decimal
    contract_size: Decimal | None
    active: bool


@dataclass(frozen=True)
class Catalogue:
    """`markets` by symbol, in alphabetical order; `fetched_at` in Unix seconds."""

    exchange: str
    fetched_at: float
    markets: dict[str, Listing]

    def is_stale(self, now: float | None = None) -> bool:
        age = (time.time() if now is None else now) - self.fetched_at
        return not 0 <= age < STALE_SECONDS


_DECIMALS = ("tick", "lot", "max_leverage", "min_notional", "contract_size")
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, InvalidOperation)
_Key = tuple[int, int, int]
_read: dict[Path, tuple[_Key, Catalogue | None]] = {}


def write(home: Home, exchange: str, listings: Iterable[Listing]) -> None:
    """Replace the catalogue of an exchange by what it lists now. Raises OSError.

    What it listed before and lists no more stays, as not active: there may be data and sessions of it.
    """
    path = home.catalogue(exchange)
    path.parent.mkdir(parents=True, exist_ok=True)
    former = read(home, exchange)
    found = {row.symbol: replace(row, active=False) for row in former.markets.values()} if former else {}
    found.update({row.symbol: row for row in listings})
    rows = [asdict(found[symbol]) for symbol in sorted(found)]
    for row in rows:
        row.update({name: None if row[name] is None else format(row[name], "f") for name in _DECIMALS})
    lines = ",\n".join(exact.dumps(row) for row in rows)
    head = exact.dumps({"exchange": exchange, "fetched_at": time.time()})
    write_atomic(path, f'{head[:-1]},"markets":[\n{lines}\n]}}\n'.encode())


def read(home: Home, exchange: str) -> Catalogue | None:
    """What is known of an exchange, None where it was never fetched. Read again only when the file changed.

    An unreadable file counts as none: the next one who talks to the exchange writes it anew.
    """
    path = home.catalogue(exchange)
    try:
        found = os.stat(path)
    except OSError:
        return None
    key = (found.st_mtime_ns, found.st_ino, found.st_size)
    known = _read.get(path)
    if known is None or known[0] != key:
        known = _read[path] = (key, _parse(path, exchange))
    return known[1]


def find(home: Home, exchange: str, symbol: str) -> Listing | None:
    """One market by its ccxt symbol, None where it is not known.

    Nothing is kept: a thousand sessions with all the markets of an exchange would fill the memory.
    """
    try:
        content = home.catalogue(exchange).read_bytes()
        start = content.find(f'\n{{"symbol":{exact.dumps(symbol)},'.encode(errors="surrogatepass")) + 1
        return (
            _listing(json.loads(content[start : content.index(b"\n", start)].rstrip(b","))) if start else None
        )
    except _UNREADABLE:
        return None


def is_stale(home: Home, exchange: str) -> bool:
    """It was never fetched, or more than a day ago."""
    found = read(home, exchange)
    return found is None or found.is_stale()


def _parse(path: Path, exchange: str) -> Catalogue | None:
    try:
        content = json.loads(path.read_bytes())
        listings = [_listing(row) for row in content["markets"]]
        return Catalogue(exchange, float(content["fetched_at"]), {row.symbol: row for row in listings})
    except _UNREADABLE:
        return None


def _listing(row: dict[str, Any]) -> Listing:
    return Listing(
        **{**row, **{name: None if row[name] is None else Decimal(row[name]) for name in _DECIMALS}}
    )
