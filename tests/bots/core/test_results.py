"""Columns of trades and equity, and the documented records made of them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.results import NOT_COUNTED, OPTIONAL, REQUIRED, EquityCurve, TradeBuilder, TradeTable


def record(number: int = 1, **changed: Any) -> dict[str, Any]:
    made = {
        "id": number, "session": "s1", "exchange": "sandbox", "market": "XBTUSD", "side": "SHORT",
        "entry_time": 60.0 * number, "exit_time": 60.0 * number + 90.5, "entry_price": 40_000.5,
        "exit_price": 39_990.0, "size": 100.0, "gross_pnl": 0.00000066, "fees": 0.00000275, "funding": 1e-8,
        "pnl": -0.00000208, "slippage": 0.00000001, "settle": "BTC", "pnl_usd": -0.0832, "entry_reason": "up",
        "exit_reason": f"why {number % 2}", "mae": -0.00000001, "mfe": 0.00000066, "bars_held": 2,
        "settle_usd": 39_990.0, "run": 1,
    }  # fmt: skip
    return made | changed


def without(made: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in made.items() if name not in names}


def test_records_come_back_whole_and_in_the_documented_order() -> None:
    given = [record(number) for number in (1, 2, 3)]
    table = TradeTable.of(given)
    assert len(table) == 3
    assert table.records() == given
    assert [list(made) for made in table.records()] == [list(made) for made in given]
    assert table.reasons == ["up", "why 1", "why 0"]
    assert table.side.tolist() == [-1, -1, -1]


def test_legs_runs_and_ids_of_their_own_are_kept() -> None:
    leg = without(record(), "id", "session", "run")
    given = [record(7, run=1, legs=[leg, leg]), record(8, run=2, legs=[leg])]
    assert TradeTable.of(given).records() == given


def test_old_records_without_the_later_fields_stay_without() -> None:
    old = without(record(), "mae", "mfe", "bars_held", "settle_usd")
    table = TradeTable.of([old, record(2)])
    assert np.isnan(table.mae[0])
    assert table.bars_held.tolist() == [NOT_COUNTED, 2]
    assert table.records() == [old, record(2)]


def test_a_builder_goes_on_behind_a_table_that_it_gave() -> None:
    builder = TradeBuilder()
    builder.append(record(1))
    first = builder.table()
    builder.append(record(2))
    assert (len(first), len(builder.table()), len(builder)) == (1, 2, 2)


@pytest.mark.parametrize(
    ("bad", "named"),
    [({"pnl": None}, "trade 2: pnl is None"), ({"fees": "x"}, "fees"), ({"side": "UP"}, "side is 'UP'")],
)
def test_what_is_wrong_in_a_record_is_named(bad: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        TradeTable.of([record(1), record(2, **bad)])


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="different length"):
        EquityCurve(np.zeros(2), np.zeros(2), np.zeros(3))


def test_the_equity_comes_back_as_rows() -> None:
    rows = [(60.0, 1.0, 0.0), (120.0, 0.9, 10.0)]
    curve = EquityCurve.of(rows)
    assert curve.rows() == rows
    assert curve.equity.tolist() == [1.0, 0.9]
    assert len(EquityCurve.of([])) == len(TradeTable.of([])) == 0
    assert TradeTable.of([]).records() == []


amounts = st.floats(allow_nan=False, allow_infinity=False, width=64)
records = st.builds(
    lambda values, side, bars, reason: record(
        1,
        **dict(zip(REQUIRED + OPTIONAL, values, strict=True)),
        side=side,
        bars_held=bars,
        exit_reason=reason,
    ),
    st.lists(amounts, min_size=14, max_size=14),
    st.sampled_from(["LONG", "SHORT"]),
    st.integers(0, 10**9),
    st.text(max_size=10),
)


@given(rows=st.lists(records, max_size=6))
@settings(max_examples=60, deadline=None)
def test_no_digit_is_lost_in_columns(rows: list[dict[str, Any]]) -> None:
    numbered = [row | {"id": n} for n, row in enumerate(rows, 1)]
    assert TradeTable.of(numbered).records() == numbered
