"""The built-in strategies pass the check, also with other parameters than their defaults."""

from typing import Any

import pytest

from bots.core.strategy import Strategy
from bots.strategies.bollinger_reversion import BollingerReversion
from bots.strategies.moving_average_cross import MovingAverageCross
from bots.strategies.pair_trade_bot import PairTradeBot
from bots.strategies.test_bot import TestBot
from bots.testing import assert_sound, candles


@pytest.mark.parametrize(
    ("strategy", "params"),
    [
        (TestBot, {"threshold": 0.4}),
        (MovingAverageCross, {"fast": 7, "slow": 21}),
        (BollingerReversion, {}),
    ],
)
def test_strategies_of_one_market(strategy: type[Strategy], params: dict[str, Any]) -> None:
    assert_sound(strategy, params, candles(800))


def test_the_pair() -> None:
    legs = {market: candles(700, market=market) for market in ("XBTUSD", "ETHUSD")}
    assert_sound(PairTradeBot, {"lookback": 40}, legs)
