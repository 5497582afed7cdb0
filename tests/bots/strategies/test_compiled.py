"""Every built-in strategy for one market is backtested compiled, to the same last digit as in general."""

import pytest

from bots.core.backtest import Backtest, BacktestResult, EngineName
from bots.core.settings import EngineSettings
from bots.core.strategy import Strategy
from bots.strategies.bollinger_reversion import BollingerReversion
from bots.strategies.moving_average_cross import MovingAverageCross
from bots.strategies.test_bot import TestBot
from tests.bots.core.make import XBTUSD, wave


def run(kind: type[Strategy], seed: int, engine: EngineName) -> BacktestResult:
    settings = EngineSettings(verbose=False)
    strategy = kind(kind.Params())
    test = Backtest(strategy, {"XBTUSD": XBTUSD}, {"XBTUSD": wave(1500, seed)}, settings, engine=engine)
    for _ in test.run():
        pass
    assert test.engine_used == engine
    return test.result()


@pytest.mark.parametrize("kind", [TestBot, MovingAverageCross, BollingerReversion])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.compiled
def test_compiled_and_general_give_the_same(kind: type[Strategy], seed: int) -> None:
    general = run(kind, seed, "general")
    assert run(kind, seed, "compiled") == general
    assert len(general.trades) > 10
