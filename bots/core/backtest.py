"""A backtest: the engine and the paper broker of a live session, fed with the ticks that candles make.

The calls are the very ones of a live session: the first tick of the next candle, the closed candle, the
further ticks. Ticks of a candle in whose range no resting order can fill are left out; that changes nothing,
because equity is noted only at closes and fills. The last candle's close decides nothing, since nothing could
be filled after it.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import merge
from typing import Any, NamedTuple

from bots.core.bars import BarBuilder, CandleError
from bots.core.broker import PaperBroker
from bots.core.candles import Candles, on_grid
from bots.core.engine import Engine
from bots.core.events import Candle, Funding, Tick
from bots.core.instrument import Instrument
from bots.core.metrics import metrics
from bots.core.path import DEFAULT_STEPS, PathTick, candle_ticks, first_tick, last_tick
from bots.core.ports import Journal, Level
from bots.core.settings import EngineSettings
from bots.core.signals import SeriesSignals
from bots.core.strategy import Strategy

END_OF_RANGE = "end of range"
NO_FUNDING = "no funding rates were given for {}: funding counts 0"


_Path = tuple[
    Decimal, Decimal, Decimal, Decimal, Decimal | None, Decimal, Decimal, float, int, float
]  # the arguments of candle_ticks


class Progress(NamedTuple):
    """Candles (of all markets) that are done, of how many, and the market's time."""

    done: int
    total: int
    ts: float


@dataclass
class MemoryJournal:
    """Keeps trades and equity in memory; drops log lines unless told to keep them."""

    keep_log: bool = False
    trades: list[dict[str, Any]] = field(default_factory=list)
    curve: list[tuple[float, float, float]] = field(default_factory=list)
    lines: list[tuple[Level, str, dict[str, Any] | None]] = field(default_factory=list)

    def trade(self, trade: dict[str, Any]) -> None:
        self.trades.append(trade)

    def log(self, level: Level, message: str, data: dict[str, Any] | None = None) -> None:
        if self.keep_log:
            self.lines.append((level, message, data))

    def equity(self, ts: float, equity: float, drawdown: float) -> None:
        self.curve.append((ts, equity, drawdown))


class _Tee:
    """Writes to the memory for the result and to the session's journal."""

    def __init__(self, memory: MemoryJournal, journal: Journal) -> None:
        self._memory, self._journal = memory, journal

    def trade(self, trade: dict[str, Any]) -> None:
        self._memory.trade(trade)
        self._journal.trade(trade)

    def log(self, level: Level, message: str, data: dict[str, Any] | None = None) -> None:
        self._journal.log(level, message, data)

    def equity(self, ts: float, equity: float, drawdown: float) -> None:
        self._memory.equity(ts, equity, drawdown)
        self._journal.equity(ts, equity, drawdown)


@dataclass(frozen=True)
class BacktestResult:
    """Trade records, equity rows [ts, equity, drawdown %], metrics, heartbeat figures, and notes on them."""

    trades: list[dict[str, Any]]
    equity: list[tuple[float, float, float]]
    metrics: dict[str, Any]
    counters: dict[str, Any]
    notes: list[str]


