"""Leaving out a candle must change nothing: what could happen is told beforehand, for any orders and ways."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.instrument import Instrument
from bots.core.orders import OrderType
from tests.bots.core.make import BTCUSDT, XBTUSD, D
from tests.bots.core.paper import Desk

TYPES = st.sampled_from([each for each in OrderType if each is not OrderType.MARKET])
level = st.integers(29_970, 30_030)


@st.composite
def resting_order(draw: st.DrawFn) -> dict[str, Any]:
    type_ = draw(TYPES)
    fields: dict[str, Any] = {"side": draw(st.sampled_from(["Buy", "Sell"])), "type": type_.value}
    fields["size"] = draw(st.integers(1, 400))
    if "limit" in type_:
        fields["price"] = draw(level)
    if type_ is OrderType.TRAILING_STOP:
        fields["trail"] = draw(st.integers(1, 30))
    elif type_ is not OrderType.LIMIT:
        fields["trigger"] = draw(level)
    fields["reduce_only"] = draw(st.booleans())
    fields["oco"] = draw(st.integers(0, 1))
    if draw(st.booleans()):
        fields |= {"time_in_force": "GTD", "expires": float(draw(st.integers(2, 200)))}
    return fields


def state(desk: Desk) -> tuple[Any, ...]:
    """What may not change unseen."""
    told = desk.broker.snapshot()
    return told["working"], told["requests"], desk.ledger.snapshot()["cash"], len(desk.fills)


@given(
    st.lists(resting_order(), max_size=4),
    st.lists(st.lists(level, min_size=1, max_size=6), min_size=1, max_size=8),
    st.booleans(),
    st.sampled_from([None, 0.5]),
    st.sampled_from([XBTUSD, BTCUSDT]),
    st.sampled_from(["Buy", "Sell", ""]),
    st.sampled_from(["1", "50", "99"]),
)
@settings(max_examples=300, deadline=None)
def test_nothing_happens_in_a_range_in_which_nothing_can(
    orders: list[dict[str, Any]],
    candles: list[list[int]],
    at_touch: bool,
    share: float | None,
    instrument: Instrument,
    holding: str,
    leverage: str,
) -> None:
    """`candles` are the prints of one each; a position of some 90 % of what can be held may be liquidated."""
    balance = "100" if instrument is BTCUSDT else "0.01"
    desk = Desk(
        instrument, leverage=leverage, balance=balance, fill_at_touch=at_touch, volume_share=share,
        maintenance_margin=D("0.005"),
    )  # fmt: skip
    desk.tick("30000", size="1000000")
    if holding:
        most = instrument.value(D(1), D(30_000))
        desk.order(holding, instrument.round_size(D(balance) * D(leverage) * D("0.9") / most))
    for fields in orders:
        given = {name: value for name, value in fields.items() if name != "size"}
        desk.order(size=fields["size"] * instrument.lot, **given)
    for prices in candles:
        end = desk.now + len(prices) + 1
        quiet = not desk.broker.can_fill_between(desk.market, D(min(prices)), D(max(prices)), end)
        before = state(desk)
        for price in prices:
            desk.tick(str(price), size="300", spread="0.1")
        if quiet:
            assert state(desk) == before


@pytest.mark.parametrize(
    ("side", "type", "fields", "touched", "untouched"),
    [
        ("Buy", "limit", {"price": 29_990}, ("29989.9", "30000"), ("29990", "30000")),
        ("Sell", "limit", {"price": 30_010}, ("30000", "30010.1"), ("30000", "30010")),
        ("Buy", "stop", {"trigger": 30_010}, ("30000", "30010"), ("30000", "30009.9")),
        ("Sell", "stop", {"trigger": 29_990}, ("29990", "30000"), ("29990.1", "30000")),
        ("Buy", "take_profit", {"trigger": 29_990}, ("29990", "30000"), ("29990.1", "30000")),
        ("Sell", "take_profit", {"trigger": 30_010}, ("30000", "30010"), ("30000", "30009.9")),
        ("Sell", "trailing_stop", {"trail": 10}, ("30000", "30000.1"), ("29990.1", "30000")),
        ("Sell", "trailing_stop", {"trail": 10}, ("29990", "30000"), ("29990.1", "30000")),
        ("Buy", "trailing_stop", {"trail": 10}, ("29999.9", "30000"), ("30000", "30009.9")),
    ],
)
def test_the_range_test_agrees_with_the_rules_of_filling(
    side: str, type: str, fields: dict[str, int], touched: tuple[str, str], untouched: tuple[str, str]
) -> None:
    desk = Desk()
    desk.tick("30000")
    desk.order(side, 10, type, **fields)
    for (low, high), expected in ((touched, True), (untouched, False)):
        assert desk.broker.can_fill_between("XBTUSD", D(low), D(high)) is expected


def test_fill_at_touch_widens_the_range() -> None:
    desk = Desk(fill_at_touch=True)
    desk.tick("30000")
    desk.order("Buy", 10, "limit", price=29_990)
    assert desk.broker.can_fill_between("XBTUSD", D(29_990), D(30_000))


def test_an_expiry_counts_where_the_end_is_told() -> None:
    desk = Desk()
    desk.tick("30000")
    desk.order("Buy", 10, "limit", price=29_990, time_in_force="GTD", expires=100.0)
    quiet: tuple[str, Decimal, Decimal] = ("XBTUSD", D(30_000), D(30_000))
    assert not desk.broker.can_fill_between(*quiet)
    assert not desk.broker.can_fill_between(*quiet, 100.0)
    assert desk.broker.can_fill_between(*quiet, 160.0)


def test_an_order_that_a_print_could_not_fill_whole_is_never_passed_over() -> None:
    desk = Desk(volume_share=0.5)
    desk.tick("30000", size="4")
    desk.order("Buy", 10)
    assert desk.broker.can_fill_between("XBTUSD", D(30_000), D(30_000))
