import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.assumptions import Assumptions
from bots.core.backtest import END_OF_RANGE, Backtest, BacktestResult, MemoryJournal
from bots.core.bars import CandleError
from bots.core.engine import Engine
from bots.core.events import Candle, Event, Funding, Tick
from bots.core.instrument import Instrument
from bots.core.paper.broker import PaperBroker
from bots.core.path import candle_ticks
from bots.core.series import Series
from bots.core.settings import EngineSettings
from bots.core.strategy import Bar, Strategy
from tests.bots.core.make import ETHUSD, XBTUSD, D, Scripted, candle, pnl_sum, wave

QUIET = EngineSettings(verbose=False)


class Noise(Strategy):
    """Orders of every kind, decided by nothing but closed bars and its own draws."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__()
        self.seed = self.draws = seed

    def warmup(self) -> int:
        return 3

    def draw(self, most: int) -> int:
        self.draws = (self.draws * 1103515245 + 12345) % 2**31
        return (self.draws >> 8) % most

    def on_bar(self, bar: Bar) -> None:
        for order in self.orders():
            if self.draw(4) == 0:
                self.cancel(order)
        offset = self.draw(60) + 1
        size = 10 * (1 + self.draw(30))
        match self.draw(8):
            case 0:
                self.buy(size, stop=bar.close - 2 * offset, target=bar.close + 2 * offset, reason="a")
            case 1:
                self.sell(size, stop=bar.close + 2 * offset, target=bar.close - 2 * offset, reason="b")
            case 2:
                self.buy(size, limit=bar.close - offset, reason="c")
            case 3:
                self.sell(size, limit=bar.close + offset, reason="d")
            case 4:
                self.buy(size, trigger=bar.close + offset, reason="e")
            case 5:
                self.close(reason="f")

    def state(self) -> dict[str, Any]:
        return {"draws": self.draws}

    def restore(self, state: dict[str, Any]) -> None:
        self.draws = state["draws"]


def run(strategy: Strategy, candles: Sequence[Candle], **options: Any) -> BacktestResult:
    test = Backtest(strategy, {"XBTUSD": XBTUSD}, {"XBTUSD": candles}, QUIET, **options)
    for _ in test.run():
        pass
    return test.result()


def live_events(candles: Sequence[Candle], instrument: Instrument = XBTUSD) -> Iterator[Event]:
    """What a live session is fed: every tick, and each candle after the next one's first tick."""
    before: Candle | None = None
    for row in candles:
        path = candle_ticks(*row[1:5], before and before.close, row.volume, instrument.tick, row.ts)
        ticks = [Tick(row.market, *tick) for tick in path]
        yield ticks[0]
        if before is not None:
            yield before
        yield from ticks[1:]
        before = row


# A live session knows the way; a backtest would fear the worst within a candle.
AS_IT_GOES = Assumptions(within_bar="path")


def new_engine(strategy: Strategy, journal: MemoryJournal) -> Engine:
    instruments = {"XBTUSD": XBTUSD}
    return Engine(strategy, instruments, PaperBroker(instruments), journal, QUIET)


@given(st.integers(1, 10_000))
@settings(max_examples=15, deadline=None)
def test_leaving_out_ticks_that_fill_nothing_changes_nothing(seed: int) -> None:
    candles = wave(120, seed)
    skipped, walked = run(Noise(seed), candles), run(Noise(seed), candles, skip=False)
    assert skipped == walked
    assert skipped.trades


@given(st.integers(1, 10_000))
@settings(max_examples=15, deadline=None)
def test_a_live_engine_fed_with_every_tick_makes_the_same_trades_and_equity(seed: int) -> None:
    candles, journal = wave(120, seed), MemoryJournal()
    made = new_engine(Noise(seed), journal)
    made.start()
    for event in live_events(candles):
        made.handle(event)
    made.finish(END_OF_RANGE)
    result = run(Noise(seed), candles, assumptions=AS_IT_GOES)
    assert journal.trades == result.trades
    assert journal.curve == result.equity


@given(st.integers(1, 10_000), st.integers(0, 90), st.integers(1, 3000))
@settings(max_examples=25, deadline=None)
def test_no_past_trade_depends_on_candles_to_come(seed: int, cut: int, other: int) -> None:
    candles = wave(100, seed)
    changed = [*candles[:cut], *wave(100, seed + other)[cut:]]
    moment = candles[cut].ts
    past = [
        [trade for trade in run(Noise(seed), rows).trades if trade["exit_time"] < moment]
        for rows in (candles, changed)
    ]
    assert past[0] == past[1]


@given(st.integers(1, 10_000), st.integers(0, 40 * 61 - 1))
@settings(max_examples=25, deadline=None)
def test_a_session_that_goes_on_from_a_snapshot_at_any_point_ends_the_same(seed: int, point: int) -> None:
    events = list(live_events(wave(41, seed)))
    whole, parts = MemoryJournal(), MemoryJournal()
    first = new_engine(Noise(seed), whole)
    first.start()
    for event in events:
        first.handle(event)

    made = new_engine(Noise(seed), parts)
    made.start()
    for index, event in enumerate(events):
        if index == point:
            saved = json.loads(json.dumps(made.snapshot()))
            made = new_engine(Noise(seed + 1), parts)
            made.restore(saved)
            made.start()
        made.handle(event)
    assert parts.trades == whole.trades
    assert parts.curve == whole.curve
    assert made.snapshot() == first.snapshot()


