"""Past candles and funding from an exchange into the archive: only what it lacks, resumable at any moment."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from bots.exchange import instruments
from bots.exchange.history import History
from bots.feed.client import FeedClient
from bots.feed.errors import FeedDown
from bots.process import BadSpec, OutsideTrouble
from schema import catalogue, markets
from schema.archive.reader import Range, holes
from schema.archive.writer import CandleArchive, FundingArchive
from schema.home import Home
from schema.markets import MarketSpec
from schema.timeframes import seconds

Progress = Callable[[int, int], object]
"""Called with the candles done and the candles there are to do."""

Rows = Sequence[Sequence[Any]]
_NAMED = 5  # ranges that an error names


class MissingCandles(OutsideTrouble):
    """The exchange does not have all the candles that were asked for; `details["missing"]` has the ranges."""

    def __init__(self, exchange: str, market: str, timeframe: str, missing: Sequence[Range]) -> None:
        ranges = ", ".join(f"{_date(start)} to {_date(end)}" for start, end in missing[:_NAMED])
        more = f" and {len(missing) - _NAMED} more ranges" if len(missing) > _NAMED else ""
        super().__init__(
            f"{exchange} does not have the {timeframe} candles of {market} from {ranges}{more} (UTC)",
            "missing_candles",
            {"market": market, "exchange": exchange, "timeframe": timeframe, "missing": list(missing)},
        )


@dataclass(frozen=True)
class Downloaded:
    """What a download did.

    Attributes:
        added: candles that are new in the archive.
        funding: funding stamps that are new in it.
        missing: candles of the range that the exchange does not have (yet).
        holes: [start, end) of these.
        source: "agent" or "exchange": who was asked.
    """

    added: int
    funding: int
    missing: int
    holes: Sequence[Range]
    source: str


class Source(Protocol):
    """Where the candles come from, in pages."""

    name: str

    def candles(self, spec: MarketSpec, timeframe: str, start: int, end: int) -> Iterator[Rows]: ...
    def funding(self, spec: MarketSpec, start: int, end: int) -> Rows: ...
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


def download_candles(
    home: Home,
    exchange: str,
    market: str,
    start: int,
    end: int,
    progress: Progress | None = None,
    timeframe: str = "1m",
    idle: Callable[[], object] | None = None,
) -> Downloaded:
    """Fetch the candles of [start, end) that the archive lacks, and the funding rates of that time.

    Each page is in the archive before the next one is asked for: an interrupted download goes on there.

    Args:
        market: one market, no pair.
        idle: called again and again while something is fetched; may raise to give up.

    Raises:
        BadSpec: no such market, exchange, timeframe or range, or the exchange refuses.
        OutsideTrouble: the exchange does not answer; what came before that is stored.
        OSError: the archive cannot be written.
    """
    spec, length = _checked(home, exchange, market, timeframe, start, end)
    todo = holes(home.archive, exchange, spec.market, start, end, timeframe)
    asked = source(home, exchange, idle)
    try:
        added = _candles(home, asked, spec, timeframe, todo, _both(progress, idle), length)
        stamps = ((ts, rate) for ts, rate in asked.funding(spec, start, end))
        rates = FundingArchive(home.archive).write(exchange, spec.market, stamps)
    finally:
        asked.close()
    left = holes(home.archive, exchange, spec.market, start, end, timeframe)
    return Downloaded(added, rates.added, _bars(left, length), left, asked.name)


def fetch_candles(
    home: Home,
    exchange: str,
    market: str,
    start: int,
    end: int,
    progress: Progress | None = None,
    timeframe: str = "1m",
    idle: Callable[[], object] | None = None,
) -> Downloaded:
    """`download_candles`, for which a candle that the exchange does not have is an error.

    Raises:
        MissingCandles: names what is missing; what there is has been stored. Else as `download_candles`.
    """
    done = download_candles(home, exchange, market, start, end, progress, timeframe, idle)
    if done.holes:
        raise MissingCandles(exchange, market, timeframe, done.holes)
    return done


def _checked(
    home: Home, exchange: str, market: str, timeframe: str, start: int, end: int
) -> tuple[MarketSpec, int]:
    try:
        markets.require_open(exchange)
        spec, length = find_market(home, exchange, market), seconds(timeframe)
    except ValueError as error:
        raise BadSpec(str(error), "bad_request") from None
    if not 0 <= start < end:
        raise BadSpec(f"{start} to {end} is no range of time", "bad_range")
    return spec, length


def find_market(home: Home, exchange: str, market: str) -> MarketSpec:
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


def _both(progress: Progress | None, idle: Callable[[], object] | None) -> Progress:
    def told(done: int, total: int) -> None:
        if progress is not None:
            progress(done, total)
        if idle is not None:
            idle()

    return told


def _candles(
    home: Home,
    asked: Source,
    spec: MarketSpec,
    timeframe: str,
    todo: Sequence[Range],
    progress: Progress,
    length: int,
) -> int:
    archive = CandleArchive(home.archive)
    total = _bars(todo, length)
    added = done = 0
    progress(0, total)
    for start, end in todo:
        for rows in asked.candles(spec, timeframe, start, end):
            added += archive.write(spec.exchange, spec.market, rows, timeframe).added
            done += len(rows)
            progress(done, total)
    return added


def _bars(ranges: Sequence[Range], length: int) -> int:
    return sum(end - start for start, end in ranges) // length


def _date(ts: float) -> str:
    return datetime.fromtimestamp(ts, UTC).strftime("%Y-%m-%d %H:%M")
