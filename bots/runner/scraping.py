"""A scraper as a session: the market's data into the archive until it is told to stop."""

import time
from typing import Any

from bots.feed.client import FeedClient
from bots.feed.errors import FeedDown
from bots.process import Process
from bots.runner.figures import ProcessFigures
from bots.runner.heartbeat import Heartbeat
from bots.runner.journal import Journal
from bots.runner.prepare import Prepared, stored_snapshot
from bots.runner.scraper import Scraper
from schema.archive.layout import market_folder

_LONGEST_WAIT = 1.0
_CONNECT_SECONDS = 0.5


class Stopped(Exception):
    """The session was told to stop, or a newer run exists."""


def run_scraper(process: Process, prepared: Prepared, journal: Journal, heartbeat: Heartbeat) -> None:
    """Collect until SIGTERM; says that it is ready first."""
    _ScraperSession(process, prepared, journal, heartbeat).run()


class _ScraperSession:
    def __init__(self, process: Process, prepared: Prepared, journal: Journal, heartbeat: Heartbeat) -> None:
        spec = prepared.spec
        self._process = process
        self._prepared = prepared
        self._journal = journal
        self._heartbeat = heartbeat
        self._figures = ProcessFigures(process, spec)
        self._feed = FeedClient(prepared.home.feed_socket(spec.exchange))
        self._scraper = Scraper(spec, prepared.home, self._feed, self._log, self._idle)
        self._state = "running"
        self._stored = -1
        snapshot = stored_snapshot(prepared)
        if snapshot is not None:
            self._scraper.restore(snapshot["scraper"])

    def run(self) -> None:
        spec = self._prepared.spec
        self._journal.log("info", f"Scraping {spec.market} on {spec.exchange} into {self._folder()}")
        self._journal.flush()
        self._process.ready()
        try:
            self._connect()
            self._scraper.start()
            while True:
                self._turn()
        except Stopped:
            if self._heartbeat.refused:
                self._log("error", f"this run ends itself: {self._heartbeat.refused}")
        except Exception as error:
            self._journal.log("error", f"{type(error).__name__}: {error}")
            raise
        finally:
            self._scraper.flush()
            self._keep()
            self._journal.log("info", f"Stopped with {self._scraper.data_points:,} data points")
            self._journal.flush()
            if not self._heartbeat.refused:
                self._heartbeat.last(self._payload())
            self._feed.close()

    def _connect(self) -> None:
        told = False
        while True:
            try:
                self._feed.connect(_CONNECT_SECONDS)
                return
            except FeedDown as error:
                if not told:
                    self._log("warn", f"waiting for market data: {error}")
                    told = True
            self._idle()

    def _turn(self) -> None:
        descriptor = self._feed.fileno()
        self._process.wait(self._seconds_to_wait(), *([descriptor] if descriptor >= 0 else []))
        self._idle()
        for event in self._feed.read_events():
            self._scraper.handle(event)
        self._feed.ack()
        if self._state == "running":
            self._scraper.tick(time.monotonic())
            self._keep()
        self._follow_wants()

    def _seconds_to_wait(self) -> float:
        feed = self._feed.timeout()
        due = min(_LONGEST_WAIT, self._scraper.interval, self._heartbeat.seconds_until_due())
        return due if feed is None else min(due, feed)

    def _idle(self) -> None:
        """What goes on also while the scraper waits for the exchange."""
        self._process.poll()
        if self._process.stopping or self._heartbeat.refused:
            raise Stopped
        self._heartbeat.turn(self._payload)
        self._journal.flush()

    def _follow_wants(self) -> None:
        wanted = self._process.wanted
        if wanted == self._state:
            return
        self._state = wanted
        if wanted == "paused":
            self._scraper.pause()
            self._journal.log("info", "Paused: nothing is collected")
        else:
            self._scraper.start()
            self._journal.log("info", "Resumed: what was missed is fetched as far as it is to be had")
        self._keep()
        self._journal.flush()
        self._process.announce(wanted)

    def _keep(self) -> None:
        """Snapshot what is stored, so that a restart goes on from there."""
        if self._scraper.data_points == self._stored:
            return
        state = {"scraper": self._scraper.snapshot(), "at": time.time()}
        if self._journal.commit(lambda: state, due=True):
            self._stored = self._scraper.data_points

    def _folder(self) -> str:
        folders = (f"archive/{market_folder(market)}/" for market in self._prepared.instruments)
        return " and ".join(folders)

    def _log(self, level: str, message: str) -> None:
        self._journal.log("error" if level == "error" else "warn" if level == "warn" else "info", message)

    def _payload(self) -> dict[str, Any]:
        return {
            **self._figures.payload(),
            "trade_count": 0,
            "data_points": self._scraper.data_points,
            "market_time": self._scraper.last_time,
            "last_price": self._scraper.last_price,
        }
