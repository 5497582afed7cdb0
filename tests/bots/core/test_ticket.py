"""What a strategy states, as an order: or a clear refusal that names market and term."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from bots.core.instrument import Instrument
from bots.core.orders import OrderError, as_position
from bots.core.ticket import LONGEST_REASON, amendment, make_order
from tests.bots.core.make import XBTUSD, D

DOGE = Instrument("DOGEUSDT", "linear", "USDT", "DOGE", "USDT", D("0.00001"), D(1))
RUBBISH: list[Any] = [
    True, False, np.True_, None, "", "many", [], {}, object(), float("nan"), float("inf"), -float("inf"),
    Decimal("sNaN"), -1, 0, 1e300, "1e999999", "1e-999999", 10**20, 10**5000, "9" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("value", RUBBISH, ids=map(str, range(len(RUBBISH))))
@pytest.mark.parametrize(
    "term", ["size", "limit", "trigger", "if_touched", "trail", "stop", "target", "rearm"]
)
def test_rubbish_is_refused_in_few_words(term: str, value: Any) -> None:
    size, terms = (value, {}) if term == "size" else (1, {term: value})
    if term != "size" and value is None:
        assert make_order(XBTUSD, "Buy", size, terms, "entry", 0.0)  # type: ignore[arg-type]
        return
    with pytest.raises(OrderError, match=f"^XBTUSD: .*{term}|^XBTUSD: a size") as told:
        make_order(XBTUSD, "Buy", size, terms, "entry", 0.0)  # type: ignore[arg-type]
    assert len(str(told.value)) < 200


@pytest.mark.parametrize("value", [True, None, "soon", float("nan"), float("inf"), -1, 5, 10**400, [9], b"9"],
                         ids=map(str, range(10)))  # fmt: skip
def test_an_expiry_that_is_no_time_to_come_is_refused(value: Any) -> None:
    with pytest.raises(OrderError, match=r"^XBTUSD: .*expires"):
        make_order(XBTUSD, "Buy", 1, {"limit": 2, "time_in_force": "GTD", "expires": value}, "entry", 5.0)


@pytest.mark.parametrize("value", [7, "7", np.float64(7), np.int64(7), Decimal(7)])
def test_an_expiry_is_a_plain_float_however_it_was_given(value: Any) -> None:
    made = make_order(XBTUSD, "Buy", 1, {"limit": 2, "time_in_force": "GTD", "expires": value}, "entry", 5.0)
    assert (made.expires, type(made.expires)) == (7.0, float)


def test_a_reason_is_no_book() -> None:
    assert make_order(XBTUSD, "Buy", 1, {"reason": "x" * LONGEST_REASON}, "entry", 0.0)
    assert make_order(XBTUSD, "Buy", 1, {"reason": None}, "entry", 0.0).reason == ""  # type: ignore[typeddict-item]
    with pytest.raises(OrderError, match="1000 characters, not 10000000") as told:
        make_order(XBTUSD, "Buy", 1, {"reason": "x" * 10_000_000}, "entry", 0.0)
    assert len(str(told.value)) < 200


def test_what_only_reduces_does_not_rearm() -> None:
    """Its opposite would open a position, even while the session is paused."""
    with pytest.raises(OrderError, match="rearm opens positions"):
        make_order(XBTUSD, "Sell", 1, {"limit": 2, "rearm": 1, "reduce_only": True}, "entry", 0.0)


@pytest.mark.parametrize("value", [1e300, -1e300, "1e999999", 10**5000, float("inf"), None, True],
                         ids=map(str, range(7)))  # fmt: skip
def test_a_wanted_position_beyond_all_bounds_is_refused(value: Any) -> None:
    with pytest.raises(OrderError, match=r"^XBTUSD: a position must be"):
        as_position(value, XBTUSD)


@pytest.mark.parametrize(
    ("side", "terms"),
    [
        ("Buy", {"stop": 9, "target": 9}),
        ("Sell", {"stop": 9, "target": 9}),
        ("Buy", {"stop": 9, "target": 8}),
        ("Sell", {"stop": 9, "target": 10}),
        ("Buy", {"limit": 8, "stop": 9}),
        ("Sell", {"limit": 10, "stop": 9, "target": 8}),
    ],
)
def test_a_stop_on_the_wrong_side_of_target_or_limit_is_refused(side: Any, terms: Any) -> None:
    with pytest.raises(OrderError, match=r"XBTUSD: stop 9 .* wrong side"):
        make_order(XBTUSD, side, 1, terms, "entry", 0.0)


def test_a_limit_does_not_move_beyond_the_stop() -> None:
    order = make_order(XBTUSD, "Buy", 1, {"limit": 10, "stop": 9}, "entry", 0.0)
    assert amendment(XBTUSD, order, {"price": 9}) == {"price": 9}
    with pytest.raises(OrderError, match="stop 9 is on the wrong side of limit 8"):
        amendment(XBTUSD, order, {"price": 8})


def test_small_prices_keep_their_grid() -> None:
    made = make_order(DOGE, "Buy", "1234567.9", {"limit": 0.123455, "stop": "0.1"}, "entry", 0.0)
    assert (made.size, str(made.price), str(made.stop)) == (D(1234567), "0.12346", "0.1")
    with pytest.raises(OrderError, match="less than half a tick"):
        make_order(DOGE, "Buy", 1, {"limit": "0.000004"}, "entry", 0.0)