class Backtest:
    """One run over closed candles of each market, oldest first, at exact prices.

    Candles before `range_start` (Unix seconds) only fill the windows; without it all of them trade. Iterate
    `run()` to the end, then take `result()`; between two steps the engine may be looked at.
    """

    def __init__(
        self,
        strategy: Strategy,
        instruments: Mapping[str, Instrument],
        candles: Mapping[str, Iterable[Candle]],
        settings: EngineSettings,
        *,
        leverage: Decimal = Decimal(1),
        range_start: float | None = None,
        funding: Iterable[Funding] = (),
        journal: Journal | None = None,
        steps: int = DEFAULT_STEPS,
        skip: bool = True,
    ) -> None:
        self._memory = MemoryJournal()
        self.instruments = instruments
        self.settings, self.steps, self.skip = settings, steps, skip
        self.engine = Engine(
            strategy,
            instruments,
            PaperBroker(instruments, leverage),
            self._memory if journal is None else _Tee(self._memory, journal),
            settings,
        )
        self.candles = {
            market: [on_grid(candle._replace(market=market), instrument.tick) for candle in candles[market]]
            for market, instrument in instruments.items()
        }
        self._begin = float("-inf") if range_start is None else range_start
        self._funding = deque(sorted(map(self._stamped, funding), key=lambda event: event.ts))
        self._funding_markets = {event.market for event in self._funding}
        self._open: dict[str, Candle] = {}
        self._previous_close: dict[str, Decimal] = {}
        self._use_series(strategy)

    @property
    def total(self) -> int:
        """Candles that are traded."""
        return sum(candle.ts >= self._begin for rows in self.candles.values() for candle in rows)

    def run(self, every: int = 500) -> Iterator[Progress]:
        """Drive the engine to the end of the candles; yields after every `every` stamps and at the end.

        Raises CandleError where there is no candle to trade, and what the strategy raises.
        """
        total, done, ts = self.total, 0, 0.0
        for market, rows in self.candles.items():
            if not rows or rows[-1].ts < self._begin:
                raise CandleError(f"no candles of {market} in the range")
        self._warm_up()
        self.engine.start()
        last = max(rows[-1].ts for rows in self.candles.values() if rows)
        for count, (ts, slot) in enumerate(_slots(self.candles, self._begin), 1):
            self._step(ts, slot, last)
            done += len(slot)
            if count % every == 0:
                yield Progress(done, total, ts)
        self.engine.finish(END_OF_RANGE)
        yield Progress(total, total, ts + self.settings.base)

    def result(self) -> BacktestResult:
        """Results so far; complete once `run()` has ended."""
        counters = self.engine.counters()
        figures = metrics(self._memory.trades, self._memory.curve, counters["starting_balance"])
        missing = [market for market in self.instruments if market not in self._funding_markets]
        notes = [NO_FUNDING.format(", ".join(missing))] if missing else []
        return BacktestResult(self._memory.trades, self._memory.curve, figures, counters, notes)

    def _use_series(self, strategy: Strategy) -> None:
        """Compute the indicators once, over the bars that the engine will make of these candles."""
        builder = BarBuilder(tuple(self.instruments), self.settings.timeframe, self.settings.base, 1)
        bars = [bars for candle in _by_time(self.candles.values()) for bars in builder.add(candle)]
        if not bars and len(self.instruments) > 1:
            raise CandleError(f"the candles of {' and '.join(self.instruments)} have no time in common")
        columns = [Candles.of(row[market] for row in bars) for market in self.instruments]
        self.engine.use_signals(SeriesSignals(strategy, columns))

    def _warm_up(self) -> None:
        early = [[candle for candle in rows if candle.ts < self._begin] for rows in self.candles.values()]
        self.engine.warm_up(_by_time(early))
        self._previous_close |= {rows[-1].market: rows[-1].close for rows in early if rows}

    def _step(self, ts: float, slot: Mapping[str, Candle], last: float) -> None:
        """All that happens from `ts` until the next candle opens."""
        self._fund(ts, slot, first=True)
        starts = {market: self._previous_close.get(market) for market in slot}
        for market, candle in slot.items():
            self.engine.handle(self._first_tick(candle, starts[market]))
        for market in slot:
            if market in self._open:
                self.engine.handle(self._open[market])
            self._open[market] = slot[market]
            self._previous_close[market] = slot[market].close
        self._fund(ts + self.settings.base, slot, first=False)
        if not self.skip or self.engine.wants_ticks or self._can_fill(slot):
            self._walk(slot, starts)
        elif ts == last or len(self.instruments) > 1:
            # Marks at the candle's end: for the final close, and for the other leg's equity.
            for market, candle in slot.items():
                self.engine.handle(self._last_tick(candle, starts[market]))

    def _fund(self, until: float, slot: Mapping[str, Candle], first: bool) -> None:
        """Book funding stamps up to `until`; its own instant belongs to the next step's beginning."""
        while self._funding and (self._funding[0].ts < until or (first and self._funding[0].ts == until)):
            event = self._funding.popleft()
            candle = slot.get(event.market)
            if event.mark is None and candle is not None:
                event = event._replace(mark=candle.open)
            if event.ts >= self._begin:
                self.engine.handle(event)

    def _stamped(self, event: Funding) -> Funding:
        """Stamps come up to some milliseconds late: they belong to the instant before, not into a candle."""
        late = event.ts % self.settings.base
        return event._replace(ts=event.ts - late) if late < 1 else event

    def _can_fill(self, slot: Mapping[str, Candle]) -> bool:
        broker = self.engine.broker
        return any(
            broker.can_fill_between(market, candle.low, candle.high) for market, candle in slot.items()
        )

    def _walk(self, slot: Mapping[str, Candle], starts: Mapping[str, Decimal | None]) -> None:
        paths = [self._ticks(candle, starts[market])[1:] for market, candle in slot.items()]
        for tick in paths[0] if len(paths) == 1 else merge(*paths, key=lambda tick: tick.ts):
            self.engine.handle(tick)

    def _first_tick(self, candle: Candle, previous_close: Decimal | None) -> Tick:
        grid = self.instruments[candle.market].tick
        path_tick = first_tick(candle.open, previous_close, candle.volume, grid, candle.ts, self.steps)
        return _named(candle.market, path_tick)

    def _last_tick(self, candle: Candle, previous_close: Decimal | None) -> Tick:
        return _named(candle.market, last_tick(*self._path(candle, previous_close)))

    def _ticks(self, candle: Candle, previous_close: Decimal | None) -> Sequence[Tick]:
        return [_named(candle.market, tick) for tick in candle_ticks(*self._path(candle, previous_close))]

    def _path(self, candle: Candle, previous_close: Decimal | None) -> _Path:
        grid, length = self.instruments[candle.market].tick, float(self.settings.base)
        return *candle[1:5], previous_close, candle.volume, grid, candle.ts, self.steps, length


def _named(market: str, tick: PathTick) -> Tick:
    return Tick(market, *tick)


def _by_time(series: Iterable[Iterable[Candle]]) -> Iterator[Candle]:
    return merge(*series, key=lambda candle: candle.ts)


def _slots(
    candles: Mapping[str, Sequence[Candle]], begin: float
) -> Iterator[tuple[float, dict[str, Candle]]]:
    """The candles of all markets that open at the same time, in order of time."""
    slot: dict[str, Candle] = {}
    for candle in _by_time(candles.values()):
        if candle.ts < begin:
            continue
        if slot and next(iter(slot.values())).ts != candle.ts:
            yield next(iter(slot.values())).ts, slot
            slot = {}
        slot[candle.market] = candle
    if slot:
        yield next(iter(slot.values())).ts, slot
