"""A scraper over a real agent and sandbox: what is in the archive afterwards."""

import json
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from bots.feed.client import FeedClient
from bots.feed.events import Print
from bots.runner.scraper import Scraper
from schema.archive import layout
from schema.archive.reader import holes, read_candles
from schema.archive.tick_reader import read_tick_days
from schema.archive.writer import CandleArchive
from schema.home import Home
from schema.spec import LaunchSpec
from tests.bots.data.running import Reader, agent, sandbox
from tests.bots.runner.trading import session
from tests.schema.archive.samples import DAY, START, minutes
from tests.wait import until

SPEC = LaunchSpec(
    kind="session",
    id="s",
    run=1,
    home="",
    type="scraper",
    market="XBTUSD",
    exchange="sandbox",
    strategy="MarketScraper",
    strategy_params={"archive_interval": 1},
)


class Run:
    """A scraper in a loop of its own."""

    def __init__(self, home: Home, state: dict[str, Any] | None = None) -> None:
        self.reader = Reader(home)
        self.reader.client.connect(10)
        self.said: list[str] = []
        self.scraper = Scraper(SPEC, home, self.reader.client, lambda level, text: self.said.append(text))
        if state is not None:
            self.scraper.restore(state)
        self.scraper.start()
        self._handled = 0
        self.snapshot = self.scraper.snapshot()
        self.now = 0.0

    def until(self, candles: int, seconds: float = 20) -> None:
        def turn(reader: Reader) -> bool:
            for event in reader.events[self._handled :]:
                self.scraper.handle(event)
            self._handled = len(reader.events)
            self.now += 0.01
            if self.scraper.tick(self.now):
                self.snapshot = self.scraper.snapshot()
            return len(reader.candles()) >= candles

        self.reader.until(turn, seconds)


def stored(home: Home, kind: str) -> list[float]:
    return [
        float(ts)
        for day in read_tick_days(home.archive, "sandbox", "XBTUSD", None, None, kind)
        for ts in day["ts"]
    ]


def assert_whole(home: Home) -> None:
    """Every print of the time, once; and every candle."""
    trades = stored(home, layout.TRADES)
    assert trades == [trades[0] + number for number in range(len(trades))]
    candles = read_candles(home.archive, "sandbox", "XBTUSD", None, None).ts.tolist()
    assert holes(home.archive, "sandbox", "XBTUSD", candles[0], candles[-1] + 60) == []


def test_trades_quotes_and_candles_are_stored_and_counted(home: Home) -> None:
    with sandbox(home, "--speed", "200"), agent(home):
        run = Run(home)
        run.until(candles=4)
        assert run.scraper.flush()
        seen = run.reader.candles()
        rest = [
            candle
            for page in run.reader.client.candles("XBTUSD", "1m", seen[0].ts, seen[-1].ts + 60)
            for candle in page
        ]
    assert rest == seen
    assert_whole(home)
    quotes = stored(home, layout.QUOTES)
    assert len(quotes) == len(set(quotes)) > 100
    assert run.scraper.data_points == len(stored(home, layout.TRADES)) + len(quotes) + len(seen)
    assert run.scraper.last_price == float(run.reader.of(Print)[-1].price)


def test_a_scraper_started_again_fills_the_hole_and_stores_nothing_twice(home: Home) -> None:
    with sandbox(home, "--speed", "100"), agent(home):
        first = Run(home)
        first.until(candles=2)
        first.until(candles=3)
        first.reader.client.close()  # killed: what came since the last flush is not stored
        away = Reader(home).follow("XBTUSD")
        away.until(lambda r: len(r.candles()) >= 3)
        second = Run(home, json.loads(json.dumps(first.snapshot)))
        second.until(candles=5)
        second.scraper.flush()
    assert_whole(home)
    points = len(stored(home, layout.TRADES)) + len(stored(home, layout.QUOTES))
    points += len(read_candles(home.archive, "sandbox", "XBTUSD", None, None))
    assert second.scraper.data_points == points


