"""Bybit's candles, funding and trades as REST gives them: queries, and rows in our form.

Raw rows instead of ccxt's parsed ones: these are floats, we keep the digits that were sent.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from bots.exchange.errors import ExchangeDown
from schema.markets import MarketSpec
from schema.timeframes import seconds

INTERVALS = {
    "1m": "1",
    "3m": "3",
    "5m": "5",
    "15m": "15",
    "30m": "30",
    "1h": "60",
    "2h": "120",
    "4h": "240",
    "6h": "360",
    "12h": "720",
    "1d": "D",
}
"""Our timeframes, as Bybit calls them."""

PAGE = 1000
"""Candles in one answer at most."""

FUNDING_PAGE = 200

CandleRow = list[Any]  # [ts, open, high, low, close, volume]: time in seconds, the rest text


class Print(NamedTuple):
    """A trade as the exchange tells it; `id` is its own, `ts` in seconds, `size` in contracts."""

    id: str
    ts: float
    price: str
    size: str
    side: str


def windows(start: int, end: int, timeframe: str) -> Iterator[tuple[int, int]]:
    """[first, last] opening times of the pages that hold the bars which open in [start, end).

    A page asks for no more bars than an answer holds, so it does not matter which end would be cut off.
    """
    length = seconds(timeframe)
    first = -(-start // length) * length
    while first < end:
        last = min(first + (PAGE - 1) * length, (end - 1) // length * length)
        yield first, last
        first = last + length


def kline_query(spec: MarketSpec, timeframe: str, first: int, last: int) -> dict[str, Any]:
    return {
        **_market(spec),
        "interval": INTERVALS[timeframe],
        "start": first * 1000,
        "end": last * 1000,
        "limit": PAGE,
    }


def newest_kline_query(spec: MarketSpec, timeframe: str) -> dict[str, Any]:
    """Asks for the newest bar, which is the unfinished one."""
    return {**_market(spec), "interval": INTERVALS[timeframe], "limit": 1}


def kline_rows(answer: Any, spec: MarketSpec) -> list[CandleRow]:
    """Oldest first; the volume is in coins for inverse and linear contracts alike.

    Raises:
        ExchangeDown: the answer has another form.
    """
    try:
        rows = [_candle(row, spec) for row in _rows(answer)]
    except (ValueError, TypeError, IndexError) as error:
        raise ExchangeDown(f"candles of {spec.market}: unreadable answer: {error!r}") from None
    return sorted(rows, key=lambda row: float(row[0]))


def _candle(row: Any, spec: MarketSpec) -> CandleRow:
    start, opened, high, low, close, volume, turnover = map(str, row[:7])
    coins = turnover if spec.kind == "inverse" else volume
    return [int(start) // 1000, opened, high, low, close, coins]


def trades_query(spec: MarketSpec) -> dict[str, Any]:
    return {**_market(spec), "limit": 1000}


def trade_rows(answer: Any, spec: MarketSpec) -> list[Print]:
    """The latest trades, oldest first. Raises ExchangeDown."""
    try:
        rows = [
            Print(
                str(row["execId"]),
                int(row["time"]) / 1000,
                str(row["price"]),
                str(row["size"]),
                str(row["side"]),
            )
            for row in _rows(answer)
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise ExchangeDown(f"trades of {spec.market}: unreadable answer: {error!r}") from None
    rows.reverse()
    return sorted(rows, key=lambda row: row.ts)


def funding_query(spec: MarketSpec, start: int, end: int) -> dict[str, Any]:
    """Stamps of [start, end) in seconds; the newest ones where there are more than a page."""
    return {**_market(spec), "startTime": start * 1000, "endTime": end * 1000 - 1, "limit": FUNDING_PAGE}


def funding_rows(answer: Any, spec: MarketSpec) -> list[tuple[int, str]]:
    """(stamp in seconds, rate), oldest first. Raises ExchangeDown."""
    try:
        found = [(int(row["fundingRateTimestamp"]) // 1000, str(row["fundingRate"])) for row in _rows(answer)]
    except (ValueError, TypeError, KeyError) as error:
        raise ExchangeDown(f"funding of {spec.market}: unreadable answer: {error!r}") from None
    return sorted(found)


def instrument(answer: Any, spec: MarketSpec) -> dict[str, Any]:
    """Tick, lot and fees as the exchange has them now; None where it does not say. Raises ExchangeDown."""
    try:
        row = next(row for row in _rows(answer) if row.get("symbol") == spec.exchange_id)
        return {
            "market": spec.market,
            "symbol": spec.symbol,
            "exchange_id": spec.exchange_id,
            "kind": spec.kind,
            "settle": spec.settle,
            "status": row.get("status"),
            "tick": row["priceFilter"]["tickSize"],
            "lot": row["lotSizeFilter"]["qtyStep"],
            "taker_fee": row.get("takerFee"),
            "maker_fee": row.get("makerFee"),
            "funding_interval": row.get("fundingInterval"),
        }
    except (StopIteration, KeyError, TypeError) as error:
        raise ExchangeDown(f"instrument {spec.market}: unreadable answer: {error!r}") from None


def instrument_query(spec: MarketSpec) -> dict[str, Any]:
    return _market(spec)


def _market(spec: MarketSpec) -> dict[str, Any]:
    return {"category": spec.kind, "symbol": spec.exchange_id}


def _rows(answer: Any) -> list[Any]:
    # An answer of status 200 with junk in it raises nothing in ccxt.
    rows = answer["result"]["list"]
    if not isinstance(rows, list):
        raise TypeError("result.list is no list")
    return rows
