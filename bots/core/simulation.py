"""The general backtest: engine and paper broker of a live session, fed with recorded candles and ticks.

The calls are the very ones of a live session: the first tick of the next candle, the closed candle, the
further ticks. Candles are walked along their recorded ticks where there are any, else along the way that
`path` makes of them. Ticks of a candle in whose range nothing can happen are left out; that changes nothing,
because equity is noted only at closes and fills. The last candle's close decides nothing, since nothing could
be filled after it.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from heapq import merge
from typing import Any, NamedTuple

import numpy as np

from bots.core.assumptions import Assumptions
from bots.core.engine import Engine
from bots.core.events import Candle, Funding, Tick
from bots.core.instrument import Instrument
from bots.core.paper.broker import PaperBroker
from bots.core.paper.groups import Inside
from bots.core.path import CandlePath, PathTick
from bots.core.ports import Journal
from bots.core.resample import aligned, closed_bars
from bots.core.series import Series, TickSeries
from bots.core.settings import EngineSettings
from bots.core.signals import SeriesSignals
from bots.core.strategy import Strategy
from bots.core.timeframes import seconds

END_OF_RANGE = "end of range"


class Progress(NamedTuple):
    """Candles (of all markets) that are done, of how many, and the market's time."""

    done: int
    total: int
    ts: float


class _Step(NamedTuple):
    """One candle of one market about to be walked."""

    candle: Candle
    path: CandlePath
    ticks: list[Tick]


