"""A market that only the exchange's list has, through the whole product."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.stack import Stack
from tests.wait import until

LTC = "LTC/USDT:USDT"
EAGER = {"threshold": 0.05, "stop_atr": 0.3, "target_atr": 0.3, "position_size": 2}
STRATEGY = """
from bots.strategies.test_bot import TestBot


class AnyMarketBot(TestBot):
    id = "AnyMarketBot"
    markets = ("*",)
"""


def botyard(stack: Stack, *words: str) -> Any:
    command = [sys.executable, "-m", "cli.main", *words, "--json"]
    done = subprocess.run(command, env=stack.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def listing(stack: Stack) -> Stack:
    """The stack with a strategy for any market, as soon as its agent has learned what the sandbox lists."""
    (stack.home.strategies / "any_market_bot.py").write_text(STRATEGY)
    until(lambda: stack.call("GET", "/strategies/AnyMarketBot")[0] == 200, 20, "the strategy")
    until(lambda: stack.get("/markets", search="LTC")["total"] == 1, 40, "the catalogue")
    return stack


def test_a_session_trades_it_in_its_own_currency(listing: Stack) -> None:
    session = listing.create(
        strategy="AnyMarketBot", market=LTC, strategy_params=EAGER, settings={"starting_balance": 1000}
    )
    listing.start(session)
    until(lambda: listing.get(f"/sessions/{session}/trades")["total"] >= 1, 60, "a trade")
    listing.post(f"/sessions/{session}/stop")
    trade = listing.get(f"/sessions/{session}/trades")["trades"][0]
    assert (trade["market"], trade["settle"], trade["exchange"]) == (LTC, "USDT", "sandbox")
    assert trade["pnl_usd"] == trade["pnl"]
    assert round(trade["entry_price"], 2) == trade["entry_price"], "on the tick that the exchange told"


def test_a_backtest_fetches_its_candles_and_completes(listing: Stack) -> None:
    end = int(time.time()) // 86_400 * 86_400 - 86_400 * 10
    session = listing.create(
        type="backtest",
        strategy="AnyMarketBot",
        market=LTC,
        strategy_params=EAGER,
        settings={"starting_balance": 1000},
        range_start=end - 7200,
        range_end=end,
    )
    listing.start(session)
    assert listing.until_status(session, "completed", 60)["progress"]["done"] == 120


def test_a_scraper_collects_it(listing: Stack) -> None:
    session = listing.create(
        type="scraper", strategy="MarketScraper", market=LTC, strategy_params={"archive_interval": 1}
    )
    listing.start(session)
    until(lambda: (listing.session(session)["data_points"] or 0) > 20, 30, "data points")
    until(lambda: listing.get(f"/markets/{LTC}/candles")["candles"], 30, "candles")
    assert listing.get("/markets", search="LTC")["markets"][0]["scraper"] == session
    listing.post(f"/sessions/{session}/stop")


def test_it_is_downloaded_imported_and_listed_by_the_command_line(listing: Stack, tmp_path: Path) -> None:
    span = ("--from", "2024-01-15", "--to", "2024-01-15T01:00")
    assert botyard(listing, "data", "download", "--market", LTC, *span)["rows"] == 60
    file = tmp_path / "candles.csv"
    file.write_text("time,open,high,low,close,volume\n1600000020,10,11,9,10,1\n1600000080,10,11,9,10,1\n")
    for given, kept in ((LTC, LTC), ("BTC/USD:BTC", "XBTUSD")):
        assert botyard(listing, "data", "import", str(file), "--market", given)["market"] == kept
    names = {market["market"] for market in botyard(listing, "markets")["markets"]}
    assert {"XBTUSD", LTC} <= names
    assert [m["market"] for m in botyard(listing, "markets", "--search", "ltc")["markets"]] == [LTC]
    assert botyard(listing, "data", "markets")["markets"] == 11
