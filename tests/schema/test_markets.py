"""Markets by their documented names and by ccxt's."""

import pytest

from schema import markets


def test_a_documented_name_maps_to_the_exchange_and_to_ccxt() -> None:
    found = markets.resolve("XBTUSD", "bybit")
    assert (found.exchange_id, found.symbol, found.kind, found.settle) == (
        "BTCUSD",
        "BTC/USD:BTC",
        "inverse",
        "BTC",
    )


def test_a_unified_symbol_is_a_market_too() -> None:
    assert markets.resolve("BTC/USDT:USDT", "sandbox").kind == "linear"
    assert markets.resolve("BTC/USD:BTC", "sandbox").market == "XBTUSD"


@pytest.mark.parametrize("first", markets.DOCUMENTED)
def test_every_pair_of_documented_names_fits_the_column(first: str) -> None:
    for second in markets.DOCUMENTED:
        assert len(f"{first}+{second}") <= markets.LONGEST_MARKET


@pytest.mark.parametrize("bad", ["", "+", "XBTUSD+", "+ETHUSD", "XBTUSD+XBTUSD", "XBTUSD+ETHUSD+SOLUSD"])
def test_what_is_no_pair_is_refused(bad: str) -> None:
    with pytest.raises(markets.UnknownMarket):
        markets.legs(bad)


def test_unknown_names_are_answered_with_the_known_ones() -> None:
    with pytest.raises(markets.UnknownMarket, match="XBTUSD"):
        markets.resolve("FOOUSD", "bybit")
    with pytest.raises(markets.UnknownExchange, match="bybit"):
        markets.resolve("XBTUSD", "mtgox")


def test_bitmex_is_known_but_closed() -> None:
    assert markets.resolve("XBTUSD", "bitmex").exchange == "bitmex"
    with pytest.raises(markets.ClosedExchange, match="2026-09-23"):
        markets.require_open("bitmex")
