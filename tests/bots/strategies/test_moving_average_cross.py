from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from bots.core.candles import Candles
from bots.strategies.moving_average_cross import MovingAverageCross
from tests.bots.core.make import candle, wave
from tests.bots.strategies.play import backtest, live


def bot(**params: Any) -> MovingAverageCross:
    return MovingAverageCross(MovingAverageCross.Params(**({"fast": 2, "slow": 4} | params)))


def test_it_is_long_while_the_fast_average_is_above_and_short_or_flat_below() -> None:
    prices = ["100", "100", "100", "100", "110", "120", "80", "70"]
    candles = Candles.of([candle(60.0 * index, price) for index, price in enumerate(prices)])
    wanted = [np.nan] * 4 + [100.0, 100.0, -100.0, -100.0]
    np.testing.assert_array_equal(bot().targets(candles), wanted)
    np.testing.assert_array_equal(bot(allow_short=False, size=5).targets(candles)[4:], [5, 5, 0, 0])


def test_it_turns_at_the_price_after_the_cross() -> None:
    rows = [candle(60.0 * index, str(30_000 + (index % 20) * (20 - index % 20))) for index in range(80)]
    trades = backtest(bot(), {"XBTUSD": rows}).trades
    assert [trade["side"] for trade in trades[:4]] == ["LONG", "SHORT", "LONG", "SHORT"]
    assert [trade["exit_time"] for trade in trades[:-1]] == [trade["entry_time"] for trade in trades[1:]]
    assert {trade["size"] for trade in trades} == {100.0}


def test_it_trades_the_same_live_and_in_a_backtest() -> None:
    candles = {"XBTUSD": wave(500)}
    result, journal = backtest(bot(), candles), live(bot(), candles)
    assert len(result.trades) > 20
    assert (journal.trades, journal.curve) == (result.trades, result.equity)


@pytest.mark.parametrize("values", [{"fast": 30}, {"fast": 0}, {"size": 0}, {"size": float("inf")}])
def test_parameters_that_make_no_cross_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MovingAverageCross.Params(**values)
