"""Hand-worked figures from the exchange's published formulas."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.core.instrument import Instrument, booked
from tests.bots.core.make import BTCUSDT, XBTUSD, D


def test_the_documented_sample_position_has_the_documented_value_and_profit() -> None:
    """300 contracts short at 27464.504, mark 28224.5: value 0.01092319, PnL -0.00029413."""
    assert booked(XBTUSD.value(D(300), D("27464.504"))) == D("0.01092319")
    assert booked(XBTUSD.pnl(D(-300), D("27464.504"), D("28224.5"))) == D("-0.00029413")


def test_an_amount_that_is_rounded_to_nothing_has_no_sign() -> None:
    assert str(booked(D("-0.000000001"))) == str(booked(D("0.000000001"))) == "0E-8"


def test_an_inverse_average_entry_is_harmonic_and_a_linear_one_arithmetic() -> None:
    """1000 at 5000 and 2000 at 6000: 5625."""
    coins = XBTUSD.value(D(1000), D(5000)) + XBTUSD.value(D(2000), D(6000))
    assert XBTUSD.average_price(D(3000), coins) == D(5625)
    dollars = BTCUSDT.value(D(1), D(5000)) + BTCUSDT.value(D(2), D(6000))
    assert BTCUSDT.average_price(D(3), dollars) == D("5666.66666667")


def test_profit_of_an_inverse_contract_is_in_coins_and_of_a_linear_one_in_dollars() -> None:
    """10,000 long from 50,000 to 62,500: 0.2 - 0.16 BTC. 2 BTC from 50,000 to 62,500: 25,000 USDT."""
    assert booked(XBTUSD.pnl(D(10_000), D(50_000), D(62_500))) == D("0.04")
    assert booked(BTCUSDT.pnl(D(2), D(50_000), D(62_500))) == D(25_000)


def test_a_fee_is_a_fraction_of_the_value() -> None:
    """10,000 at 50,000 is 0.2 BTC; 0.055 % of it 0.00011 BTC. 2 BTC at 50,000: 55 USDT."""
    assert booked(XBTUSD.fee(D(-10_000), D(50_000), XBTUSD.taker_fee)) == D("0.00011")
    assert booked(BTCUSDT.fee(D(2), D(50_000), BTCUSDT.taker_fee)) == D(55)


def test_longs_pay_funding_at_a_positive_rate_and_shorts_receive_it() -> None:
    """10,000 at mark 50,000 and 0.01 %: 0.00002 BTC."""
    assert booked(XBTUSD.funding(D(10_000), D(50_000), D("0.0001"))) == D("-0.00002")
    assert booked(XBTUSD.funding(D(-10_000), D(50_000), D("0.0001"))) == D("0.00002")
    assert booked(BTCUSDT.funding(D("0.5"), D(50_000), D("-0.0001"))) == D("2.5")


def test_dollars_for_the_settlement_currency_are_the_price_where_it_is_the_coin() -> None:
    assert XBTUSD.settle_price(D(50_000)) == D(50_000)
    assert BTCUSDT.settle_price(D(50_000)) == 1


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("0.000000005", "0.00000000"), ("0.000000015", "0.00000002"), ("-0.000000025", "-0.00000002")],
)
def test_halves_are_booked_to_the_even_unit(amount: str, expected: str) -> None:
    assert booked(D(amount)) == D(expected)


def test_thirds_that_add_up_to_a_half_unit_are_booked_like_the_half() -> None:
    third = XBTUSD.value(D(1), D(3) * 10**8)
    assert booked(third + third + third) == booked(D("0.00000001"))
    sixth = XBTUSD.value(D(1), D(6) * 10**8)
    assert booked(sixth + sixth + sixth) == booked(D("0.000000005"))


@given(
    st.integers(1, 10**7), st.integers(10, 10**6), st.integers(10, 10**6), st.sampled_from([XBTUSD, BTCUSDT])
)
def test_long_and_short_mirror(size: int, entry: int, exit_: int, instrument: Instrument) -> None:
    long = instrument.pnl(D(size), D(entry), D(exit_))
    assert long == instrument.pnl(D(-size), D(entry), D(exit_)).copy_negate()
    assert (long > 0) == (exit_ > entry)


def test_prices_and_sizes_go_to_their_grids() -> None:
    assert XBTUSD.round_price(D("100.26")) == D("100.3")
    assert BTCUSDT.round_size(D("0.0019")) == D("0.001")


@pytest.mark.parametrize("fields", [{"kind": "quanto"}, {"tick": D(0)}, {"lot": D(-1)}])
def test_a_contract_that_cannot_be_is_refused(fields: dict[str, object]) -> None:
    values: dict[str, object] = {
        "market": "X", "kind": "linear", "settle": "USDT", "base": "X", "quote": "USDT",
        "tick": D(1), "lot": D(1),
    }  # fmt: skip
    with pytest.raises(ValueError, match="X: "):
        Instrument(**values | fields)  # type: ignore[arg-type]


def test_money_is_decimal() -> None:
    assert isinstance(booked(XBTUSD.value(D(1), D(7))), Decimal)
