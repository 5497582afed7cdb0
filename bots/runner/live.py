"""A live session: market data in, decisions out, until it is told to stop."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bots.core.engine import Engine
from bots.core.paper.broker import PaperBroker
from bots.core.signals import StrategyError
from bots.feed.client import FeedClient
from bots.process import BadSpec, Process
from bots.runner.blame import failed
from bots.runner.figures import ProcessFigures
from bots.runner.heartbeat import Heartbeat
from bots.runner.journal import Journal
from bots.runner.market_data import MarketData
from bots.runner.metrics_file import MetricsFile
from bots.runner.prepare import Prepared, stored_snapshot
from schema.files.exact import dumps

_SNAPSHOT_SECONDS = 30.0
_LONGEST_WAIT = 1.0


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
        self.engine = Engine(
            prepared.strategy,
            prepared.instruments,
            PaperBroker(prepared.instruments, prepared.assumptions()),
            journal,
            prepared.engine_settings(verbose=True),
        )
        self._market_data = MarketData(feed, self.engine, prepared, journal.log, self._idle, self._rest)
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
        self._market_data.recovered()
        self._journal.log("info", "Continuing from the snapshot of the last run")

    def run(self) -> None:
        """Trade until SIGTERM, or until the API says that a newer run exists."""
        if self._state == "paused":
            self.engine.pause()
        else:
            self.engine.resume()
        try:
            self._market_data.connect()
            while not self._is_over():
                self._turn()
        except Stopped:
            pass
        except (Exception, SystemExit) as error:  # a strategy that calls exit() has not finished its session
            told = failed(error, self._prepared.strategy)
            self._journal.log("error", told.message if told else f"{type(error).__name__}: {error}")
            if told is None:
                raise
            raise told from error
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
            self._market_data.handle(event)
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
        try:
            committed = self._journal.commit(self._snapshot, due=due)
        except ValueError as error:
            raise self._bad_state() or error from None
        if committed:
            self._snapshot_at = now + _SNAPSHOT_SECONDS
            self._orders_seen = orders

    def _bad_state(self) -> StrategyError | None:
        """Whether it is the strategy's own state that no snapshot can hold."""
        strategy = self._prepared.strategy
        try:
            dumps(strategy.state())
        except ValueError as error:
            return StrategyError(f"{strategy.name}.state() cannot be written: {error}")
        return None

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
            self._journal.conclude(self._snapshot)
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
