"""What can be held, and when it is taken away. Figures are worked by hand in the comments."""

from typing import Any

import pytest

from bots.core.instrument import Instrument, booked
from bots.core.orders import OrderState
from tests.bots.core.make import BTCUSDT, ETHUSD, XBTUSD, D, tick
from tests.bots.core.paper import Desk

S = OrderState
ETHUSDT = Instrument("ETHUSDT", "linear", "USDT", "ETH", "USDT", D("0.01"), D("0.01"))


def long_inverse() -> Desk:
    """200,000 contracts at 40,000 are 5 BTC; 0.055 % fee of them 0.00275 BTC; 0.99725 BTC are left."""
    desk = Desk(leverage="10")
    desk.tick("40000")
    desk.order("Buy", 200_000)
    return desk


def test_a_long_inverse_position_is_liquidated_where_its_margin_ends() -> None:
    """0.99725 + 5 - v <= 0.005 v, so v >= 5.99725 / 1.005: at 200,000 x 1.005 / 5.99725 = 33,515.36."""
    desk = long_inverse()
    desk.tick("33515.4")
    assert len(desk.fills) == 1
    desk.tick("33515.3", ts=7.0)
    fill = desk.fills[1]
    assert (fill.price, fill.size, fill.maker, fill.ts) == (D("33515.2"), D(200_000), False, 7.0)
    assert (fill.tag, fill.reason, fill.reference) == ("liquidation", "liquidation", D("33515.25"))
    # 5 - 200,000 / 33,515.2 = -0.96744164; fee 0.055 % of 5.96744164 = 0.00328209
    assert desk.closed[0].exit_reason == "liquidation"
    assert desk.ledger.cash["BTC"] == D("0.99725") - D("0.96744164") - D("0.00328209")


def test_a_short_linear_position_is_liquidated_above() -> None:
    """0.2 at 29,999.9 are 5,999.98 USDT, fee 3.299989, cash 996.700011.

    996.700011 + 5,999.98 - v <= 0.005 v, so v >= 6,961.8707: at 34,809.3533.
    """
    desk = Desk(BTCUSDT, leverage="10", balance="1000")
    desk.tick("30000")
    desk.order("Sell", "0.2")
    desk.tick("34809.3")
    assert len(desk.fills) == 1
    desk.tick("34809.4")
    assert desk.fills[1].tag == "liquidation"
    assert desk.fills[1].price == D("34809.4")


def test_a_short_inverse_position_of_once_the_equity_is_never_liquidated() -> None:
    desk = Desk(maintenance_margin=D("0.005"))
    desk.tick("30000")
    desk.order("Sell", 29_900)
    desk.tick("3000000")
    assert len(desk.fills) == 1
    assert not desk.broker.can_fill_between("XBTUSD", D(1), D(10**9))


def test_liquidation_cancels_the_orders_takes_any_volume_and_pays_slippage() -> None:
    desk = Desk(leverage="10", volume_share=0.1, slippage_ticks=4)
    desk.tick("40000", size="10000000")
    desk.order("Buy", 200_000)
    stop = desk.order("Sell", 200_000, "stop", trigger="20000", reduce_only=True)
    entry = desk.order("Buy", 10, "limit", price="25000")
    desk.tick("30000", size="1")
    assert (stop.state, entry.state) == (S.CANCELLED, S.CANCELLED)
    assert desk.told[1] == ("200000", "29999.5", False)
    assert desk.ledger.is_flat


def test_a_gap_may_leave_less_than_nothing_and_it_is_shown() -> None:
    desk = long_inverse()
    desk.tick("20000")
    assert desk.ledger.equity("BTC") < D(-4)
    assert desk.order("Buy", 1).rejection.startswith("margin")


def test_positions_of_one_currency_share_its_margin_and_fall_together() -> None:
    desk = Desk(BTCUSDT, ETHUSDT, leverage="10", balance="1000")
    desk.tick("30000", market="BTCUSDT")
    desk.tick("2000", market="ETHUSDT")
    desk.order("Buy", "0.1")
    resting = desk.order("Buy", "0.01", "limit", price="1000", market="ETHUSDT")
    desk.order("Buy", "1.5", market="ETHUSDT")
    desk.tick("26600", market="BTCUSDT")  # 340 lost
    assert len(desk.fills) == 2
    desk.tick("1600", market="ETHUSDT")  # 600 more: some 57 are left, the margin is 0.5 % of 5060
    assert len(desk.fills) == 2
    desk.tick("26200", market="BTCUSDT")
    assert [(fill.market, fill.tag) for fill in desk.fills[2:]] == [
        ("BTCUSDT", "liquidation"), ("ETHUSDT", "liquidation"),
    ]  # fmt: skip
    assert resting.state is S.CANCELLED


