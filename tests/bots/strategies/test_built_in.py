from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bots.core.assumptions import Assumptions
from bots.core.backtest import END_OF_RANGE, Backtest, BacktestResult, MemoryJournal
from bots.core.broker import PaperBroker
from bots.core.engine import Engine
from bots.core.events import Candle
from bots.core.settings import EngineSettings
from bots.core.strategy import Strategy
from bots.strategies.pair_trade_bot import PairTradeBot
from bots.strategies.test_bot import TestBot
from tests.bots.core.make import ETHUSD, XBTUSD, D, candle, engine, feed, messages, tick, wave
from tests.bots.core.test_backtest import live_events, recorded

PAIR = {"XBTUSD": XBTUSD, "ETHUSD": ETHUSD}


def backtest(
    strategy: Strategy, candles: Mapping[str, Sequence[Candle]], leverage: int = 1, **options: Any
) -> BacktestResult:
    instruments = {market: PAIR[market] for market in candles}
    settings = EngineSettings(verbose=False)
    test = Backtest(strategy, instruments, candles, settings, leverage=D(leverage), **options)
    for _ in test.run():
        pass
    return test.result()


def rising(count: int) -> list[Candle]:
    """A straight line up, 10 a minute."""
    prices = [30_000 + 10 * index for index in range(count)]
    return [
        candle(60.0 * index, str(p), str(p + 12), str(p - 2), str(p + 10)) for index, p in enumerate(prices)
    ]


def test_test_bot_buys_a_straight_rise_and_takes_its_profit() -> None:
    result = backtest(TestBot(TestBot.Params()), {"XBTUSD": rising(60)})
    trade = result.trades[0]
    assert (trade["side"], trade["size"], trade["entry_reason"]) == ("LONG", 100.0, "momentum")
    assert (trade["exit_reason"], trade["gross_pnl"] > 0) == ("take-profit", True)
    assert trade["entry_time"] == 60.0 * 15


def test_test_bot_sells_the_mirror_unless_told_not_to() -> None:
    falling = [
        row._replace(
            open=60_000 - row.open, high=60_000 - row.low, low=60_000 - row.high, close=60_000 - row.close
        )
        for row in rising(60)
    ]
    assert backtest(TestBot(TestBot.Params()), {"XBTUSD": falling}).trades[0]["side"] == "SHORT"
    assert backtest(TestBot(TestBot.Params(allow_short=False)), {"XBTUSD": falling}).trades == []


def test_test_bot_stands_aside_in_a_flat_market() -> None:
    flat = [candle(60.0 * index, "30000") for index in range(60)]
    assert backtest(TestBot(TestBot.Params(threshold=0)), {"XBTUSD": flat}).trades == []


def test_test_bot_writes_the_log_of_the_wireframe() -> None:
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


def pair_candles(ratio: Sequence[float]) -> dict[str, Sequence[Candle]]:
    """XBTUSD at `ratio` times 30,000, ETHUSD always at 2,000."""
    return {
        "XBTUSD": [candle(60.0 * index, f"{30_000 * value:.1f}") for index, value in enumerate(ratio)],
        "ETHUSD": [candle(60.0 * index, "2000", market="ETHUSD") for index in range(len(ratio))],
    }


CALM = [1 + 0.001 * (index % 2) for index in range(20)]


def test_pair_trade_bot_sells_a_dear_spread_and_exits_at_the_mean() -> None:
    params = PairTradeBot.Params(lookback=20, leg_size=100)
    result = backtest(PairTradeBot(params), pair_candles([*CALM, 1.005, 1.004, 1.0, 1.0]))
    (trade,) = result.trades
    assert (trade["side"], trade["exit_reason"]) == ("SHORT", "mean")
    assert [(leg["market"], leg["side"], leg["size"]) for leg in trade["legs"]] == [
        ("XBTUSD", "SHORT", 100.0),
        ("ETHUSD", "LONG", 100.0),
    ]


