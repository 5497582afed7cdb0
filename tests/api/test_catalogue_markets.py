"""Markets that only the exchange's catalogue has, and markets by another of their names."""

from dataclasses import replace
from decimal import Decimal

import pytest

from schema import catalogue
from schema.catalogue import Listing
from schema.db import strategies
from tests.api.steps import Steps, error, fields

LTC = Listing(
    symbol="LTC/USDT:USDT",
    exchange_id="LTCUSDT",
    kind="linear",
    base="LTC",
    quote="USDT",
    settle="USDT",
    tick=Decimal("0.01"),
    lot=Decimal("0.1"),
    max_leverage=Decimal("75"),
    min_notional=Decimal("5"),
    contract_size=Decimal(1),
    active=True,
)
TEN = replace(LTC, symbol="EOS/USD:EOS", exchange_id="EOSUSD", contract_size=Decimal(10))
LONG = replace(LTC, symbol="1000000BABYDOGE/USDT:USDT", exchange_id="1000000BABYDOGEUSDT")
ADA = replace(LTC, symbol="ADA/USDT:USDT", exchange_id="ADAUSDT", base="ADA")


@pytest.fixture
def listed(steps: Steps) -> Steps:
    """The sandbox's catalogue lists four markets, and TestBot trades any."""
    catalogue.write(steps.services.home, "sandbox", [LTC, TEN, LONG, ADA])
    engine = steps.services.engine
    rows = strategies.all_strategies(engine)
    strategies.replace_all(engine, [replace(row, supported_markets=[]) for row in rows])
    return steps


def test_documented_markets_come_first_then_the_catalogue_in_pages(listed: Steps) -> None:
    page = listed.client.get("/markets?limit=3&offset=9").get_json()
    names = [market["market"] for market in page["markets"]]
    assert names == ["DOGE/USDT:USDT", LONG.symbol, "ADA/USDT:USDT"]
    assert (page["total"], page["limit"], page["offset"]) == (14, 3, 9)
    assert listed.client.get("/markets?exchange=bybit").get_json()["total"] == 10


@pytest.mark.parametrize("text", ["ltc", "LTCUSDT", "ltc/usdt"])
def test_markets_are_searched_by_any_of_their_names(listed: Steps, text: str) -> None:
    page = listed.client.get("/markets", query_string={"search": text}).get_json()
    assert [market["market"] for market in page["markets"]] == ["LTC/USDT:USDT"]
    assert page["total"] == 1


def test_a_market_says_whether_and_why_not_it_can_be_traded(listed: Steps) -> None:
    found = {m["market"]: m for m in listed.client.get("/markets").get_json()["markets"]}
    assert (found["XBTUSD"]["tradable"], found["XBTUSD"]["obstacle"]) == (True, None)
    assert (found["LTC/USDT:USDT"]["tradable"], found["LTC/USDT:USDT"]["tick"]) == (True, 0.01)
    assert found["EOS/USD:EOS"]["tradable"] is False
    assert "size of a contract is 10" in found["EOS/USD:EOS"]["obstacle"]


def test_a_session_on_a_listed_market(listed: Steps) -> None:
    session = listed.session(listed.make(market="LTC/USDT:USDT"))
    assert (session["market"], session["name"]) == ("LTC/USDT:USDT", "LTC Test #1")
    clone = listed.client.post(f"/sessions/{session['id']}/clone", json={})
    assert clone.status_code == 201


@pytest.mark.parametrize(
    ("market", "why"),
    [
        ("EOS/USD:EOS", "no test is possible on EOS/USD:EOS of sandbox: the size of a contract is 10"),
        (LONG.symbol, "has 25 characters; a session's market can have 20"),
        ("NOPE/USDT:USDT", "botyard markets --exchange sandbox"),
    ],
)
def test_what_cannot_be_traded_kept_or_found_is_422(listed: Steps, market: str, why: str) -> None:
    assert why in fields(listed.post(market=market))["market"]


def test_a_pair_too_long_for_its_column_is_422_with_the_limit(listed: Steps) -> None:
    asked = listed.post(strategy="PairTradeBot", market="LTC/USDT:USDT+ADA/USDT:USDT")
    assert "27 characters; a session's market can have 20" in fields(asked)["market"]


def test_what_was_never_fetched_says_how_to(steps: Steps) -> None:
    said = fields(steps.post(market="LTC/USDT:USDT", exchange="bybit"))["market"]
    assert "XBTUSD" in said
    assert "botyard data markets --exchange bybit" in said


def test_a_scraper_may_collect_what_cannot_be_traded(listed: Steps) -> None:
    assert listed.make(type="scraper", strategy="MarketScraper", market="EOS/USD:EOS")


def test_the_documented_name_is_stored_whatever_name_was_given(both: Steps) -> None:
    single = both.make(type="scraper", strategy="MarketScraper", market="BTC/USD:BTC")
    pair = both.make(strategy="PairTradeBot", market="BTC/USD:BTC+ETH/USD:ETH")
    assert both.session(single)["market"] == "XBTUSD"
    assert both.session(pair)["market"] == "XBTUSD+ETHUSD"
    for name in ("XBTUSD", "BTC/USD:BTC"):
        found = both.client.get("/sessions", query_string={"market": name}).get_json()["sessions"]
        assert [session["id"] for session in found] == [single]


def test_a_market_under_two_names_is_no_pair(steps: Steps) -> None:
    asked = steps.post(strategy="PairTradeBot", market="XBTUSD+BTC/USD:BTC")
    assert "itself" in fields(asked)["market"]


def test_the_scraping_flag_is_that_of_the_market(listed: Steps) -> None:
    row = listed.started(type="scraper", strategy="MarketScraper", market="BTC/USD:BTC")
    other = listed.started(type="scraper", strategy="MarketScraper", market="LTC/USDT:USDT")
    found = {m["market"]: m for m in listed.client.get("/markets").get_json()["markets"]}
    assert found["XBTUSD"]["scraper"] == row.id
    assert found["LTC/USDT:USDT"]["scraper"] == other.id


def test_trades_are_filtered_by_either_name(steps: Steps) -> None:
    id = steps.make()
    steps.trades(id, 3)
    for name in ("XBTUSD", "BTC/USD:BTC"):
        assert (
            steps.client.get(f"/sessions/{id}/trades", query_string={"market": name}).get_json()["total"] == 3
        )


def test_candles_and_coverage_of_a_listed_market(listed: Steps) -> None:
    for what in ("candles", "coverage"):
        answer = listed.client.get(f"/markets/LTC/USDT:USDT/{what}")
        assert answer.get_json()["market"] == "LTC/USDT:USDT"
    assert error(listed.client.get("/markets/NOPE/USDT:USDT/candles")) == (404, "not_found")