def test_with_an_agent_started_anew_the_exchange_is_asked_for_what_was_missed(home: Home) -> None:
    with sandbox(home, "--speed", "60"):
        with agent(home):
            first = Run(home)
            first.until(candles=2)
            first.scraper.flush()
            state = first.scraper.snapshot()
            first.reader.client.close()
        with agent(home):
            second = Run(home, state)
            second.until(candles=3)
            second.scraper.flush()
    assert_whole(home)


def test_a_pause_collects_nothing_and_what_it_missed_is_fetched_after_it(home: Home) -> None:
    with sandbox(home, "--speed", "100"), agent(home):
        run = Run(home)
        run.until(candles=1)
        run.scraper.pause()
        before = len(stored(home, layout.TRADES))
        away = Reader(home).follow("XBTUSD").until(lambda r: len(r.candles()) >= 2)
        run.reader.turn()
        assert len(stored(home, layout.TRADES)) == before
        run.scraper.start()
        run.until(candles=5)
        run.scraper.flush()
        assert away.ticks()
    assert_whole(home)


def test_a_disk_that_cannot_be_written_loses_nothing(home: Home) -> None:
    home.archive.rmdir()
    home.archive.write_text("a file where a folder should be")
    with sandbox(home, "--speed", "200"), agent(home):
        run = Run(home)
        run.until(candles=2)
        assert run.scraper.flush() is False
        assert any("wait in memory" in text for text in run.said)
        home.archive.unlink()
        assert run.scraper.flush() is True
    assert_whole(home)
    assert run.scraper.data_points > 100


def test_a_killed_process_loses_what_came_since_its_last_flush_and_the_next_one_fetches_it(
    home: Home,
) -> None:
    fields: dict[str, Any] = {
        "type": "scraper",
        "strategy": "MarketScraper",
        "strategy_params": {"archive_interval": 1},
    }

    def stored_more(than: int) -> Callable[[], bool]:
        return lambda: len(stored(home, layout.TRADES)) > than

    with sandbox(home, "--speed", "50"), agent(home):
        away = Reader(home).follow("XBTUSD")
        with session(home, **fields) as run:
            until(stored_more(50), 20, "trades in the archive")
            os.kill(run.pid, signal.SIGKILL)
            assert run.code() == -signal.SIGKILL
        kept = stored(home, layout.TRADES)
        assert kept == [kept[0] + number for number in range(len(kept))], "whole up to the last flush"
        with session(home, run=2, **fields) as run:
            until(stored_more(len(kept) + 50), 20, "more trades in the archive")
            away.until(lambda reader: len(reader.candles()) >= 3)
            assert run.stop() == 0
    assert_whole(home)
    assert not list(home.archive.rglob("*.tmp"))


def test_a_month_that_ended_is_merged_at_the_first_flush(home: Home) -> None:
    past = minutes(1440)
    CandleArchive(home.archive).write("sandbox", "XBTUSD", past)
    with sandbox(home, "--speed", "200"), agent(home):
        run = Run(home)
        run.until(candles=1)
        run.scraper.flush()
        run.scraper.tick(run.now + 10)
    assert (home.archive / "xbtusd/2024-01/sandbox-1m.parquet").exists()
    assert "merged a finished month into xbtusd/2024-01/sandbox-1m.parquet" in run.said
    read = read_candles(home.archive, "sandbox", "XBTUSD", None, START + DAY)
    assert list(read) == list(past)


def test_a_market_that_is_none_is_refused(home: Home) -> None:
    spec = LaunchSpec(kind="session", id="s", run=1, home="", market="XBTEUR", exchange="sandbox")
    with pytest.raises(ValueError, match="unknown market"):
        Scraper(spec, home, FeedClient(home.feed_socket("sandbox")), lambda level, text: None)
