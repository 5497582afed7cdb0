"""Strategies and markets."""

import numpy as np
import pytest

from schema.archive.candles import Candles
from schema.archive.ticks import QuoteRow, TickArchive
from schema.archive.writer import CandleArchive
from schema.db import strategies
from schema.db.rows import StrategyRow
from tests.api.daemons import ScriptedDaemon
from tests.api.steps import Steps, error, fields

DAY = 86_400
FIRST = 1_705_881_600  # 2024-01-22


def test_strategies_are_listed_with_their_schema(both: Steps) -> None:
    page = both.client.get("/strategies").get_json()
    assert [row["id"] for row in page["strategies"]] == ["MarketScraper", "PairTradeBot", "TestBot"]
    assert (page["total"], page["limit"], page["offset"]) == (3, 50, 0)
    bot = both.client.get("/strategies/TestBot").get_json()["strategy"]
    assert bot["param_schema"]["properties"]["threshold"] == {"type": "number", "minimum": 0, "maximum": 1}
    assert bot["default_params"] == {"threshold": 0.5, "position_size": 100}


def test_one_that_does_not_load_is_shown_with_its_error(both: Steps) -> None:
    engine = both.services.engine
    broken = StrategyRow("Mine", "Mine", source="user", file="mine.py", error="SyntaxError: line 3")
    strategies.replace_all(engine, [*strategies.all_strategies(engine), broken])
    found = both.client.get("/strategies/Mine").get_json()["strategy"]
    assert (found["error"], found["source"], found["param_schema"]) == ("SyntaxError: line 3", "user", {})


def test_the_daemon_reads_the_folder_again_before_the_table_is_shown(steps: Steps) -> None:
    with ScriptedDaemon(steps.services.home, {}) as daemon:
        steps.client.get("/strategies")
    assert daemon.requests == [{"op": "describe"}]


@pytest.mark.parametrize("id", ["Nope", "x" * 60, "..", "a'b"])
def test_an_unknown_strategy_is_404(steps: Steps, id: str) -> None:
    assert error(steps.client.get(f"/strategies/{id}")) == (404, "not_found")


def test_markets_tell_contract_recorded_data_and_scraping(both: Steps) -> None:
    scraper = both.started(type="scraper", strategy="MarketScraper").id
    archive(both, "ETHUSD", "sandbox", 3)
    page = both.client.get("/markets").get_json()
    found = {market["market"]: market for market in page["markets"]}
    assert page["exchange"] == "sandbox"
    assert {"XBTUSD", "ETHUSD", "SOLUSD", "XRPUSD", "DOGEUSD", "BTC/USDT:USDT"} <= set(found)
    bitcoin = found["XBTUSD"]
    assert (bitcoin["kind"], bitcoin["tick"], bitcoin["lot"], bitcoin["settle"]) == ("inverse", 0.1, 1, "BTC")
    assert (bitcoin["scraping"], bitcoin["scraper"], bitcoin["last_data"]) == (True, scraper, None)
    assert (found["ETHUSD"]["scraping"], found["ETHUSD"]["last_data"]) == (False, FIRST + 120)
    other = both.client.get("/markets?exchange=bybit&limit=1").get_json()
    assert (other["exchange"], len(other["markets"]), other["markets"][0]["scraping"]) == ("bybit", 1, False)
    assert "exchange" in fields(both.client.get("/markets?exchange=mtgox"))


def test_candles_of_the_archive(steps: Steps) -> None:
    archive(steps, "XBTUSD", "bybit", 100)
    answer = steps.client.get("/markets/XBTUSD/candles?exchange=bybit&points=10").get_json()
    assert [candle["timestamp"] for candle in answer["candles"]] == [FIRST + 60 * n for n in range(90, 100)]
    assert (answer["exchange"], answer["timeframe"], answer["merged"]) == ("bybit", "1m", 1)
    whole = steps.client.get(
        f"/markets/XBTUSD/candles?exchange=bybit&start={FIRST}&end={FIRST + DAY}&points=10"
    ).get_json()
    assert (len(whole["candles"]), whole["total"], whole["merged"]) == (10, 100, 10)
    assert max(candle["high"] for candle in whole["candles"]) == 200.0
    bars = steps.client.get("/markets/XBTUSD/candles?exchange=bybit&timeframe=1h&points=5").get_json()[
        "candles"
    ]
    assert bars[0]["timestamp"] == FIRST


def test_the_newest_candles_come_however_far_quotes_reach_beyond_them(steps: Steps) -> None:
    archive(steps, "XBTUSD", "sandbox", 3)
    quote = QuoteRow(FIRST + 600.5, 1, 1, 2, 1)
    TickArchive(steps.services.home.archive, "sandbox", "XBTUSD").append_quotes([quote])
    for frame, stamp in (("1m", FIRST + 120), ("5m", FIRST)):
        answer = steps.client.get(f"/markets/XBTUSD/candles?points=1&timeframe={frame}").get_json()
        assert [candle["timestamp"] for candle in answer["candles"]] == [stamp]


def test_origins_never_mix(steps: Steps) -> None:
    archive(steps, "XBTUSD", "bybit", 10)
    assert steps.client.get("/markets/XBTUSD/candles").get_json()["candles"] == []


@pytest.mark.parametrize("name", ["BTC/USDT:USDT", "BTC%2FUSDT%3AUSDT"])
@pytest.mark.parametrize("what", ["candles", "coverage"])
def test_names_with_slashes_work(steps: Steps, name: str, what: str) -> None:
    archive(steps, "BTC/USDT:USDT", "sandbox", 10)
    answer = steps.client.get(f"/markets/{name}/{what}").get_json()
    assert answer["market"] == "BTC/USDT:USDT"
    assert answer["candles" if what == "candles" else "days"]


def test_coverage_tells_days_and_gaps(steps: Steps) -> None:
    archive(steps, "XBTUSD", "sandbox", 1440, without=range(100, 110))
    answer = steps.client.get("/markets/XBTUSD/coverage").get_json()
    assert answer["days"] == [{"day": "2024-01-22", "rows": 1430, "expected": 1440, "complete": False}]
    assert answer["gaps"] == [{"start": FIRST + 6000, "end": FIRST + 6600}]


def test_a_market_without_data_has_no_days(steps: Steps) -> None:
    assert steps.client.get("/markets/SOLUSD/coverage").get_json()["days"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("candles?start=10&end=5", "end"),
        ("candles?timeframe=7m", "timeframe"),
        ("candles?points=0", "points"),
        ("coverage?start=10&end=5", "end"),
        ("coverage?start=0&end=1700000000", "start"),
        ("coverage?exchange=mtgox", "exchange"),
    ],
)
def test_bad_parameters_are_named(steps: Steps, query: str, field: str) -> None:
    assert field in fields(steps.client.get(f"/markets/XBTUSD/{query}"))


@pytest.mark.parametrize("name", ["LUNAUSD", "XBTUSD+ETHUSD", "../../etc", "x" * 200])
def test_an_unknown_market_is_404(steps: Steps, name: str) -> None:
    assert error(steps.client.get(f"/markets/{name}/candles")) == (404, "not_found")


def archive(steps: Steps, market: str, exchange: str, minutes: int, without: range = range(0)) -> None:
    """Archive the first minutes of a day; the price rises by one a minute."""
    at = np.array([n for n in range(minutes) if n not in without])
    price = 100.0 + at
    rows = Candles(FIRST + 60 * at, price, price + 1, price - 1, price, np.ones(len(at)))
    CandleArchive(steps.services.home.archive).write(exchange, market, rows)
