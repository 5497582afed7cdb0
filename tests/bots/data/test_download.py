"""Downloads from a real sandbox, by the data agent and without it."""

import json
import os
import subprocess
import sys
import time

import pytest

from bots.download import MissingCandles, download_candles, fetch_candles
from bots.exchange.check import check
from bots.process import BadSpec, OutsideTrouble
from schema.archive.reader import holes, read_candles, read_funding
from schema.home import Home
from tests.bots.data.running import agent, sandbox

START = 1_760_000_040 // 60 * 60
END = START + 3000 * 60


def test_a_range_without_an_agent_comes_from_the_exchange_itself(home: Home) -> None:
    steps: list[tuple[int, int]] = []
    with sandbox(home):
        done = download_candles(home, "sandbox", "XBTUSD", START, END, lambda *step: steps.append(step))
    assert (done.added, done.missing, done.holes, done.source) == (3000, 0, [], "exchange")
    assert steps == [(0, 3000), (1000, 3000), (2000, 3000), (3000, 3000)]
    assert read_candles(home.archive, "sandbox", "XBTUSD", START, END).ts.tolist() == list(
        range(START, END, 60)
    )
    assert len(read_funding(home.archive, "sandbox", "XBTUSD", START, END)) == done.funding == 6


def test_the_agent_is_asked_where_it_runs_and_gives_the_same(home: Home) -> None:
    with sandbox(home):
        download_candles(home, "sandbox", "ETHUSD", START, START + 6000)
        alone = list(read_candles(home.archive, "sandbox", "ETHUSD", START, START + 6000))
        with agent(home):
            done = download_candles(home, "sandbox", "ETHUSD", START - 6000, START + 6000)
    assert (done.source, done.added) == ("agent", 100)
    assert list(read_candles(home.archive, "sandbox", "ETHUSD", START, START + 6000)) == alone


def test_an_interrupted_download_goes_on_where_it_was(home: Home) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == 2000:
            raise KeyboardInterrupt

    with sandbox(home):
        with pytest.raises(KeyboardInterrupt):
            download_candles(home, "sandbox", "XBTUSD", START, END, interrupt)
        assert holes(home.archive, "sandbox", "XBTUSD", START, END) == [(START + 2000 * 60, END)]
        assert download_candles(home, "sandbox", "XBTUSD", START, END).added == 1000


def test_a_killed_download_goes_on_where_it_was(home: Home) -> None:
    stop = START + 20_000 * 60
    request = {"market": "XBTUSD", "exchange": "sandbox", "start": START, "end": stop}
    environment = {**os.environ, "BOTYARD_HOME": str(home.root)}
    command = [sys.executable, "-m", "bots", "download"]
    with sandbox(home):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(command, env=environment, **pipes) as task:  # type: ignore[call-overload]
            task.stdin.write(json.dumps(request).encode())
            task.stdin.close()
            told = next(line for line in task.stdout if json.loads(line).get("done", 0) >= 2000)
            task.kill()
        there = len(read_candles(home.archive, "sandbox", "XBTUSD", START, stop))
        assert json.loads(told)["done"] <= there
        done = download_candles(home, "sandbox", "XBTUSD", START, stop)
    assert (done.added, done.holes) == (20_000 - there, [])
    assert len(read_candles(home.archive, "sandbox", "XBTUSD", None, None)) == 20_000


def test_candles_that_are_not_there_are_named(home: Home) -> None:
    now = int(time.time()) // 60 * 60
    with sandbox(home), pytest.raises(MissingCandles) as caught:
        fetch_candles(home, "sandbox", "XBTUSD", now - 600, now + 3600)
    assert "sandbox does not have the 1m candles of XBTUSD from 20" in caught.value.message
    start, end = caught.value.details["missing"][-1]
    assert (start - now) % 60 == 0
    assert end == now + 3600


@pytest.mark.parametrize(
    ("exchange", "market", "timeframe", "start", "end", "what"),
    [
        ("sandbox", "XBTEUR", "1m", 0, 60, "unknown market 'XBTEUR'"),
        ("nowhere", "XBTUSD", "1m", 0, 60, "unknown exchange 'nowhere'"),
        ("bitmex", "XBTUSD", "1m", 0, 60, "closed on 2026-09-23"),
        ("sandbox", "XBTUSD", "7m", 0, 60, "unknown timeframe '7m'"),
        ("sandbox", "XBTUSD", "1m", 60, 60, "no range"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    home: Home, exchange: str, market: str, timeframe: str, start: int, end: int, what: str
) -> None:
    with pytest.raises(BadSpec, match=what):
        download_candles(home, exchange, market, start, end, timeframe=timeframe)


def test_an_exchange_that_is_not_there_is_told(home: Home) -> None:
    with pytest.raises(OutsideTrouble, match="sandbox exchange is not running"):
        check("sandbox", home)
    with sandbox(home):
        assert check("sandbox", home).startswith("sandbox answers in ")
