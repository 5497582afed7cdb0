"""Every built-in strategy decides the same over a window of `warmup()` bars as over the whole series."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.backtest import MemoryJournal
from bots.core.bars import Bars
from bots.core.candles import Candles, Floats
from bots.core.events import Candle
from bots.core.resample import closed_bars
from bots.core.series import Series
from bots.core.signals import TARGET, compute
from bots.core.strategy import Strategy
from bots.strategies.bollinger_reversion import BollingerReversion
from bots.strategies.indicators import ema, rsi, rsi_bars, settling, sma
from bots.strategies.loader import BUILT_IN
from bots.strategies.moving_average_cross import MovingAverageCross
from bots.strategies.pair_trade_bot import PairTradeBot
from bots.strategies.test_bot import TestBot
from tests.bots.core.make import D, wave
from tests.bots.strategies.play import backtest, played


class TwoTimeframes(Strategy):
    """Not built in: for bars of five and fifteen minutes beside its own, and a look one bar back."""

    timeframes = ("5m", "15m")

    def warmup(self) -> int:
        return rsi_bars(2) + 1

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {"rsi": rsi(candles.close, 2)}

    def warmup_on(self, timeframe: str) -> int:
        return 1 + (settling(2) if timeframe == "5m" else 4)

    def indicators_on(self, timeframe: str, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {"ema": ema(candles.close, 2)} if timeframe == "5m" else {"sma": sma(candles.close, 4)}


NAMES: dict[type[Strategy], dict[str, tuple[str, ...]]] = {
    TestBot: {"": ("momentum", "atr")},
    PairTradeBot: {"": ("ratio", "z")},
    MovingAverageCross: {"": (TARGET,)},
    BollingerReversion: {"": ("mean", "deviation")},
    TwoTimeframes: {"": ("rsi",), "5m": ("ema",), "15m": ("sma",)},
}


def test_no_built_in_strategy_is_left_out() -> None:
    assert {kind.id for kind in NAMES if kind.id} | {"MarketScraper"} == set(BUILT_IN)


@st.composite
def made(draw: st.DrawFn) -> Strategy:
    """A strategy with windows of its own."""
    window, other = draw(st.integers(2, 40)), draw(st.integers(2, 40))
    kind = draw(st.sampled_from(list(NAMES)))
    params: Mapping[Any, Mapping[str, Any]] = {
        TestBot: {"momentum_window": window, "atr_window": other},
        PairTradeBot: {"lookback": window},
        MovingAverageCross: {"fast": window, "slow": window + other},
        BollingerReversion: {"window": window, "deviations": other / 10},
    }
    return kind(kind.Params(**params[kind])) if kind in params else kind()


def legs(strategy: Strategy, count: int, seed: int) -> dict[str, list[Candle]]:
    first = {"XBTUSD": wave(count, seed)}
    second = {"ETHUSD": wave(count, seed + 1, market="ETHUSD", tick="0.01", level=200_000)}
    return first if type(strategy).legs == 1 else first | second


@given(made(), st.integers(1, 10_000), st.data())
@settings(max_examples=60, deadline=None)
def test_any_split_gives_the_values_of_the_whole_series(
    strategy: Strategy, seed: int, data: st.DataObject
) -> None:
    rows = legs(strategy, 1200 if strategy.timeframes else 150, seed)
    for timeframe in NAMES[type(strategy)]:
        bars = [bars_of(market, row, timeframe) for market, row in rows.items()]
        warmup = strategy.warmup_on(timeframe) if timeframe else strategy.warmup()
        whole = compute(strategy, bars, timeframe)
        end = data.draw(st.integers(warmup, len(bars[0])))
        longer = data.draw(st.integers(0, end - warmup))
        part = compute(strategy, [part_of(leg, end - warmup - longer, end) for leg in bars], timeframe)
        assert set(part) == set(NAMES[type(strategy)][timeframe])
        for name, column in whole.items():
            assert same(part[name][-1], column[end - 1]), name
            assert name == TARGET or not np.isnan(column[warmup - 1 :]).any()


def bars_of(market: str, rows: Sequence[Candle], timeframe: str) -> Candles:
    series = Series.of(rows, market, D("0.1") if market == "XBTUSD" else D("0.01"))
    return closed_bars(series, {"": 60, "5m": 300, "15m": 900}[timeframe], 60).candles


def part_of(candles: Candles, begin: int, end: int) -> Candles:
    return Candles(*(getattr(candles, name)[begin:end] for name in Candles.__slots__))


def same(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)


@pytest.mark.parametrize("kind", NAMES)
def test_a_live_session_sees_the_values_of_the_backtest(kind: type[Strategy]) -> None:
    """Windows filled candle by candle, against arrays computed once."""
    rows = legs(kind(), 400, 7)
    live, tested = recording(kind), recording(kind)
    for _ in played(live, rows, MemoryJournal()):
        pass
    backtest(tested, rows)
    assert len(live.seen) > 100  # type: ignore[attr-defined]
    assert live.seen == tested.seen  # type: ignore[attr-defined]


def recording(kind: type[Strategy]) -> Strategy:
    """The strategy with its default parameters (a shorter look back), which only notes what it sees."""

    def on_bars(self: Any, bars: Bars) -> None:
        values = [
            self.indicator(name, back, timeframe)
            for timeframe, names in NAMES[kind].items()
            for name in names
            for back in ((0, 1) if kind is TwoTimeframes else (0,))
        ]
        self.seen.append((next(iter(bars.values())).ts, [repr(value) for value in values]))

    noting = type("Noting", (kind,), {"on_bars": on_bars, "seen": []})
    made: Strategy = noting(None if kind.Params is None else kind.Params())
    return made
