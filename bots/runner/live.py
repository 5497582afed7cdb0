"""A live session: market data in, decisions out, until it is told to stop."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from bots.core.broker import PaperBroker
from bots.core.engine import Engine
from bots.core.events import Candle, Tick
from bots.feed.client import FeedClient
from bots.feed.errors import FeedDown, FeedError, FeedRefused
from bots.feed.events import FeedEvent, FeedGap, FeedStatus, ReplayEnd
from bots.process import BadSpec, Process
from bots.runner.figures import MetricsFile, ProcessFigures
from bots.runner.funding import FundingClock
from bots.runner.heartbeat import Heartbeat
from bots.runner.journal import Journal
from bots.runner.prepare import BASE_SECONDS, Prepared, stored_snapshot

_SNAPSHOT_SECONDS = 30.0
_LONGEST_WAIT = 1.0
_CONNECT_SECONDS = 0.5
_HISTORY_RETRY_SECONDS = 2.0


class Stopped(Exception):
    """The session was told to stop while it waited for something."""


class LiveSession:
    """Drives one engine from the data agent's feed. The engine sees one event at a time, in the feed's
    order.
    """

    def __init__(
        self, process: Process, prepared: Prepared, journal: Journal, heartbeat: Heartbeat, feed: FeedClient
    ) -> None:
        self._process = process
        self._prepared = prepared
        self._journal = journal
        self._heartbeat = heartbeat
        self._feed = feed
        self._figures = ProcessFigures(process, prepared.spec)
        self._metrics = MetricsFile(prepared.home, prepared.spec, float(prepared.settings.starting_balance))
        self._snapshot_at = time.monotonic() + _SNAPSHOT_SECONDS
        self._orders_seen = 0
        self._state = process.wanted
        self._first: dict[str, bool] = dict.fromkeys(prepared.instruments, True)
        self.engine = Engine(
            prepared.strategy,
            prepared.instruments,
            PaperBroker(prepared.instruments, Decimal(prepared.settings.leverage)),
            journal,
            prepared.engine_settings(verbose=True),
        )
        self._funding = FundingClock(feed, lambda message: journal.log("warn", message), self._idle)
        self._recover()

    def _recover(self) -> None:
        """Go on from the snapshot of an earlier run, if there is one."""
        snapshot = stored_snapshot(self._prepared)
        if snapshot is None:
            return
        try:
            self.engine.restore(snapshot["engine"])
        except (ValueError, KeyError) as error:
            raise BadSpec(f"the session's snapshot does not fit: {error}", "bad_snapshot") from error
        self._journal.recover(snapshot)
        for market in self.engine.ledger.trips:
            self._funding.begin(market, self.engine.now)
        self._journal.log("info", "Continuing from the snapshot of the last run")

    def run(self) -> None:
        """Trade until SIGTERM, or until the API says that a newer run exists."""
        if self._state == "paused":
            self.engine.pause()
        else:
            self.engine.resume()
        try:
            self._connect()
            while not self._is_over():
                self._turn()
        except Stopped:
            pass
        except Exception as error:
            self._journal.log("error", f"{type(error).__name__}: {error}")
            raise
        finally:
            self._end()

    def _is_over(self) -> bool:
        if self._heartbeat.refused and not self._process.stopping:
            self._journal.log("error", f"this run ends itself: {self._heartbeat.refused}")
            return True
        return self._process.stopping

    def _turn(self) -> None:
        descriptor = self._feed.fileno()
        self._process.wait(self._seconds_to_wait(), *([descriptor] if descriptor >= 0 else []))
        self._follow_wants()
        for event in self._feed.read_events():
            self._handle(event)
        self._commit()
        self._feed.ack()
        if self._heartbeat.turn(self._payload):
            self._write_metrics()

    def _seconds_to_wait(self) -> float:
        dues = [_LONGEST_WAIT, self._heartbeat.seconds_until_due()]
        feed = self._feed.timeout()
        if feed is not None:
            dues.append(feed)
        return min(dues)

    # Market data

    def _connect(self) -> None:
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
                    self._journal.log("warn", f"waiting for market data: {error}")
                    told = True
        self._feed.subscribe(self._prepared.instruments, ("trades", "candles"))
        self._journal.log("info", f"Following {self._prepared.spec.market} on {self._prepared.spec.exchange}")

    def _handle(self, event: FeedEvent) -> None:
        if isinstance(event, Tick):
            self._warm_up(event.market, event.ts)
            self._begin()
            is_open = event.market in self.engine.ledger.trips
            for funding in self._funding.passed(event.market, event.ts, event.price, is_open=is_open):
                self.engine.handle(funding)
            self.engine.handle(event)
        elif isinstance(event, Candle):
            self._on_candle(event)
        elif isinstance(event, FeedStatus):
            self._journal.log("info" if event.connected else "warn", f"Market data: {event.message}")
        elif isinstance(event, FeedGap):
            self._journal.log("warn", event.message)
        elif isinstance(event, ReplayEnd):
            self._journal.log("info", "The replay is at its end")

    def _on_candle(self, candle: Candle) -> None:
        """Raises CandleError for a market that is not the session's."""
        last = self.engine.bars.last_candle.get(candle.market)
        if last is not None and candle.ts < last:
            self._begin_anew(candle.market, candle.ts, last)
        elif last is not None and candle.ts - last > self._history_seconds:
            self._first[candle.market] = True  # a leap: what lies between would fill the windows many times
        if self._first.get(candle.market):
            self._warm_up(candle.market, candle.ts)
        last = self.engine.bars.last_candle.get(candle.market)
        if last is not None and candle.ts > last + BASE_SECONDS:
            self._fill(candle.market, last + BASE_SECONDS, candle.ts)
        self._begin()
        if candle.ts != last:  # else it is known from the history already
            self.engine.handle(candle)

    def _begin_anew(self, market: str, now: float, last: float) -> None:
        """The exchange's clock is behind what this session has seen: it was set back, or replays anew."""
        self._journal.log(
            "warn",
            f"{market}: market time went back from {last:.0f} to {now:.0f}; "
            "bars begin anew, an open position is kept",
        )
        self.engine.begin_anew(now)
        self._first = dict.fromkeys(self._first, True)

    def _begin(self) -> None:
        """The strategy starts once every market has its history."""
        if not any(self._first.values()):
            self.engine.start()

    def _warm_up(self, market: str, now: float) -> None:
        """Before a market's first event: the bars that the strategy must know, up to the event's own
        minute.
        """
        if not self._first[market]:
            return
        last = self.engine.bars.last_candle.get(market)
        if last is not None and now < last:
            self._begin_anew(market, now, last)
        minute = now - now % BASE_SECONDS
        start = minute - minute % self._bar_seconds - self._history_seconds
        last = self.engine.bars.last_candle.get(market)
        if last is not None and last >= start:
            start = last + BASE_SECONDS
        elif last is not None:
            self._journal.log(
                "warn", f"{market}: nothing is known of the time since {last:.0f}; its bars are replaced"
            )
        self._fill(market, start, minute)
        self._first[market] = False
        until = time.strftime("%H:%M", time.gmtime(minute))
        self._journal.log("info", f"Market data received - {market}, history up to {until} UTC")

    @property
    def _bar_seconds(self) -> int:
        return self.engine.settings.timeframe

    @property
    def _history_seconds(self) -> int:
        """How far back the strategy looks."""
        return (self.engine.strategy.warmup() + 1) * self._bar_seconds

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
                self._journal.log("warn", f"history of {market} is not to be had yet: {error}")
                self._rest(_HISTORY_RETRY_SECONDS)
        self.engine.warm_up(candles)

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._process.wait(min(left, _LONGEST_WAIT))
            self._idle()

    def _idle(self) -> None:
        """What goes on while the session waits for something: heartbeats, wants, log; stops it where that
        is asked.
        """
        self._process.poll()
        if self._is_over():
            raise Stopped
        self._follow_wants()
        self._journal.flush()
        self._heartbeat.turn(self._payload)

    # Wants, files, heartbeats

    def _follow_wants(self) -> None:
        wanted = self._process.wanted
        if wanted == self._state or self._process.stopping:
            return
        self._state = wanted
        if wanted == "paused":
            self.engine.pause()
            self._journal.log("info", "Paused: the strategy rests, stops and targets keep working")
        else:
            self.engine.resume()
            self._journal.log("info", "Resumed")
        self._commit(due=True)
        self._process.announce(wanted)

    def _commit(self, *, due: bool = False) -> None:
        now = time.monotonic()
        orders = self.engine.desk.next_order_id
        due = due or now >= self._snapshot_at or orders != self._orders_seen
        if self._journal.commit(self._snapshot, due=due):
            self._snapshot_at = now + _SNAPSHOT_SECONDS
            self._orders_seen = orders

    def _snapshot(self) -> dict[str, Any]:
        return {"engine": self.engine.snapshot(), "run": self._prepared.spec.run, "at": time.time()}

    def _payload(self) -> dict[str, Any]:
        return self.engine.counters() | self._figures.payload()

    def _write_metrics(self, *, final: bool = False) -> None:
        try:
            self._metrics.refresh(self.engine.counters(), final=final)
        except OSError as error:
            self._journal.log("warn", f"the metrics cannot be written: {error}")

    def _end(self) -> None:
        with _on_error(self._journal):
            self._commit(due=True)
        self._write_metrics(final=True)
        self._journal.log("info", "Stopped" if self._process.stopping else "Ended")
        self._journal.flush()
        if not self._heartbeat.refused:
            self._heartbeat.last(self._payload())
        self._feed.close()


@contextmanager
def _on_error(journal: Journal) -> Iterator[None]:
    """A strategy whose state cannot be told must not hide why the session ended."""
    try:
        yield
    except Exception as error:
        journal.log("error", f"the last snapshot could not be written: {type(error).__name__}: {error}")