def test_ranges_of_several_markets_are_judged_at_their_worst_together() -> None:
    desk = Desk(BTCUSDT, ETHUSDT, leverage="10", balance="1000")
    desk.tick("30000", market="BTCUSDT")
    desk.tick("2000", market="ETHUSDT")
    desk.order("Buy", "0.1")
    desk.order("Sell", "1.5", market="ETHUSDT")
    fall, rise = (D(25_000), D(30_000)), (D(2000), D(2400))
    assert not desk.broker.can_happen({"BTCUSDT": fall})
    assert not desk.broker.can_happen({"ETHUSDT": rise})
    assert desk.broker.can_happen({"BTCUSDT": fall, "ETHUSDT": rise})


def test_other_currencies_are_left_alone() -> None:
    desk = Desk(XBTUSD, ETHUSD, leverage="10")
    desk.tick("40000")
    desk.tick("2000", market="ETHUSD")
    desk.order("Buy", 200_000)
    desk.order("Buy", 100, market="ETHUSD")
    desk.tick("30000")
    assert list(desk.ledger.trips) == ["ETHUSD"]


@pytest.mark.parametrize("side", ["Buy", "Sell"])
@pytest.mark.parametrize("instrument", [XBTUSD, BTCUSDT])
def test_liquidation_comes_at_the_first_price_that_no_longer_covers_the_margin(
    side: str, instrument: Instrument
) -> None:
    """Exactly so at every price of the grid, though most of them are judged by one comparison."""
    desk = Desk(instrument, leverage="20", balance="1")
    desk.tick("100", market=instrument.market)
    size = instrument.round_size(D(18) / instrument.value(D(1), D(100)))
    desk.order(side, size)
    settle, price = instrument.settle, D(100)
    while price > 90 and price < 110:
        price += instrument.tick if side == "Sell" else -instrument.tick
        trip = desk.ledger.trips[instrument.market]
        equity = desk.ledger.cash[settle] + trip.unrealised(instrument, price)
        due = equity <= D("0.005") * instrument.value(trip.open_size, price)
        assert desk.broker.can_fill_between(instrument.market, price, price) is due
        desk.tick(str(price))
        assert desk.ledger.is_flat is due
        if due:
            return
    pytest.fail("never liquidated")


def test_both_sides_of_the_margin_test_are_rounded_to_the_booked_unit() -> None:
    """A fee of 0 and a value of exactly the equity: allowed; one contract more is not."""
    free = Instrument("XBTUSD", "inverse", "BTC", "BTC", "USD", D("0.1"), D(1), taker_fee=D(0))
    desk = Desk(free)
    desk.tick("30000")
    assert desk.order("Buy", 30_001).state is S.REJECTED
    assert desk.order("Buy", 30_000).state is S.FILLED
    assert booked(free.value(D(30_000), D(30_000))) == desk.ledger.cash["BTC"]


def test_resting_orders_cannot_together_turn_a_position_round_beyond_the_leverage() -> None:
    desk = Desk()
    desk.tick("30000")
    desk.order("Buy", 25_000, "market")
    turning = desk.order("Sell", 40_000, "limit", price="31000")
    beyond = desk.order("Sell", 40_000, "limit", price="31000")
    leaving = desk.order("Sell", 25_000, "limit", price="31000", reduce_only=True)
    assert (turning.state, beyond.state, leaving.state) == (S.WORKING, S.REJECTED, S.WORKING)
    assert beyond.rejection.startswith("margin")
    assert desk.order("Sell", 10_000, "market").state is S.FILLED, "together they still make it no larger"


def test_an_order_is_refused_beside_the_orders_that_come_with_it() -> None:
    desk = Desk()
    desk.broker.on_tick(tick("30000"))
    desk.ledger.mark("XBTUSD", D(30_000))
    first, second = desk.make("Buy", 20_000), desk.make("Buy", 20_000)
    assert desk.broker.refusal([first]) == ""
    assert desk.broker.refusal([first, second]).startswith("margin")


@pytest.mark.parametrize(
    ("market", "side", "size", "kind", "fields"),
    [
        (XBTUSD, "Buy", 60_000, "limit", {"price": "300000"}),
        (XBTUSD, "Buy", 60_000, "take_profit", {"trigger": "300000"}),
        (BTCUSDT, "Sell", 2, "limit", {"price": "0.1"}),
        (BTCUSDT, "Buy", 2, "stop", {"trigger": "0.1"}),
        (BTCUSDT, "Sell", 2, "take_profit_limit", {"trigger": "0.1", "price": "0.1"}),
    ],
)
def test_what_takes_at_once_is_judged_at_the_opposite_best_and_not_at_its_own_price(
    market: Instrument, side: str, size: int, kind: str, fields: dict[str, Any]
) -> None:
    """Each is worth twice the equity where it would fill, and next to nothing at the price that it names."""
    desk = Desk(market, balance="1" if market is XBTUSD else "30000")
    desk.tick("30000")
    refused = desk.order(side, size, kind, **fields)
    assert refused.state is S.REJECTED
    assert refused.rejection.startswith("margin")
    assert desk.order(side, D(size) / 4, kind, **fields).state is S.FILLED
