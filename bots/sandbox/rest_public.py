"""Market data by REST, under /v5/market."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from bots.sandbox.book import DEEPEST
from bots.sandbox.connection import wall_ms
from bots.sandbox.errors import bad_parameter
from bots.sandbox.funding import next_stamp
from bots.sandbox.klines import Bar, bar_start, is_interval, row, step
from bots.sandbox.parameters import Parameters
from bots.sandbox.state import MarketState
from bots.sandbox.symbols import FUNDING_MINUTES, LAUNCH_MINUTE, Symbol

Result = dict[str, Any]
Handler = Callable[[MarketState, Parameters], Coroutine[Any, Any, Result]]

_MOST_BARS = 1_000
_LONG_SPAN = 60_000
"""Minutes from which on bars are put together outside the event loop."""


async def server_time(state: MarketState, query: Parameters) -> Result:
    """The wall clock: requests are signed by it whatever the market's time."""
    return {"timeSecond": str(int(time.time())), "timeNano": str(time.time_ns())}


async def instruments(state: MarketState, query: Parameters) -> Result:
    category = query.category()
    rows = (
        []
        if query.text("cursor") or query.text("status", "Trading") != "Trading"
        else state.of_category(category)
    )
    wanted, coin = query.text("symbol"), query.text("baseCoin")
    if wanted:
        rows = [state.symbol(wanted, category)]
    listed = [symbol.instrument() for symbol in rows if not coin or symbol.coin == coin]
    return {"category": category, "list": listed, "nextPageCursor": ""}


async def kline(state: MarketState, query: Parameters) -> Result:
    symbol, bars = await _bars(state, query)
    return _list(symbol, [row(symbol, bar) for bar in reversed(bars)])


async def price_kline(state: MarketState, query: Parameters) -> Result:
    """Bars of mark and index price, which are the last price here."""
    symbol, bars = await _bars(state, query)
    return _list(symbol, [row(symbol, bar)[:5] for bar in reversed(bars)])


async def premium_kline(state: MarketState, query: Parameters) -> Result:
    """The premium over an index that equals the price: always 0."""
    symbol, bars = await _bars(state, query)
    return _list(symbol, [[str(bar.start * 60_000), *["0.000000"] * 4] for bar in reversed(bars)])


def _list(symbol: Symbol, rows: list[Any]) -> Result:
    return {"category": symbol.category, "symbol": symbol.id, "list": rows}


async def _bars(state: MarketState, query: Parameters) -> tuple[Symbol, list[Bar]]:
    symbol = state.symbol(query.need("symbol"), query.choice("category", ("linear", "inverse"), "linear"))
    interval = query.need("interval")
    if not is_interval(interval):
        raise bad_parameter("interval invalid")
    first, last = _range(state, query, interval)
    now = state.now(symbol.id)
    if last - first < _LONG_SPAN:
        return symbol, state.klines.bars(symbol, interval, first, last, now)
    return symbol, await asyncio.to_thread(state.klines.bars, symbol, interval, first, last, now)


def _range(state: MarketState, query: Parameters, interval: str) -> tuple[int, int]:
    """Starts of the first and the last bar asked for, in minutes.

    A start alone pages forward from it; otherwise the newest bars up to the end are meant.
    """
    limit = query.limit(200, _MOST_BARS)
    start, end = query.time("start"), query.time("end")
    newest = bar_start(interval, state.minute)
    last = newest if end is None else min(newest, bar_start(interval, end // 60_000))
    oldest = max(state.market.first, LAUNCH_MINUTE)
    if start is None:
        return max(step(interval, last, 1 - limit), bar_start(interval, oldest)), last
    first = max(-(-start // 60_000), oldest)
    if bar_start(interval, first) < first and start > oldest * 60_000:
        first = step(interval, bar_start(interval, first), 1)
    first = bar_start(interval, first)
    if end is None:
        return first, min(last, step(interval, first, limit - 1))
    return max(first, step(interval, last, 1 - limit)), last


async def order_book(state: MarketState, query: Parameters) -> Result:
    symbol = state.symbol(query.need("symbol"), query.category())
    depth, last, book = query.limit(25, DEEPEST), state.last(symbol.id), state.books[symbol.id]
    bids = book.rows(book.bids(last, depth)) if last else []
    asks = book.rows(book.asks(last, depth)) if last else []
    ts = last.ts if last else state.ms
    return {"s": symbol.id, "b": bids, "a": asks, "ts": ts, "u": state.n, "seq": state.n, "cts": ts}


async def tickers(state: MarketState, query: Parameters) -> Result:
    category, wanted = query.category(), query.text("symbol")
    symbols = [state.symbol(wanted, category)] if wanted else state.of_category(category)
    rows = [state.ticker(symbol.id) for symbol in symbols]
    return {"category": category, "list": [ticker for ticker in rows if ticker]}


async def recent_trades(state: MarketState, query: Parameters) -> Result:
    symbol = state.symbol(query.need("symbol"), query.category())
    prints = state.tapes[symbol.id].latest(state.n, query.limit(500, 1_000))
    rows = [
        {
            "execId": str(printed.n),
            "symbol": symbol.id,
            "price": str(printed.price),
            "size": str(printed.size),
            "side": printed.side,
            "time": str(printed.ts),
            "isBlockTrade": False,
            "seq": str(printed.n),
        }
        for printed in prints
    ]
    return {"category": symbol.category, "list": rows}


async def funding_history(state: MarketState, query: Parameters) -> Result:
    symbol = state.symbol(query.need("symbol"), query.category())
    limit, start, end = query.limit(200, 200), query.time("startTime"), query.time("endTime")
    if start is not None and end is None:
        raise bad_parameter("endTime is required where startTime is given")
    newest = next_stamp(min(state.minute, (end if end is not None else state.ms) // 60_000)) - FUNDING_MINUTES
    oldest = max(-(-start // 60_000) if start is not None else 0, state.market.first)
    stamps = range(newest, max(oldest - 1, newest - limit * FUNDING_MINUTES), -FUNDING_MINUTES)
    rows = [
        {
            "symbol": symbol.id,
            "fundingRate": f"{state.rates.rate(symbol, stamp):f}",
            "fundingRateTimestamp": str(stamp * 60_000),
        }
        for stamp in stamps
    ]
    return {"category": symbol.category, "list": rows}


async def open_interest(state: MarketState, query: Parameters) -> Result:
    symbol = state.symbol(query.need("symbol"), query.category())
    ticker = state.ticker(symbol.id)
    rows = [{"openInterest": ticker["openInterest"], "timestamp": str(state.ms)}] if ticker else []
    return _list(symbol, rows) | {"nextPageCursor": ""}


ROUTES: dict[str, Handler] = {
    "/v5/market/time": server_time,
    "/v5/market/instruments-info": instruments,
    "/v5/market/kline": kline,
    "/v5/market/mark-price-kline": price_kline,
    "/v5/market/index-price-kline": price_kline,
    "/v5/market/premium-index-price-kline": premium_kline,
    "/v5/market/orderbook": order_book,
    "/v5/market/tickers": tickers,
    "/v5/market/recent-trade": recent_trades,
    "/v5/market/funding/history": funding_history,
    "/v5/market/open-interest": open_interest,
}


def envelope(result: Result, code: int = 0, message: str = "OK") -> Result:
    """The frame of every answer. What a result has under "_ext" goes beside it."""
    beside = result.pop("_ext", {})
    return {"retCode": code, "retMsg": message, "result": result, "retExtInfo": beside, "time": wall_ms()}