@given(st.integers(1, 10_000))
@settings(max_examples=15, deadline=None)
def test_trades_add_up_to_the_equity_to_the_last_unit(seed: int) -> None:
    result = run(Noise(seed), wave(150, seed))
    assert D(repr(result.counters["equity"])) == 1 + pnl_sum(result.trades)
    assert result.counters["position"] == []
    for trade in result.trades:
        figures = [D(repr(trade[name])) for name in ("gross_pnl", "fees", "funding", "pnl")]
        assert figures[0] - figures[1] + figures[2] == figures[3]


def test_an_open_position_is_closed_at_the_last_ticks_opposite_price() -> None:
    candles = [candle(60 * index, "30000") for index in range(3)] + [
        candle(180, "30000", "30000", "29990", "29990")
    ]
    start = candles[0].ts
    result = run(Scripted({start: lambda s: s.buy(100)}), candles)
    (trade,) = result.trades
    assert (trade["exit_reason"], trade["exit_price"], trade["exit_time"]) == (END_OF_RANGE, 29990.0, 239.0)


def test_the_last_candles_close_decides_nothing() -> None:
    candles = [candle(60 * index, "30000") for index in range(3)]
    assert run(Scripted({120: lambda s: s.buy(100)}), candles).trades == []


def test_candles_before_the_range_only_warm_up() -> None:
    strategy = Noise()
    seen: list[float] = []
    strategy.on_bar = lambda bar: seen.append(bar.ts)  # type: ignore[method-assign]
    candles = wave(10)
    run(strategy, candles, range_start=candles[5].ts)
    assert seen == [row.ts for row in candles[5:9]]


def test_progress_is_told_in_candles() -> None:
    test = Backtest(Scripted(), {"XBTUSD": XBTUSD}, {"XBTUSD": wave(10)}, QUIET, engine="general")
    assert [(step.done, step.total) for step in test.run(every=4)] == [(4, 10), (8, 10), (10, 10)]


def test_funding_is_booked_at_the_candles_open_and_otherwise_told_as_missing() -> None:
    """10,000 short at mark 25,000 and 0.01 %: 0.00004 BTC received; a stamp 7 ms late counts as on time."""
    candles = [candle(60 * index, "25000") for index in range(4)]
    script = {0.0: lambda s: s.sell(10_000)}
    funding = [Funding("XBTUSD", 120.007, D("0.0001"))]
    result = run(Scripted(dict(script)), candles, funding=funding)
    assert result.trades[0]["funding"] == 0.00004
    assert result.notes == []
    without = run(Scripted(dict(script)), candles)
    assert without.notes == ["no funding rates were given for XBTUSD: funding counts 0"]


def test_a_range_without_candles_is_an_error_that_names_the_market() -> None:
    with pytest.raises(CandleError, match="no candles of XBTUSD"):
        Backtest(Scripted(), {"XBTUSD": XBTUSD}, {"XBTUSD": wave(5)}, QUIET, range_start=2e9)


def test_legs_without_a_common_time_are_an_error() -> None:
    class Pair(Scripted):
        legs = 2

    candles = {"XBTUSD": wave(5, start=60.0), "ETHUSD": wave(5, start=6000.0, market="ETHUSD")}
    with pytest.raises(CandleError, match="no time in common"):
        Backtest(Pair(), {"XBTUSD": XBTUSD, "ETHUSD": ETHUSD}, candles, QUIET)


def test_bars_of_five_minutes_are_made_of_candles_of_one() -> None:
    strategy = Scripted()
    candles = wave(16, start=1_690_000_200.0)
    test = Backtest(strategy, {"XBTUSD": XBTUSD}, {"XBTUSD": candles}, EngineSettings(timeframe=300))
    for _ in test.run():
        pass
    assert strategy.bars == [1_690_000_200.0 + 300 * index for index in range(3)]


def recorded(folder: Path, coin: str, tick: Decimal, market: str, start: int, count: int) -> list[Candle]:
    feather = pytest.importorskip("pyarrow.feather")
    name = f"binance-usdm-1m-2023-07/{coin}_USDT_USDT-1m-futures.feather"
    table = feather.read_table(folder / name).slice(start, count)
    stamps = table["date"].to_numpy().astype("datetime64[s]").astype(float)
    columns = (table[name].to_numpy() for name in ("open", "high", "low", "close", "volume"))
    series = Series.from_floats(market, tick, stamps, *columns)
    return [series.candle(index) for index in range(len(series))]


def test_on_recorded_candles_skipping_and_the_live_order_of_events_give_the_same_trades(
    data_dir: Path,
) -> None:
    candles = recorded(data_dir, "BTC", D("0.1"), "XBTUSD", 0, 1000)
    result = run(Noise(), candles, assumptions=AS_IT_GOES)
    journal = MemoryJournal()
    made = new_engine(Noise(), journal)
    made.start()
    for event in live_events(candles):
        made.handle(event)
    made.finish(END_OF_RANGE)
    assert len(result.trades) > 50
    assert journal.trades == result.trades
    assert journal.curve == result.equity
