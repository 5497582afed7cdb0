"""Money of positions: exact to the last unit, whatever is bought and sold."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.sandbox.contracts import ZERO, booked, liquidation_price, value
from bots.sandbox.positions import Position
from bots.sandbox.symbols import SYMBOLS, TAKER_FEE

INVERSE, LINEAR = SYMBOLS["BTCUSD"], SYMBOLS["ETHUSDT"]


def trade(position: Position, size: int, price: str) -> Decimal:
    """Book a fill without a fee; the profit it realised."""
    closed = position.fill(Decimal(size), Decimal(price), ZERO, 1)
    return closed.pnl if closed else ZERO


def test_average_entry_of_an_inverse_position_is_harmonic() -> None:
    position = Position("BTCUSD")
    trade(position, 1000, "5000")
    trade(position, 2000, "6000")
    assert position.entry_price == pytest.approx(Decimal(5625), abs=Decimal("0.01"))


def test_documented_sample_position_is_reproduced() -> None:
    position = Position("BTCUSD")
    trade(position, -300, "27464.504")
    assert position.entry_value == Decimal("0.01092319")
    assert position.unrealised(Decimal("28224.5")) == Decimal("-0.00029413").quantize(position.entry_value)


def test_funding_and_fees_are_costs_of_the_position() -> None:
    position = Position("ETHUSDT")
    position.fill(Decimal(2), Decimal(2000), Decimal("2.2"), 1)
    position.pay(Decimal("0.4"), 2)
    closed = position.fill(Decimal(-1), Decimal(2100), Decimal("1.155"), 3)
    assert closed is not None
    assert (closed.pnl, closed.costs) == (Decimal(100), Decimal("1.3"))
    assert position.realised == Decimal(100) - Decimal("2.2") - Decimal("0.4") - Decimal("1.155")


fills = st.lists(
    st.tuples(st.integers(-500, 500).filter(bool), st.integers(200_000, 400_000)), min_size=1, max_size=30
)


@pytest.mark.parametrize("symbol", [INVERSE, LINEAR], ids=["inverse", "linear"])
@given(fills=fills)
def test_cash_flows_of_closed_trades_are_its_profit(symbol: object, fills: list[tuple[int, int]]) -> None:
    """Fill by fill the profits add up to the difference of all values, with nothing lost in rounding."""
    assert symbol in (INVERSE, LINEAR)
    chosen = INVERSE if symbol is INVERSE else LINEAR
    position, profit, fees, cash = Position(chosen.id), ZERO, ZERO, ZERO
    flat = -sum(size for size, _ in fills)
    for size, ticks in [*fills, *([(flat, 300_000)] if flat else [])]:
        lots, price = size * chosen.lot, ticks * chosen.tick
        worth = value(chosen, lots, price)
        fee = booked(worth * TAKER_FEE)
        closed = position.fill(lots, price, fee, 1)
        profit += closed.pnl if closed else ZERO
        fees += fee
        cash += worth if (size > 0) == chosen.inverse else -worth
    assert (position.size, position.entry_value, position.costs) == (ZERO, ZERO, ZERO)
    assert profit == cash
    assert position.realised_ever == profit - fees


@pytest.mark.parametrize("symbol", [INVERSE, LINEAR], ids=["inverse", "linear"])
@pytest.mark.parametrize("side", [1, -1])
def test_liquidation_price_leaves_just_the_maintenance_margin(symbol: object, side: int) -> None:
    chosen = INVERSE if symbol is INVERSE else LINEAR
    position = Position(chosen.id)
    trade(position, side * 1000, "3000")
    collateral, rate = booked(position.entry_value / 10), chosen.risk.maintenance
    price = liquidation_price(chosen, position.size, position.entry_value, collateral, rate)
    assert price is not None
    assert (price < 3000) == (side > 0)
    left = collateral + position.unrealised(price)
    assert left == pytest.approx(position.maintenance(price), rel=Decimal("0.01"))
