"""Whatever a strategy does, the compiled engine and the general one make the same of it."""

from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.assumptions import Assumptions
from bots.core.candles import Candles, Floats
from bots.core.compiled import run
from bots.core.events import Candle, Fill, Funding
from bots.core.instrument import Instrument
from bots.core.settings import EngineSettings
from bots.core.strategy import Bar, Strategy
from bots.strategies.test_bot import TestBot
from tests.bots.core.compiled.random_trader import (
    Outcome,
    RandomStarter,
    RandomTrader,
    assert_same,
    outcome,
)
from tests.bots.core.make import BTCUSDT, ETHUSD, XBTUSD, D, wave

pytestmark = pytest.mark.compiled
SEEDS = st.integers(0, 10**6)


class Follower(Strategy):
    """Wants a position drawn anew now and then; half a lot too much, or nothing at all."""

    def warmup(self) -> int:
        return 5

    def targets(self, candles: Candles, *others: Candles) -> Floats:
        random = np.random.default_rng(len(candles))
        wanted = np.round(random.normal(0, 200, len(candles)), 1)
        return np.where(random.random(len(candles)) < 0.3, wanted, np.nan)


class CountingFollower(Follower):
    def __init__(self) -> None:
        super().__init__()
        self.fills: list[Fill] = []

    def on_fill(self, fill: Fill) -> None:
        self.fills.append(fill)


class Ladder(Strategy):
    """Limit orders on both sides, re-armed by the broker."""

    def __init__(self) -> None:
        super().__init__()
        self.is_placed = False

    def on_bar(self, bar: Bar) -> None:
        if not self.is_placed:
            self.is_placed = True
            tick = float(self.instrument().tick)
            for step in range(1, 11):
                away = 40 * step * tick
                self.buy(10, limit=bar.close - away, rearm=40 * tick)
                self.sell(10, limit=bar.close + away, rearm=40 * tick)


class Reader(Ladder):
    """Notes what it reads of its indicators, at bars and at fills."""

    def __init__(self, bars: int) -> None:
        super().__init__()
        self.bars = bars
        self.read: list[Any] = []

    def warmup(self) -> int:
        return self.bars

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {"close": candles.close}

    def on_bar(self, bar: Bar) -> None:
        super().on_bar(bar)
        self.note()

    def on_fill(self, fill: Fill) -> None:
        self.note()
        self.read.append(self.history().close.tolist())

    def note(self) -> None:
        self.read.append([repr(self.indicator("close", back)) for back in range(4)])


def market_of(draw: Random) -> tuple[Instrument, list[Candle], EngineSettings, Assumptions, dict[str, Any]]:
    """A market, its candles, perhaps with gaps, and what is assumed of its fills."""
    instrument = draw.choice((XBTUSD, BTCUSDT, ETHUSD))
    level = draw.choice((300_000, 30_000, 3_000))
    rows = wave(draw.choice((60, 150)), draw.randrange(10**6), market=instrument.market,
                tick=str(instrument.tick), level=level)  # fmt: skip
    if draw.randrange(3) == 0:
        rows = [row for row in rows if draw.randrange(10)]
    rates = (D(draw.randint(-9, 9)) / 10_000 for _ in range(6))
    marks = (None, None, rows[0].close)
    options = {
        "range_start": draw.choice((None, rows[20].ts)),
        "funding": [
            Funding(instrument.market, rows[0].ts + 1800 * at, rate, draw.choice(marks))
            for at, rate in enumerate(rates)
        ],
    }
    balances = ("1", "0.02", "0.5") if instrument.is_inverse else ("100000", "1000")
    session = EngineSettings(
        verbose=False, timeframe=draw.choice((60, 60, 300)), starting_balance=D(draw.choice(balances))
    )
    assumptions = Assumptions(
        leverage=D(draw.choice((1, 3, 50))),
        spread_ticks=draw.choice((1, 1, 0, 5)),
        slippage_ticks=draw.choice((0, 0, 2)),
        slippage_rate=draw.choice((0.0, 0.0001)),
        slippage_impact=draw.choice((0.0, 0.01)),
        fill_at_touch=draw.choice((False, True)),
        within_bar=draw.choice(("pessimistic", "path")),
        path_steps=draw.choice((60, 60, 7, 4)),
    )
    return instrument, rows, session, assumptions, options


def both(make: Any, draw: Random) -> tuple[Outcome, Outcome]:
    instrument, rows, session, assumptions, options = market_of(draw)
    general, compiled = (
        outcome(engine, make(instrument), instrument, rows, session, assumptions, **options)
        for engine in ("general", "compiled")
    )
    return general, compiled


@given(SEEDS)
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("kind", [RandomTrader, RandomStarter])
def test_random_orders_of_every_kind_come_out_the_same(kind: type[RandomTrader], seed: int) -> None:
    draw = Random(seed)
    share = draw.choice((10, 100, 1000))

    def trader(instrument: Instrument) -> Strategy:
        unit = Decimal(share) if instrument.is_inverse else Decimal(share) / 1000
        return kind(seed, unit, instrument.tick)

    assert_same(*both(trader, draw))


@given(SEEDS)
@settings(max_examples=20, deadline=None)
@pytest.mark.parametrize("strategy", [Follower, CountingFollower, Ladder])
def test_strategies_that_need_little_python_come_out_the_same(strategy: Any, seed: int) -> None:
    general, compiled = both(lambda _: strategy(), Random(seed))
    assert_same(general, compiled)
    if isinstance(general.strategy, CountingFollower):
        assert isinstance(compiled.strategy, CountingFollower)
        assert general.strategy.fills == compiled.strategy.fills


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_the_built_in_strategy_comes_out_the_same(seed: int) -> None:
    params = TestBot.Params(threshold=0.4, position_size=100)
    assert_same(*both(lambda _: TestBot(params), Random(seed)))


@given(SEEDS, st.sampled_from((1, 2, 3)))
@settings(max_examples=15, deadline=None)
def test_indicators_are_those_of_the_last_closed_bar_wherever_a_chunk_ends(seed: int, bars: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "_CHUNK", 7)
        general, compiled = both(lambda _: Reader(bars), Random(seed))
    assert_same(general, compiled)
    assert isinstance(general.strategy, Reader)
    assert isinstance(compiled.strategy, Reader)
    assert general.strategy.read == compiled.strategy.read
