import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bots.core import strategy as module
from bots.core.backtest import Backtest
from bots.core.settings import EngineSettings
from bots.core.signals import SeriesSignals, StrategyError, compute
from bots.core.strategy import Candles, Floats, Strategy
from bots.strategies.loader import create_strategy
from tests.bots.core.make import XBTUSD, D, Scripted, engine, feed, messages, tick, wave


def test_the_example_of_the_documentation_loads_and_trades(tmp_path: Path) -> None:
    text = textwrap.dedent((module.__doc__ or "").split("\n\n", 1)[1].split("\n\nHandlers", 1)[0])
    (tmp_path / "breakout.py").write_text(text)
    breakout = create_strategy("Breakout", tmp_path, {"size": 50})
    test = Backtest(breakout, {"XBTUSD": XBTUSD}, {"XBTUSD": wave(500)}, EngineSettings())
    for _ in test.run():
        pass
    assert {(trade["size"], trade["entry_reason"]) for trade in test.result().trades} == {(50.0, "breakout")}


def test_a_strategy_sees_its_position_quote_and_equity() -> None:
    strategy = Scripted({0: lambda s: s.sell(100)})
    made, _ = engine(strategy)
    assert (strategy.position().side, bool(strategy.position())) == ("FLAT", False)
    with pytest.raises(StrategyError, match="no price yet"):
        strategy.quote()
    feed(made, tick("30000", 60))
    made.handle(wave(1, start=0.0)[0])
    position = strategy.position()
    assert (position.side, position.size, str(position.entry_price)) == ("SHORT", D(-100), "29999.90000000")
    assert strategy.quote().ask == 30000
    assert strategy.equity == made.account.equity() < 1
    with pytest.raises(StrategyError, match="not traded here"):
        strategy.position("ETHUSD")


def test_log_levels_and_details_only_where_wanted() -> None:
    for verbose in (True, False):
        strategy = Scripted()
        _, journal = engine(strategy, verbose=verbose)
        strategy.log.info("a")
        strategy.log.warn("b")
        strategy.log.error("c")
        strategy.log.trade("d", {"x": 1})
        strategy.log.detail("value {:.1f}", 0.25)
        assert messages(journal) == ["a", "b", "c", "d", *(["value 0.2"] if verbose else [])]


class Wrong(Strategy):
    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result

    def warmup(self) -> int:
        return 2

    def indicators(self, *candles: object) -> Any:
        return self.result


@pytest.mark.parametrize(
    ("result", "message"),
    [(None, "must return a dictionary"), ({"x": np.zeros(3)}, "shape"), ({"x": 1.0}, "shape")],
)
def test_indicators_that_are_no_arrays_of_the_right_length_are_an_error(result: object, message: str) -> None:
    rows = Candles.of(wave(5))
    with pytest.raises(StrategyError, match=message):
        compute(Wrong(result), [rows])


def test_wrong_indicators_are_an_error_live_too_though_nobody_asks_for_them() -> None:
    made, _ = engine(Wrong({"x": np.zeros(3)}))
    first, second = wave(2)
    made.warm_up([first])
    with pytest.raises(StrategyError, match=r"Wrong.indicators: 'x' has shape \(3,\), not \(2,\)"):
        made.warm_up([second])


def test_an_indicator_cannot_be_asked_for_the_future_nor_by_a_wrong_name() -> None:
    class Close(Strategy):
        def warmup(self) -> int:
            return 3

        def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
            return {"close": candles.close}

    rows = Candles.of(wave(5))
    signals = SeriesSignals(Close(), [rows], 3)
    signals.advance(float(rows.ts[1]))
    assert signals.value("close", 0) == rows.close[1]
    assert signals.value("close", 1) == rows.close[0]
    assert np.isnan(signals.value("close", 2))
    with pytest.raises(StrategyError, match="look at the future"):
        signals.value("close", -1)
    with pytest.raises(StrategyError, match="no indicator 'open'; there are close"):
        signals.value("open", 0)
