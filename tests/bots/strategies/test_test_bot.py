from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bots.core.events import Candle
from bots.strategies.test_bot import TestBot
from tests.bots.core.make import D, candle, engine, feed, messages, tick, wave
from tests.bots.core.test_backtest import recorded
from tests.bots.strategies.play import backtest, live


def rising(count: int) -> list[Candle]:
    """A straight line up, 10 a minute."""
    prices = [30_000 + 10 * index for index in range(count)]
    return [
        candle(60.0 * index, str(p), str(p + 12), str(p - 2), str(p + 10)) for index, p in enumerate(prices)
    ]


def test_it_buys_a_straight_rise_and_takes_its_profit() -> None:
    result = backtest(TestBot(TestBot.Params()), {"XBTUSD": rising(60)})
    trade = result.trades[0]
    assert (trade["side"], trade["size"], trade["entry_reason"]) == ("LONG", 100.0, "momentum")
    assert (trade["exit_reason"], trade["gross_pnl"] > 0) == ("take-profit", True)
    assert trade["entry_time"] == 60.0 * 15


def test_it_sells_the_mirror_unless_told_not_to() -> None:
    falling = [
        row._replace(
            open=60_000 - row.open, high=60_000 - row.low, low=60_000 - row.high, close=60_000 - row.close
        )
        for row in rising(60)
    ]
    assert backtest(TestBot(TestBot.Params()), {"XBTUSD": falling}).trades[0]["side"] == "SHORT"
    assert backtest(TestBot(TestBot.Params(allow_short=False)), {"XBTUSD": falling}).trades == []


def test_it_stands_aside_in_a_flat_market() -> None:
    flat = [candle(60.0 * index, "30000") for index in range(60)]
    assert backtest(TestBot(TestBot.Params(threshold=0)), {"XBTUSD": flat}).trades == []


def test_it_writes_the_log_of_the_wireframe() -> None:
    made, journal = engine(TestBot(TestBot.Params(momentum_window=2, atr_window=2)))
    rows = [*rising(3), candle(180, "30030", "30032", "30028", "30030")]
    made.warm_up(rows[:2])
    feed(made, tick("30030", 180), rows[2], tick("30035", 240), rows[3], tick("30080", 241))
    assert messages(journal) == [
        "Market data received - bid: 30,029.9 ask: 30,030",
        "Calculating indicators...",
        "Analyzing momentum... value: 1.00",
        "BUY signal detected - threshold: 1.00",
        "ENTRY LONG @ 30,030 (100 contracts)",
        "Market data received - bid: 30,034.9 ask: 30,035",
        "Monitoring position... current: 30,035",
        "Take-profit triggered at 30,072",
        "EXIT LONG @ 30,072 (100 contracts)",
        "Position closed at 30,072 | PnL: +$0.06",
    ]


def test_it_trades_the_same_live_and_in_a_backtest_of_recorded_candles(data_dir: Path) -> None:
    candles = {"XBTUSD": recorded(data_dir, "BTC", D("0.1"), "XBTUSD", 0, 1500)}
    result, journal = backtest(TestBot(TestBot.Params()), candles), live(TestBot(TestBot.Params()), candles)
    assert len(result.trades) > 50
    assert (journal.trades, journal.curve) == (result.trades, result.equity)


def test_a_run_is_the_same_to_the_last_digit_when_repeated() -> None:
    candles = {"XBTUSD": wave(2000)}
    assert backtest(TestBot(TestBot.Params()), candles) == backtest(TestBot(TestBot.Params()), candles)


@pytest.mark.parametrize(
    "values",
    [
        {"threshold": 1.5},
        {"position_size": 0},
        {"position_size": "100"},
        {"unknown": 1},
        {"threshold": float("nan")},
    ],
)
def test_parameters_outside_their_schema_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TestBot.Params(**values)