def test_pair_trade_bot_gives_up_at_the_stop_and_waits_until_the_spread_is_calm_again() -> None:
    params = PairTradeBot.Params(lookback=20, stop_threshold=3.5)
    ratio = [*CALM, 1.0024, 1.0055, 1.02, 1.02, 1.02]
    test = backtest(PairTradeBot(params), pair_candles(ratio))
    (trade,) = test.trades
    assert trade["exit_reason"] == "stop-loss"


def test_pair_trade_bot_remembers_over_a_restart_that_it_was_stopped() -> None:
    bot, other = PairTradeBot(PairTradeBot.Params()), PairTradeBot(PairTradeBot.Params())
    bot.restore({"is_armed": False})
    other.restore(bot.state())
    assert other.state() == {"is_armed": False}


def test_pair_trade_bot_never_holds_one_leg_alone() -> None:
    """100 dollars are more than a leg of 0.01 coins of the cheaper kind can carry."""
    settings = EngineSettings(verbose=False, starting_balance=D("0.01"))
    params = PairTradeBot.Params(lookback=20, leg_size=100)
    test = Backtest(PairTradeBot(params), PAIR, pair_candles([*CALM, 1.005, 1.004, 1.0]), settings)
    for _ in test.run(every=1):
        assert len(test.engine.ledger.trips) in (0, 2)
    assert test.result().trades == []


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (TestBot.Params, {"threshold": 1.5}),
        (TestBot.Params, {"position_size": 0}),
        (TestBot.Params, {"position_size": "100"}),
        (TestBot.Params, {"unknown": 1}),
        (TestBot.Params, {"threshold": float("nan")}),
        (PairTradeBot.Params, {"lookback": 1}),
        (PairTradeBot.Params, {"spread_threshold": 4.0, "stop_threshold": 3.0}),
    ],
)
def test_parameters_outside_their_schema_are_refused(model: Any, values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model(**values)


def live(strategy: Strategy, markets: Mapping[str, Sequence[Candle]], leverage: int = 1) -> MemoryJournal:
    """A live engine over every tick, the legs' events of one time mixed as they come."""
    instruments, journal = {market: PAIR[market] for market in markets}, MemoryJournal()
    broker = PaperBroker(instruments, Assumptions(leverage=D(leverage)))
    made = Engine(strategy, instruments, broker, journal, EngineSettings(verbose=False))
    made.start()
    streams = [list(live_events(rows, PAIR[market])) for market, rows in markets.items()]
    for events in zip(*streams, strict=True):
        for event in events:
            made.handle(event)
    made.finish(END_OF_RANGE)
    return journal


def test_test_bot_trades_the_same_live_and_in_a_backtest_of_recorded_candles(data_dir: Path) -> None:
    candles = {"XBTUSD": recorded(data_dir, "BTC", D("0.1"), "XBTUSD", 0, 1500)}
    result, journal = backtest(TestBot(TestBot.Params()), candles), live(TestBot(TestBot.Params()), candles)
    assert len(result.trades) > 50
    assert (journal.trades, journal.curve) == (result.trades, result.equity)


def test_pair_trade_bot_trades_the_same_live_and_in_a_backtest_of_recorded_candles(data_dir: Path) -> None:
    btc = recorded(data_dir, "BTC", D("0.1"), "XBTUSD", 0, 1000)
    eth = recorded(data_dir, "ETH", D("0.01"), "ETHUSD", 0, 30_000)
    candles = {"XBTUSD": btc, "ETHUSD": [row for row in eth if btc[0].ts <= row.ts <= btc[-1].ts]}
    result, journal = backtest(PairTradeBot(PairTradeBot.Params()), candles), live(
        PairTradeBot(PairTradeBot.Params()), candles
    )  # fmt: skip
    assert len(result.trades) > 5
    assert (journal.trades, journal.curve) == (result.trades, result.equity)


def test_the_month_is_the_same_to_the_last_digit_when_run_twice() -> None:
    candles = {"XBTUSD": wave(2000)}
    assert backtest(TestBot(TestBot.Params()), candles) == backtest(TestBot(TestBot.Params()), candles)