class Simulation:
    """One run of the general engine over `series`; candles before `begin` only fill the windows."""

    def __init__(
        self,
        strategy: Strategy,
        instruments: Mapping[str, Instrument],
        series: Mapping[str, Series],
        settings: EngineSettings,
        assumptions: Assumptions,
        begin: float,
        funding: Iterable[Funding],
        ticks: Mapping[str, TickSeries],
        journal: Journal,
        skip: bool = True,
    ) -> None:
        self.broker = PaperBroker(instruments, assumptions)
        self.engine = Engine(strategy, instruments, self.broker, journal, settings)
        self.instruments, self.series, self.ticks = instruments, series, ticks
        self._assumptions, self._base, self._skip = assumptions, settings.base, skip
        self._begin = begin
        stamps = (event.on_grid(settings.base) for event in funding)
        self._funding = deque(sorted(stamps, key=lambda event: event.ts))
        self._open: dict[str, Candle] = {}
        self._passed_over: list[_Step] = []
        self._previous_close: dict[str, int] = {}
        self._prices = {market: _Prices(instrument.tick) for market, instrument in instruments.items()}
        self._use_series(strategy, settings)

    def run(self, every: int) -> Iterator[Progress]:
        """Drive the engine to the end of the candles; yields after every `every` stamps and at the end."""
        total = sum(int((each.ts >= self._begin).sum()) for each in self.series.values())
        done, ts = 0, 0.0
        last = max(float(each.ts[-1]) for each in self.series.values())
        self._warm_up()
        self.engine.start()
        for count, (ts, slot) in enumerate(self._slots(), 1):
            self._step(ts, slot, last)
            done += len(slot)
            if count % every == 0:
                yield Progress(done, total, ts)
        self.engine.finish(END_OF_RANGE)
        yield Progress(total, total, ts + self._base)

    def counters(self) -> dict[str, Any]:
        """The figures of a heartbeat."""
        return self.engine.counters()

    @property
    def ambiguous(self) -> dict[str, int]:
        """Candles that held both stop and target, and what decided them."""
        return self.broker.ambiguous

    def _use_series(self, strategy: Strategy, settings: EngineSettings) -> None:
        """Compute the indicators once, over the bars that the engine will make of these candles."""
        lengths = {"": settings.timeframe, **{name: seconds(name) for name in strategy.timeframes}}
        for name, length in lengths.items():
            bars = [
                closed_bars(self.series[market], length, self._base).candles for market in self.instruments
            ]
            window = (self.engine.further[name] if name else self.engine.bars).capacity
            self.engine.use_signals(SeriesSignals(strategy, aligned(bars), window, name), name)

    def _warm_up(self) -> None:
        early = []
        for market, series in self.series.items():
            count = int(np.searchsorted(series.ts, self._begin))
            early.append([series.candle(index) for index in range(count)])
            if count:
                self._previous_close[market] = int(series.close[count - 1])
        self.engine.warm_up(merge(*early, key=lambda candle: candle.ts))

    def _slots(self) -> Iterator[tuple[float, dict[str, int]]]:
        """The candles (their indices) of all markets that open at the same time, in order of time."""
        stamps = np.unique(np.concatenate([series.ts for series in self.series.values()]))
        next_ = {
            market: int(np.searchsorted(series.ts, self._begin)) for market, series in self.series.items()
        }
        for ts in stamps[stamps >= self._begin].tolist():
            slot = {}
            for market, series in self.series.items():
                index = next_[market]
                if index < len(series) and series.ts[index] == ts:
                    slot[market] = index
                    next_[market] = index + 1
            yield float(ts), slot

    def _step(self, ts: float, slot: Mapping[str, int], last: float) -> None:
        """All that happens from `ts` until the next candle opens."""
        steps = {market: self._prepared(market, index) for market, index in slot.items()}
        self._fund(ts, steps, first=True)
        self.broker.new_candle()
        for step in steps.values():
            self.engine.on_tick(step.ticks[0] if step.ticks else _named(step, step.path.first()))
        for market, step in steps.items():
            if market in self._open:
                self.engine.handle(self._open[market])
            self._open[market] = step.candle
        self._fund(ts + self._base, steps, first=False)
        self._passed_over = []
        if not self._skip or self.engine.wants_ticks or self._can_happen(steps):
            self._walk(steps)
            return
        for step in steps.values():
            self.engine.pass_over(_walked(step))
        self._passed_over = list(steps.values())
        if ts == last or len(self.instruments) > 1:
            self._catch_up()  # for the final close, and for the other leg's equity

    def _catch_up(self) -> None:
        """Print the ends of the candles that were passed over: somebody looks at the marks."""
        for step in self._passed_over:
            self.engine.on_tick(step.ticks[-1] if step.ticks else _named(step, step.path.last()))
        self._passed_over = []

    def _prepared(self, market: str, index: int) -> _Step:
        series, instrument = self.series[market], self.instruments[market]
        candle = self._prices[market].candle(series, index)
        path = CandlePath(
            int(series.open[index]),
            int(series.high[index]),
            int(series.low[index]),
            int(series.close[index]),
            self._previous_close.get(market),
            instrument.contracts(candle.volume, candle.close),
            instrument.tick,
            candle.ts,
            self._assumptions.path_steps,
            float(self._base),
            self._assumptions.spread_ticks,
        )
        self._previous_close[market] = path.close
        ticks = self.ticks[market].within(candle.ts, candle.ts + self._base) if market in self.ticks else []
        return _Step(candle, path, ticks)

    def _fund(self, until: float, steps: Mapping[str, _Step], first: bool) -> None:
        """Book funding stamps up to `until`; its own instant belongs to the next step's beginning."""
        while self._funding and (self._funding[0].ts < until or (first and self._funding[0].ts == until)):
            event = self._funding.popleft()
            step = steps.get(event.market)
            if event.mark is None and step is not None:
                event = event._replace(mark=self._price_at(event.ts, step.candle))
            if event.ts >= self._begin:
                if first:
                    self._catch_up()
                self.engine.handle(event)

    def _price_at(self, ts: float, candle: Candle) -> Decimal:
        """The newest opening price at a moment before the candle's end; in a gap before it the last close."""
        before = self._open.get(candle.market)
        return candle.open if before is None or ts >= candle.ts else before.close

    def _can_happen(self, steps: Mapping[str, _Step]) -> bool:
        end = max(step.candle.ts for step in steps.values()) + self._base
        return self.broker.can_happen({market: _range(step) for market, step in steps.items()}, end)

    def _walk(self, steps: Mapping[str, _Step]) -> None:
        ways = [
            step.ticks[1:] if step.ticks else [_named(step, tick) for tick in step.path.ticks()[1:]]
            for step in steps.values()
        ]
        inside = {market: Inside(*_range(step), bool(step.ticks)) for market, step in steps.items()}
        for tick in ways[0] if len(ways) == 1 else merge(*ways, key=lambda tick: tick.ts):
            self.engine.on_tick(tick, inside[tick.market])


class _Prices:
    """Exact prices of levels, each made once: the same ones come again and again."""

    def __init__(self, tick: Decimal) -> None:
        self._tick = tick
        self._known: dict[int, Decimal] = {}

    def candle(self, series: Series, index: int) -> Candle:
        open_, high, low, close = (
            self._price(int(column[index])) for column in (series.open, series.high, series.low, series.close)
        )
        volume = Decimal(repr(float(series.volume[index])))
        return Candle(float(series.ts[index]), open_, high, low, close, volume, series.market)

    def _price(self, level: int) -> Decimal:
        price = self._known.get(level)
        if price is None:
            price = self._known[level] = level * self._tick
        return price


def _range(step: _Step) -> tuple[Decimal, Decimal]:
    """Lowest and highest price in the candle, also where its recorded ticks go beyond it."""
    prices = [tick.price for tick in step.ticks]
    return min([step.candle.low, *prices]), max([step.candle.high, *prices])


def _walked(step: _Step) -> Candle:
    """The candle with the lowest and highest price of its ticks, where those are recorded."""
    if not step.ticks:
        return step.candle
    prices = [tick.price for tick in step.ticks]
    return step.candle._replace(low=min(prices), high=max(prices))


def _named(step: _Step, tick: PathTick) -> Tick:
    return Tick(step.candle.market, *tick)
