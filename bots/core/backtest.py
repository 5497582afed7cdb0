"""A backtest: a strategy over recorded candles, by the compiled loop where that can express it (and is ready,
or worth waiting for), else by the general engine. Both give the same orders, fills, trades and equity, to the
last digit.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from bots.core.assumptions import Assumptions
from bots.core.bars import CandleError
from bots.core.events import Candle, Funding
from bots.core.instrument import Instrument
from bots.core.memory import MemoryJournal, Once, Tee
from bots.core.metrics import metrics
from bots.core.ports import Journal
from bots.core.results import EquityCurve, TradeTable
from bots.core.series import Series, TickSeries
from bots.core.settings import EngineSettings
from bots.core.simulation import END_OF_RANGE, Progress, Simulation
from bots.core.strategy import Strategy

__all__ = ["END_OF_RANGE", "Backtest", "BacktestResult", "EngineName", "MemoryJournal", "Progress"]

EngineName = Literal["auto", "general", "compiled"]
NO_FUNDING = "no funding rates were given for {}: funding counts 0"
AMBIGUOUS = "{} of {} candles held both stop and target: {}"


@dataclass(frozen=True, eq=False)
class BacktestResult:
    """What a run gave.

    Attributes:
        table, curve: closed trades and equity samples, as columns.
        counters: the figures of a heartbeat at the end.
        notes: what a reader must know to believe the figures.
        assumptions: every parameter of the fills, with fees, as JSON.
        ambiguous: candles that held both stop and target ("candles"), by what decided them: "finer" data,
            "pessimistic", or the assumed "path".
        engine: "compiled" or "general".
    """

    table: TradeTable
    curve: EquityCurve
    counters: dict[str, Any]
    notes: list[str]
    assumptions: dict[str, Any]
    ambiguous: dict[str, int]
    engine: str
    market: tuple[Any, Any] | None = field(default=None, repr=False)

    def __eq__(self, other: object) -> bool:
        """Whether both runs gave the same, to the last digit; by which engine does not matter."""
        if not isinstance(other, BacktestResult):
            return NotImplemented
        names = ("trades", "equity", "counters", "ambiguous")
        return all(getattr(self, name) == getattr(other, name) for name in names)

    @cached_property
    def trades(self) -> list[dict[str, Any]]:
        """Trade records."""
        return self.table.records()

    @cached_property
    def equity(self) -> list[tuple[float, float, float]]:
        """Rows of [ts, equity, drawdown in percent]."""
        return self.curve.rows()

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """Every figure that there is of trades and equity."""
        return metrics(self.table, self.curve, self.counters["starting_balance"], self.market)


class Backtest:
    """One run over closed candles of each market, oldest first, at exact prices.

    Candles before `range_start` (Unix seconds) only fill the windows; without it all of them trade. `ticks`
    are recorded prints for parts of the time, or all of it. Iterate `run()` to the end, then take `result()`.

    Where nothing is compiled yet, "auto" has few candles run by the general engine rather than compile first.

    Raises:
        CandleError: candles out of order or that cannot be, or none to trade.
        StrategyError, ValueError: the strategy does not fit the markets, or returned what cannot be.
    """

    def __init__(
        self,
        strategy: Strategy,
        instruments: Mapping[str, Instrument],
        candles: Mapping[str, Series | Iterable[Candle]],
        settings: EngineSettings,
        *,
        assumptions: Assumptions | None = None,
        range_start: float | None = None,
        funding: Iterable[Funding] = (),
        ticks: Mapping[str, TickSeries] | None = None,
        journal: Journal | None = None,
        engine: EngineName = "auto",
        skip: bool = True,
    ) -> None:
        self.strategy, self.instruments, self.settings = strategy, instruments, settings
        self.assumptions = assumptions or Assumptions()
        self.series = {
            market: _series(candles[market], market, instrument) for market, instrument in instruments.items()
        }
        self._begin = float("-inf") if range_start is None else range_start
        self._funding, self._ticks, self._skip = list(funding), dict(ticks or {}), skip
        self._journal = None if journal is None else Once(journal)
        self._memory = MemoryJournal()
        self._check()
        self._run: Any = None
        self._asked = engine
        self.engine_used = self._engine()
        self._prepare()

    @property
    def total(self) -> int:
        """Candles that are traded."""
        return sum(int((series.ts >= self._begin).sum()) for series in self.series.values())

    @property
    def must_compile(self) -> bool:
        """Whether the first step has to compile, which takes half a minute."""
        from bots.core.compiled.warm import is_warm

        return self.engine_used == "compiled" and not is_warm()

    def counters(self) -> dict[str, Any]:
        """The figures of a heartbeat, at any moment between two steps."""
        counters: dict[str, Any] = self._run.counters()
        return counters

    def run(self, every: int = 500) -> Iterator[Progress]:
        """Drive the engine to the end; yields after every `every` candles and at the end.

        Raises what the strategy raises.
        """
        told = 0
        for step in self._steps(every):
            told = max(told, step.done)  # what runs ahead, or begins anew, must not look like going back
            yield step._replace(done=told)

    def result(self) -> BacktestResult:
        """Results so far; complete once `run()` has ended."""
        counters = self.counters()
        table, curve = self._columns()
        ambiguous = dict(self._run.ambiguous)
        fees = {
            market: {"taker_fee": float(each.taker_fee), "maker_fee": float(each.maker_fee)}
            for market, each in self.instruments.items()
        }
        first = next(iter(self.series.values()))
        first = first.between(self._begin, float("inf"))
        return BacktestResult(
            table,
            curve,
            counters,
            self._notes(ambiguous),
            self.assumptions.as_dict() | {"fees": fees},
            ambiguous,
            self.engine_used,
            (first.ts, first.columns().close),
        )

    def _check(self) -> None:
        for market, series in self.series.items():
            if not len(series) or series.ts[-1] < self._begin:
                raise CandleError(f"no candles of {market} in the range")
        first, *others = (series.ts for series in self.series.values())
        if any(not np.isin(first, other, assume_unique=True).any() for other in others):
            raise CandleError(f"the candles of {' and '.join(self.instruments)} have no time in common")

    def _steps(self, every: int) -> Iterator[Progress]:
        if self.engine_used == "compiled":
            from bots.core.compiled.errors import NotCompiled
            from bots.core.compiled.warm import warm

            warm()
            try:
                yield from self._run.run(every)
                return
            except NotCompiled as error:
                # The same again, by the engine that knows everything; what is written already is known.
                self._go_general(str(error))
                self.strategy = type(self.strategy)(self.strategy.params)
                if self._journal is not None:
                    self._journal.begin_anew()
                self._prepare()
        yield from self._run.run(every)

    def _engine(self) -> str:
        if self._asked == "general":
            return self._asked
        from bots.core.compiled import why_not
        from bots.core.compiled.warm import worth_compiling

        if reason := why_not(self.strategy, self.instruments, self.assumptions, self._ticks):
            self._go_general(reason)
            return "general"
        return "compiled" if self._asked == "compiled" or worth_compiling(self.total) else "general"

    def _go_general(self, reason: str) -> None:
        """Leave it to the general engine, unless the compiled one was asked for."""
        if self._asked == "compiled":
            raise ValueError(f"the compiled engine cannot run this: {reason}")
        self.engine_used = "general"

    def _prepare(self) -> None:
        if self.engine_used == "compiled":
            from bots.core.compiled.errors import NotCompiled

            try:
                self._run = self._compiled()
                return
            except NotCompiled as error:
                self._go_general(str(error))
        self._run = self._general()

    def _compiled(self) -> Any:
        from bots.core.compiled.run import CompiledBacktest

        ((market, instrument),) = self.instruments.items()
        return CompiledBacktest(
            self.strategy,
            instrument,
            self.series[market],
            self.settings,
            self.assumptions,
            begin=self._begin,
            funding=self._funding,
            journal=self._journal,
        )

    def _general(self) -> Simulation:
        journal = self._memory if self._journal is None else Tee(self._memory, self._journal)
        return Simulation(
            self.strategy,
            self.instruments,
            self.series,
            self.settings,
            self.assumptions,
            self._begin,
            self._funding,
            self._ticks,
            journal,
            self._skip,
        )

    def _columns(self) -> tuple[TradeTable, EquityCurve]:
        if self.engine_used == "compiled":
            table: TradeTable = self._run.table()
            curve: EquityCurve = self._run.curve()
            return table, curve
        return TradeTable.of(self._memory.trades), EquityCurve.of(self._memory.curve)

    def _notes(self, ambiguous: Mapping[str, int]) -> list[str]:
        notes = []
        known = {event.market for event in self._funding}
        if missing := [market for market in self.instruments if market not in known]:
            notes.append(NO_FUNDING.format(", ".join(missing)))
        if ambiguous["candles"]:
            ways = {
                "finer": "by their recorded ticks",
                "pessimistic": "against us",
                "path": "by the way the candle is assumed to have gone",
            }
            told = [f"{ambiguous[name]} decided {way}" for name, way in ways.items() if ambiguous.get(name)]
            notes.append(AMBIGUOUS.format(ambiguous["candles"], self.total, ", ".join(told)))
        return notes


def _series(candles: Series | Iterable[Candle], market: str, instrument: Instrument) -> Series:
    return candles if isinstance(candles, Series) else Series.of(candles, market, instrument.tick)
