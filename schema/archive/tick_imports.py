"""Taking trades and quotes from files of others: tables (feather, parquet, CSV) and recorded streams.

A recorded stream is a gzip file whose lines are `<local nanoseconds> <raw JSON>` as the exchange sent it:
Binance's `trade` and `bookTicker` messages are taken, the others passed over.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from schema.archive import layout
from schema.archive.candles import Floats
from schema.archive.compaction import compact
from schema.archive.foreign import ImportFailed, Table, numbers, read_table, stamps, texts
from schema.archive.imports import ImportReport
from schema.archive.ticks import QuoteRow, TickArchive, TradeRow
from schema.words import counted

_GZIP = b"\x1f\x8b"
_BATCH = 200_000  # rows that go into the archive at once
_BUYERS = frozenset(("buy", "b", "bid", "1", "long", "true"))
_SELLERS = frozenset(("sell", "s", "ask", "-1", "short", "false"))
_NAN = float("nan")


@dataclass
class _Rows:
    """Rows of a file in our form, what was left out by reason, and what else there is to say."""

    rows: list[Any] = field(default_factory=list)
    total: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def reject(self, reason: str, number: int = 1) -> None:
        if number:
            self.rejected[reason] = self.rejected.get(reason, 0) + number


def import_trades(root: Path, file: Path, exchange: str, market: str) -> ImportReport:
    """Take trades: columns time, price, size (or amount, qty, quantity), side (or is_buyer_maker), perhaps
    id, bid and ask; or a recorded stream, whose trades get the best bid and ask that stood before them.

    Rows that cannot be are left out and told of.

    Raises:
        ImportFailed: not such a file, or no row of it could be taken; nothing was written.
        ValueError: impossible name of market or exchange.
        OSError: disk full or failing; taking the file again stores the rest, no row twice.
    """
    found = _stream(file, layout.TRADES) if _is_gzip(file) else _trades(read_table(file))
    archive = TickArchive(root, exchange, market)
    return _stored(root, file, exchange, market, layout.TRADES, found, archive.append_trades)


def import_quotes(root: Path, file: Path, exchange: str, market: str) -> ImportReport:
    """Take best bids and asks: columns time, bid, ask, bid_size, ask_size; or a recorded stream.

    Raises: as `import_trades`.
    """
    found = _stream(file, layout.QUOTES) if _is_gzip(file) else _quotes(read_table(file))
    archive = TickArchive(root, exchange, market)
    return _stored(root, file, exchange, market, layout.QUOTES, found, archive.append_quotes)


def _is_gzip(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(2) == _GZIP
    except OSError as error:
        raise ImportFailed(file, error.strerror or str(error)) from None


def _stored(
    root: Path,
    file: Path,
    exchange: str,
    market: str,
    kind: str,
    found: _Rows,
    append: Callable[[list[Any]], int],
) -> ImportReport:
    if not found.rows:
        reasons = [f"{counted(number, 'row')} with {reason}" for reason, number in found.rejected.items()]
        raise ImportFailed(file, "; ".join(reasons) or f"it has no {kind}")
    rows = sorted(found.rows, key=lambda row: float(row.ts))
    added = sum(append(rows[first : first + _BATCH]) for first in range(0, len(rows), _BATCH))
    TickArchive(root, exchange, market).finish()
    compact(root, exchange, market, whole_only=True)
    return ImportReport(
        file=file.name,
        exchange=exchange,
        market=market,
        kind=kind,
        rows=found.total,
        first=int(rows[0].ts),
        last=int(rows[-1].ts),
        gaps=[],
        duplicates=0,
        rejected=found.rejected,
        added=added,
        replaced=0,
        unchanged=len(rows) - added,
        notes=found.notes,
    )


# Tables


def _trades(table: Table) -> _Rows:
    found = _Rows(total=table.rows)
    ts, price = stamps(table), numbers(table, "price")
    size = numbers(table, _one_of(table, "size", "amount", "qty", "quantity"))
    sides = _sides(table)
    bid, ask = (numbers(table, n) if n in table.columns else np.full(len(ts), _NAN) for n in ("bid", "ask"))
    key = next((name for name in ("id", "key", "trade_id", "agg_trade_id") if name in table.columns), None)
    keys = texts(table, key) if key else _keys(found, ts, price, size, sides)
    good = _good(found, ts, {"a price": price, "a size": size})
    sided = np.array([side is not None for side in sides], dtype=bool)
    found.reject("a side that is neither buy nor sell", int((good & ~sided).sum()))
    good &= sided
    columns = (ts.tolist(), price.tolist(), size.tolist(), sides, bid.tolist(), ask.tolist())
    rows = zip(keys, *columns, strict=True)
    found.rows = [TradeRow(*row) for row, fine in zip(rows, good.tolist(), strict=True) if fine]
    return found


def _quotes(table: Table) -> _Rows:
    found = _Rows(total=table.rows)
    ts, bid, ask = stamps(table), numbers(table, "bid"), numbers(table, "ask")
    sizes = []
    for name in ("bid_size", "ask_size"):
        if name not in table.columns:
            found.notes.append(f"the file has no {name}: stored as 0")
        sizes.append(numbers(table, name) if name in table.columns else np.zeros(len(ts)))
    good = _good(found, ts, {"a bid": bid, "an ask": ask})
    crossed = good & (bid > ask)
    found.reject("a bid above the ask", int(crossed.sum()))
    good &= ~crossed & np.isfinite(sizes[0]) & np.isfinite(sizes[1])
    rows = np.column_stack([ts, bid, sizes[0], ask, sizes[1]])[good].tolist()
    found.rows = [QuoteRow(*row) for row in rows]
    return found


def _one_of(table: Table, *names: str) -> str:
    return next((name for name in names if name in table.columns), names[0])


def _good(found: _Rows, ts: Floats, positive: dict[str, Floats]) -> Any:
    good = np.isfinite(ts)
    found.reject("no time", int((~good).sum()))
    for name, column in positive.items():
        bad = good & ~(np.isfinite(column) & (column > 0))
        found.reject(f"{name} that is not above zero", int(bad.sum()))
        good &= ~bad
    return good


def _sides(table: Table) -> list[str | None]:
    """Of the taker. Raises ImportFailed where no column tells it."""
    if "side" in table.columns:
        given = [text.strip().lower() for text in texts(table, "side")]
        return ["Buy" if s in _BUYERS else "Sell" if s in _SELLERS else None for s in given]
    for name in ("is_buyer_maker", "isbuyermaker"):
        if name in table.columns:
            made = [text.strip().lower() for text in texts(table, name)]
            return [{"true": "Sell", "1": "Sell", "false": "Buy", "0": "Buy"}.get(text) for text in made]
    raise ImportFailed(table.path, "it has no column 'side' or 'is_buyer_maker'")


def _keys(found: _Rows, ts: Floats, price: Floats, size: Floats, sides: list[str | None]) -> list[str]:
    """Names for trades that have no id: what they are, and the how-manieth of these they are."""
    found.notes.append("the file has no id: equal trades of one moment are told apart by their order")
    seen: dict[tuple[Any, ...], int] = {}
    keys = []
    for row in zip(ts.tolist(), price.tolist(), size.tolist(), sides, strict=True):
        seen[row] = seen.get(row, 0) + 1
        keys.append("|".join(map(str, (*row, seen[row]))))
    return keys


# Streams


def _stream(file: Path, kind: str) -> _Rows:
    found = _Rows()
    best = (_NAN, _NAN)
    for number, line in _lines(file):
        message = _message(file, number, line)
        event = message.get("e")
        found.total += 1
        try:
            if event == "bookTicker":
                quote = _quote(message)
                best = (float(quote.bid), float(quote.ask))
                if kind == layout.QUOTES:
                    found.rows.append(quote)
            elif event == "trade" and kind == layout.TRADES and message.get("X", "MARKET") == "MARKET":
                found.rows.append(_trade(message, best))
        except (KeyError, TypeError, ValueError) as error:
            raise ImportFailed(file, f"line {number}: a {event} message without {error}") from None
    found.notes.append(f"{counted(found.total - len(found.rows), 'message')} of other kinds passed over")
    return found


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with gzip.open(file, "rb") as opened:
            for number, line in enumerate(opened, 1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, zlib.error) as error:
        raise ImportFailed(file, f"the gzip file is broken: {error}") from None


def _message(file: Path, number: int, line: bytes) -> dict[str, Any]:
    _, _, text = line.partition(b" ")
    try:
        message = json.loads(text)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise ImportFailed(file, f"line {number} is no '<nanoseconds> <JSON object>'")
    data = message.get("data", message)
    return data if isinstance(data, dict) else {}


def _trade(message: dict[str, Any], best: tuple[float, float]) -> TradeRow:
    side = "Sell" if message["m"] else "Buy"  # m: the buyer rested
    return TradeRow(str(message["t"]), message["T"] / 1000, message["p"], message["q"], side, *best)


def _quote(message: dict[str, Any]) -> QuoteRow:
    return QuoteRow(message["T"] / 1000, *(message[name] for name in ("b", "B", "a", "A")))
