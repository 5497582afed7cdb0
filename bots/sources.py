"""Who is asked for past market data, and for what: the data agent where it runs, else the exchange itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, Protocol

from bots.exchange import instruments
from bots.exchange.history import History
from bots.feed.client import FeedClient
from bots.feed.errors import FeedDown
from bots.process import BadSpec
from schema import catalogue, markets
from schema.home import Home
from schema.markets import MarketSpec
from schema.timeframes import seconds

Rows = Sequence[Sequence[Any]]


class Trade(Protocol):
    """A trade as a source tells it; `price` and `size` are numbers or their texts, `ts` Unix seconds."""

    @property
    def id(self) -> str: ...
    @property
    def ts(self) -> float: ...
    @property
    def price(self) -> Any: ...
    @property
    def size(self) -> Any: ...
    @property
    def side(self) -> str: ...


class Source(Protocol):
    """Where the data come from, candles in pages."""

    name: str

    def candles(self, spec: MarketSpec, timeframe: str, start: int, end: int) -> Iterator[Rows]: ...
    def funding(self, spec: MarketSpec, start: int, end: int) -> Rows: ...
    def recent_trades(self, spec: MarketSpec) -> Sequence[Trade]: ...
    def close(self) -> None: ...


class FromAgent:
    """The data agent, which has the exchange's budget of requests."""

    name = "agent"

    def __init__(self, home: Home, exchange: str, waiting: Callable[[], object] | None = None) -> None:
        """Raises FeedDown where it does not run."""
        self._waiting = waiting
        self._client = FeedClient(home.feed_socket(exchange))
        try:
            self._client.connect(1.0)
        except FeedDown:
            self._client.close()
            raise

    def candles(self, spec: MarketSpec, timeframe: str, start: int, end: int) -> Iterator[Rows]:
        for page in self._client.candles(spec.market, timeframe, start, end, waiting=self._waiting):
            yield [candle[:6] for candle in page]

    def funding(self, spec: MarketSpec, start: int, end: int) -> Rows:
        return [row for page in self._client.funding(spec.market, start, end) for row in page]

    def recent_trades(self, spec: MarketSpec) -> Sequence[Trade]:
        return self._client.recent_trades(spec.market)

    def close(self) -> None:
        self._client.close()


class FromExchange:
    """The exchange itself, where no agent runs."""

    name = "exchange"

    def __init__(self, home: Home, exchange: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._history = History(exchange, home)

    def candles(self, spec: MarketSpec, timeframe: str, start: int, end: int) -> Iterator[Rows]:
        pages: AsyncIterator[Rows] = self._history.candles(spec, timeframe, start, end)
        while True:
            try:
                yield self._loop.run_until_complete(anext(pages))
            except StopAsyncIteration:
                return

    def funding(self, spec: MarketSpec, start: int, end: int) -> Rows:
        return self._loop.run_until_complete(self._history.funding(spec, start, end))

    def recent_trades(self, spec: MarketSpec) -> Sequence[Trade]:
        return self._loop.run_until_complete(self._history.recent_trades(spec))

    def close(self) -> None:
        self._loop.run_until_complete(self._history.close())
        self._loop.close()


def source(home: Home, exchange: str, waiting: Callable[[], object] | None = None) -> Source:
    """The data agent where it runs, else the exchange."""
    if home.feed_socket(exchange).exists():
        try:
            return FromAgent(home, exchange, waiting)
        except FeedDown:
            pass
    return FromExchange(home, exchange)


def checked(
    home: Home, exchange: str, market: str, timeframe: str, start: int, end: int
) -> tuple[MarketSpec, int]:
    """The market and the length of its candles, in seconds. Raises BadSpec for what cannot be asked for."""
    spec = market_of(home, exchange, market)
    try:
        length = seconds(timeframe)
    except ValueError as error:
        raise BadSpec(str(error), "bad_request") from None
    if not 0 <= start < end:
        raise BadSpec(f"{start} to {end} is no range of time", "bad_range")
    return spec, length


def market_of(home: Home, exchange: str, market: str) -> MarketSpec:
    """A market of an exchange that is open. Raises BadSpec, or OutsideTrouble as `find_market`."""
    try:
        markets.require_open(exchange)
        return findmarket_of(home, exchange, market)
    except ValueError as error:
        raise BadSpec(str(error), "bad_request") from None


def findmarket_of(home: Home, exchange: str, market: str) -> MarketSpec:
    """The market; what the exchange lists is asked for where it might have a ccxt symbol by now.

    Raises:
        UnknownExchange, UnknownMarket.
        OutsideTrouble: it could be, but the exchange cannot be asked.
    """
    try:
        return markets.resolve(market, exchange, home)
    except markets.UnknownMarket:
        if ":" not in market or "+" in market or not catalogue.is_stale(home, exchange):
            raise
    asyncio.run(instruments.fetch(exchange, home))
    return markets.resolve(market, exchange, home)
