"""The helper for users' tests."""

from pathlib import Path

import pytest

from bots.core.assumptions import Assumptions
from bots.strategies.loader import StrategyLoadError
from bots.strategies.test_bot import TestBot
from bots.testing import assert_no_lookahead, backtest, candles, load
from tests.bots.check.test_check import NextClose

FILE = """
from bots.core.strategy import Strategy


class One(Strategy):
    pass


class Two(Strategy):
    pass
"""


def test_candles_are_the_same_for_the_same_arguments() -> None:
    one, same, other = candles(50), candles(50), candles(50, seed=2)
    assert one.close.tolist() == same.close.tolist() != other.close.tolist()
    assert one.ts[1] - one.ts[0] == 60


def test_a_backtest_in_a_line() -> None:
    late = Assumptions(latency_ms=1)  # nothing has to be compiled for it
    result = backtest(TestBot, {"threshold": 0.4}, candles(400), assumptions=late)
    assert result.trades
    assert result.metrics["trade_count"] == len(result.trades)
    with pytest.raises(ValueError, match="threshold"):
        backtest(TestBot, {"threshold": 7})


def test_a_strategy_is_loaded_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "both.py").write_text(FILE)
    assert load(tmp_path / "both.py", "Two").__name__ == "Two"
    with pytest.raises(StrategyLoadError, match="has One, Two: name one of them"):
        load(tmp_path / "both.py")
    with pytest.raises(StrategyLoadError, match="there is no such file"):
        load(tmp_path / "none.py")


def test_looking_ahead_fails_the_test_with_what_and_where() -> None:
    with pytest.raises(AssertionError, match="mean looks ahead: at 2024-01-01"):
        assert_no_lookahead(NextClose, series=candles(300))
