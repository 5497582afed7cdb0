"""Markets that an exchange lists, from its catalogue in the home."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from schema import catalogue, markets
from schema.catalogue import Listing
from schema.home import Home

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
COIN = replace(LTC, symbol="LTC/USD:LTC", exchange_id="LTCUSD", kind="inverse", quote="USD", settle="LTC")


def test_what_is_written_is_read_with_all_its_digits(home: Home) -> None:
    tiny = replace(LTC, tick=Decimal("0.0000001"), contract_size=None)
    catalogue.write(home, "bybit", [tiny, COIN])
    found = catalogue.read(home, "bybit")
    assert found is not None
    assert list(found.markets.values()) == [COIN, tiny]
    assert not found.is_stale()
    assert found.is_stale(found.fetched_at + catalogue.STALE_SECONDS)
    assert catalogue.read(home, "sandbox") is None


def test_one_market_is_found_as_it_stands_in_the_whole(home: Home) -> None:
    odd = replace(LTC, symbol="币/USDT:USDT")
    catalogue.write(home, "bybit", [LTC, COIN, odd])
    for listing in (LTC, COIN, odd):
        assert catalogue.find(home, "bybit", listing.symbol) == listing
    for unknown in ("LTC", 'LTC/USDT:USDT"', "", "\ud800", "LTC/USDT:USDT\n"):
        assert catalogue.find(home, "bybit", unknown) is None
    catalogue.write(home, "sandbox", [])
    assert catalogue.find(home, "sandbox", LTC.symbol) is None
    assert json.loads(home.catalogue("sandbox").read_text())["markets"] == []


def test_a_new_catalogue_is_seen_and_an_old_one_not_read_again(home: Home) -> None:
    catalogue.write(home, "bybit", [LTC])
    first = catalogue.read(home, "bybit")
    assert catalogue.read(home, "bybit") is first
    catalogue.write(home, "bybit", [LTC, COIN])
    second = catalogue.read(home, "bybit")
    assert second is not None
    assert len(second.markets) == 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"fetched_at": 1, "markets": [{"symbol": "X"}]}'])
def test_an_unreadable_catalogue_counts_as_none(home: Home, content: str) -> None:
    path = home.catalogue("bybit")
    path.parent.mkdir()
    path.write_text(content)
    assert catalogue.read(home, "bybit") is None
    assert catalogue.is_stale(home, "bybit")
    with pytest.raises(markets.UnknownMarket, match="never fetched"):
        markets.resolve("LTC/USDT:USDT", "bybit", home)


def test_a_listed_market_is_resolved_by_its_symbol(home: Home) -> None:
    catalogue.write(home, "bybit", [LTC, COIN])
    found = markets.resolve("LTC/USDT:USDT", "bybit", home)
    assert (found.market, found.exchange, found.exchange_id) == ("LTC/USDT:USDT", "bybit", "LTCUSDT")
    assert (found.tick, found.lot, found.obstacle) == (Decimal("0.01"), Decimal("0.1"), None)
    assert markets.resolve("LTC/USD:LTC", "bybit", home).kind == "inverse"


def test_documented_markets_win_and_come_first(home: Home) -> None:
    other = replace(COIN, symbol="BTC/USD:BTC", base="BTC", settle="BTC", tick=Decimal(7))
    catalogue.write(home, "bybit", [LTC, other])
    assert markets.resolve("BTC/USD:BTC", "bybit", home) == markets.resolve("XBTUSD", "bybit")
    names = [spec.market for spec in markets.markets("bybit", home)]
    assert names[: len(markets.DOCUMENTED)] == list(markets.DOCUMENTED)
    assert names[10:] == ["LTC/USDT:USDT"]


def test_an_exchange_has_only_its_own_markets(home: Home) -> None:
    catalogue.write(home, "bybit", [LTC])
    with pytest.raises(markets.UnknownMarket, match="botyard data markets --exchange sandbox"):
        markets.resolve("LTC/USDT:USDT", "sandbox", home)
    with pytest.raises(
        markets.UnknownMarket, match=r"XBTUSD.*listed on 20.*botyard markets --exchange bybit"
    ):
        markets.resolve("NOPE/USDT:USDT", "bybit", home)
    with pytest.raises(markets.UnknownMarket) as closed:
        markets.resolve("LTC/USDT:USDT", "bitmex", home)
    assert "fetched" not in str(closed.value)


@pytest.mark.parametrize(
    ("listing", "why"),
    [
        (replace(COIN, contract_size=Decimal(10)), "size of a contract is 10"),
        (replace(COIN, contract_size=None), "size of a contract is unknown"),
        (replace(LTC, settle="USDE"), "settles in USDE"),
        (replace(COIN, quote="EUR"), "quoted in EUR"),
        (replace(LTC, symbol="1000000LTC/USDT:USDT".replace("LTC", "LTCX")), "has 21 characters"),
    ],
)
def test_what_cannot_be_counted_or_kept_is_listed_with_the_reason(
    home: Home, listing: Listing, why: str
) -> None:
    catalogue.write(home, "bybit", [listing])
    assert why in str(markets.resolve(listing.symbol, "bybit", home).obstacle)


def test_what_is_listed_no_more_can_be_backtested_but_not_traded_live(home: Home) -> None:
    catalogue.write(home, "bybit", [LTC, COIN])
    catalogue.write(home, "bybit", [COIN])
    gone = markets.resolve(LTC.symbol, "bybit", home)
    assert markets.why_not(gone, "backtest") is None
    assert "not trade it at present" in str(markets.why_not(gone, "test"))
    catalogue.write(home, "bybit", [LTC])
    assert markets.why_not(markets.resolve(LTC.symbol, "bybit", home), "test") is None


def test_what_cannot_be_sized_can_be_scraped_only(home: Home) -> None:
    catalogue.write(home, "bybit", [replace(COIN, contract_size=Decimal(10))])
    found = markets.resolve(COIN.symbol, "bybit", home)
    assert [markets.why_not(found, kind) is None for kind in ("test", "backtest", "scraper")] == [
        False,
        False,
        True,
    ]


def test_dollar_coins_are_dollars(home: Home) -> None:
    usdc = replace(LTC, symbol="LTC/USDC:USDC", quote="USDC", settle="USDC")
    catalogue.write(home, "bybit", [LTC, usdc, COIN])
    assert [spec.obstacle for spec in markets.markets("bybit", home)] == [None] * 13


def test_a_name_is_told_as_it_is_documented() -> None:
    assert markets.usual("BTC/USD:BTC") == "XBTUSD"
    assert markets.usual("BTC/USD:BTC + ETHUSD") == "XBTUSD+ETHUSD"
    assert markets.usual("BTC/USDT:USDT") == "BTC/USDT:USDT"
    assert markets.usual("what else+") == "what else+"


def test_two_names_of_one_market_are_no_pair() -> None:
    with pytest.raises(markets.UnknownMarket, match="itself"):
        markets.resolve_all("XBTUSD+BTC/USD:BTC", "bybit")
