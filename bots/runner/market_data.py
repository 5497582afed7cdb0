"""Market data on its way from the feed to the engine: history first, then events in order, and funding at
its stamps.

The engine sees one event at a time. What the strategy must know of the past is fetched before a market's
first event; candles that were missed fill the bars without calling the strategy.
"""

import time
from collections.abc import Callable

from bots.core.engine import Engine
from bots.core.events import Candle, Tick
from bots.core.ports import Level
from bots.core.signals import history_start
from bots.feed.client import FeedClient
from bots.feed.errors import FeedDown, FeedError, FeedRefused
from bots.feed.events import FeedEvent, FeedGap, FeedStatus, ReplayEnd
from bots.process import BadSpec
from bots.runner.funding import FundingClock
from bots.runner.prepare import BASE_SECONDS, Prepared

_CONNECT_SECONDS = 0.5
_HISTORY_RETRY_SECONDS = 2.0


class MarketData:
    """Feeds one engine. `idle` is called again and again while something is waited for, and may raise to
    end that.
    """

    def __init__(
        self,
        feed: FeedClient,
        engine: Engine,
        prepared: Prepared,
        log: Callable[[Level, str], None],
        idle: Callable[[], None],
        rest: Callable[[float], None],
    ) -> None:
        self._feed = feed
        self._engine = engine
        self._prepared = prepared
        self._log = log
        self._idle = idle
        self._rest = rest
        self._first: dict[str, bool] = dict.fromkeys(prepared.instruments, True)
        self._funding = FundingClock(feed, lambda message: log("warn", message), idle)

    def recovered(self) -> None:
        """The engine goes on from a snapshot: funding since then counts for the positions it brought."""
        for market in self._engine.ledger.trips:
            self._funding.begin(market, self._engine.now)

    def connect(self) -> None:
        """Reach the data agent and subscribe. Waits as long as it takes: an exchange may be away for
        hours.
        """
        told = False
        while True:
            self._idle()
            try:
                self._feed.connect(_CONNECT_SECONDS)
                break
            except FeedDown as error:
                if not told:
                    self._log("warn", f"waiting for market data: {error}")
                    told = True
        self._feed.subscribe(self._prepared.instruments, ("trades", "candles"))
        self._log("info", f"Following {self._prepared.spec.market} on {self._prepared.spec.exchange}")

    def handle(self, event: FeedEvent) -> None:
        if isinstance(event, Tick):
            self._warm_up(event.market, event.ts)
            self._begin()
            is_open = event.market in self._engine.ledger.trips
            for funding in self._funding.passed(event.market, event.ts, event.price, is_open=is_open):
                self._engine.handle(funding)
            self._engine.handle(event)
        elif isinstance(event, Candle):
            self._on_candle(event)
        elif isinstance(event, FeedStatus):
            self._log("info" if event.connected else "warn", f"Market data: {event.message}")
        elif isinstance(event, FeedGap):
            self._log("warn", event.message)
        elif isinstance(event, ReplayEnd):
            self._log("info", "The replay is at its end")

    def _on_candle(self, candle: Candle) -> None:
        """Raises CandleError for a market that is not the session's."""
        last = self._engine.bars.last_candle.get(candle.market)
        if last is not None and candle.ts < last:
            self._begin_anew(candle.market, candle.ts, last)
        elif last is not None and last < self._history_start(candle.ts):
            self._first[candle.market] = True  # a leap: what lies between would fill the windows many times
        if self._first.get(candle.market):
            self._warm_up(candle.market, candle.ts)
        last = self._engine.bars.last_candle.get(candle.market)
        if last is not None and candle.ts > last + BASE_SECONDS:
            self._fill(candle.market, last + BASE_SECONDS, candle.ts)
        self._begin()
        if candle.ts != last:  # else it is known from the history already
            self._engine.handle(candle)

    def _begin_anew(self, market: str, now: float, last: float) -> None:
        """The exchange's clock is behind what this session has seen: it was set back, or replays anew."""
        self._log(
            "warn",
            f"{market}: market time went back from {last:.0f} to {now:.0f}; "
            "bars begin anew, an open position is kept",
        )
        self._engine.begin_anew(now)
        self._first = dict.fromkeys(self._first, True)

    def _begin(self) -> None:
        """The strategy starts once every market has its history."""
        if not any(self._first.values()):
            self._engine.start()

    def _warm_up(self, market: str, now: float) -> None:
        """Before a market's first event: the bars that the strategy must know, up to the event's own
        minute.
        """
        if not self._first[market]:
            return
        last = self._engine.bars.last_candle.get(market)
        if last is not None and now < last:
            self._begin_anew(market, now, last)
        minute = now - now % BASE_SECONDS
        start = self._history_start(minute)
        last = self._engine.bars.last_candle.get(market)
        if last is not None and last >= start:
            start = last + BASE_SECONDS
        elif last is not None:
            self._log(
                "warn", f"{market}: nothing is known of the time since {last:.0f}; its bars are replaced"
            )
        self._fill(market, start, minute)
        self._first[market] = False
        until = time.strftime("%H:%M", time.gmtime(minute))
        self._log("info", f"Market data received - {market}, history up to {until} UTC")

    def _history_start(self, moment: float) -> float:
        """How far back the strategy looks."""
        return history_start(self._engine.strategy, self._engine.settings.timeframe, moment)

    def _fill(self, market: str, start: float, end: float) -> None:
        """Take candles of [start, end) into the bars without calling the strategy for them."""
        if end <= start:
            return
        while True:
            self._idle()
            try:
                pages = self._feed.candles(market, "1m", start, end, waiting=self._idle)
                candles = [candle for page in pages for candle in page]
                break
            except FeedRefused as error:
                raise BadSpec(f"{market} on {self._prepared.spec.exchange}: {error}", "bad_market") from None
            except (FeedDown, FeedError) as error:
                self._log("warn", f"history of {market} is not to be had yet: {error}")
                self._rest(_HISTORY_RETRY_SECONDS)
        self._engine.warm_up(candles)
