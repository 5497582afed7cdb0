"""Strategies that return or order what cannot be: the error names the strategy, and what it was."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bots.core.backtest import Backtest
from bots.core.settings import EngineSettings
from bots.core.strategy import Bar, Strategy
from bots.runner.blame import blamed, failed
from bots.testing import backtest, candles
from schema.exits import ExitCode
from tests.bots.core.make import XBTUSD

SERIES = candles(30)


def strategy(**methods: Callable[..., Any]) -> type[Strategy]:
    """A strategy of these methods alone, of the general engine: nothing has to be compiled."""
    return type("Rubbish", (Strategy,), {"timeframes": ("5m",), "warmup": lambda self: 1, **methods})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (lambda self, candles: None, "Rubbish.indicators must return a dictionary of arrays, not None"),
        (lambda self, candles: [candles.close], "must return a dictionary of arrays"),
        (lambda self, candles: {"a": candles.close[1:]}, r"'a' has shape \(29,\), not \(30,\)"),
        (lambda self, candles: {"a": 5.0}, r"'a' has shape \(\), not \(30,\)"),
        (lambda self, candles: {"a": ["x"] * 30}, "'a' must be an array of numbers"),
        (lambda self, candles: {"a": np.zeros((30, 2))}, r"'a' has shape \(30, 2\), not \(30,\)"),
    ],
)
def test_indicators_that_cannot_be(given: Callable[..., Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        backtest(strategy(indicators=given), series=SERIES)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (lambda self, candles: np.ones(3), r"Rubbish: 'targets' has shape \(3,\), not \(30,\)"),
        (lambda self, candles: "buy", "'targets' must be an array of numbers, not 'buy'"),
        (lambda self, candles: None, "Rubbish: 'targets'"),
    ],
)
def test_targets_that_cannot_be(given: Callable[..., Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        backtest(strategy(targets=given), series=SERIES)


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (lambda s, bar: s.buy(0), "size must be a number above 0, not 0"),
        (lambda s, bar: s.buy(float("nan")), "size must be a number above 0, not nan"),
        (lambda s, bar: s.sell(-5), "size must be a number above 0, not -5"),
        (lambda s, bar: s.buy("many"), "size must be a number, not 'many'"),
        (lambda s, bar: s.buy(None), "size must be a number, not None"),
        (lambda s, bar: s.buy(float("inf")), "size must be a number above 0, not inf"),
        (lambda s, bar: s.buy(10, limit=0), "must be a number above 0, not 0"),
        (lambda s, bar: s.buy(10, limit=float("nan")), "must be a number above 0, not nan"),
        (lambda s, bar: s.buy(10, stop=-1), "must be a number above 0, not -1"),
        (lambda s, bar: s.buy(10, market="NOPE"), "NOPE is not traded here"),
        (lambda s, bar: s.order_to(float("inf")), "inf"),
        (lambda s, bar: s.indicator("nothing"), "Rubbish has no indicator 'nothing'"),
        (lambda s, bar: s.indicator("nothing", back=-1), "would be a look at the future"),
    ],
)
def test_orders_and_questions_that_cannot_be_are_told_with_the_line_and_the_time(
    order: Callable[[Strategy, Bar], Any], told: str
) -> None:
    made = strategy(on_bar=lambda self, bar: order(self, bar))()
    run = Backtest(made, {"XBTUSD": XBTUSD}, {"XBTUSD": SERIES}, EngineSettings(verbose=False))
    with pytest.raises(ValueError, match=told) as raised:
        for _ in run.run():
            pass
    problem = blamed(raised.value, run.strategy)
    assert problem is not None
    assert f"{__name__.rpartition('.')[2]}.py, line " in problem.message
    assert "(at 2024-01-01 00:01" in problem.message or "(at 2024-01-01 00:05" in problem.message


def test_a_live_session_ends_with_the_place_and_may_be_started_again() -> None:
    def on_bar(self: Strategy, bar: Bar) -> None:
        raise SystemExit(3)

    made = strategy(on_bar=on_bar)()
    with pytest.raises(SystemExit) as raised:
        made.on_bar(None)  # type: ignore[arg-type]
    problem = failed(raised.value, made)
    assert problem is not None
    assert problem.exit_code == ExitCode.OWN_ERROR
    assert problem.message.startswith("test_bad_strategies.py, line ")
    assert problem.message.endswith(": SystemExit: 3")
    assert problem.details["traceback"][-1] == "SystemExit: 3"
    assert failed(OSError("ours"), made) is None
    assert failed(ValueError("ours too"), made) is None


def test_more_than_the_margin_is_refused_and_said_so() -> None:
    refused: list[str] = []

    def on_bar(self: Strategy, bar: Bar) -> None:
        order = self.buy(10**9)
        refused.append(order.rejection)

    result = backtest(strategy(on_bar=on_bar), series=SERIES)
    assert result.trades == []
    assert len(refused) > 5


def test_candles_cannot_be_written_to() -> None:
    def indicators(self: Strategy, candles: Any) -> dict[str, Any]:
        candles.close[:] = 1.0
        return {}

    with pytest.raises(ValueError, match="read-only"):
        backtest(strategy(indicators=indicators), series=SERIES)
