"""One set of parameters after the other over the candles that all of them share."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from bots.core.backtest import Backtest
from bots.core.series import Series
from bots.core.signals import history_start
from bots.core.strategy import Strategy
from bots.runner.backtest import make_backtest
from bots.runner.blame import blamed
from bots.runner.candles import Gathered
from bots.runner.compiling import compile_apart
from bots.runner.prepare import Prepared
from bots.sweep.figures import figures
from bots.sweep.sets import Sets
from bots.sweep.store import Row

_CANDLES_TO_WARM_UP = 2000
_WHOLE = 1 << 40
"""Candles between two reports of progress: none is wanted."""


class _Stopped(Exception):
    """The sweep is to end."""


@dataclass
class Trials:
    """Runs sets of a grid.

    Attributes:
        prepared: of any set; its strategy is replaced.
        gathered: candles that reach back as far as the set of the longest warm-up needs.
    """

    sets: Sets
    prepared: Prepared
    gathered: Gathered
    _parts: dict[int, Gathered] = field(default_factory=dict)

    def __call__(self, number: int) -> Row:
        """The figures of one set, the very same as of a backtest of it alone; or what it raised."""
        strategy = self.sets.make(number)
        backtest: Backtest | None = None
        try:
            gathered = self._from(first_candle(self.prepared, strategy))
            backtest = make_backtest(replace(self.prepared, strategy=strategy), gathered, None)
            return Row(number, _figures(backtest))
        except (Exception, SystemExit) as error:  # a strategy may well call exit()
            found = blamed(error, strategy if backtest is None else backtest.strategy)
            return Row(number, error=found.message if found else f"{type(error).__name__}: {error}")

    def in_order(self, numbers: list[int]) -> list[int]:
        """Sets of the same warm-up one after the other: they share their views of the candles."""
        begins = {number: first_candle(self.prepared, self.sets.make(number)) for number in numbers}
        return sorted(numbers, key=lambda number: (begins[number], number))

    def must_compile(self, sets: int) -> bool:
        """Whether so many sets are done sooner where the engine is compiled first, which it is not yet."""
        from bots.core.compiled import why_not
        from bots.core.compiled.warm import is_warm, worth_compiling

        made, strategy = self.prepared, self.sets.make(self.sets.valid[0])
        if is_warm() or why_not(strategy, made.instruments, made.assumptions(), self.gathered.ticks):
            return False
        return worth_compiling(sets * sum(len(series) for series in self.gathered.series.values()))

    def compile(self, stopping: Callable[[], bool]) -> None:
        """Compile the engine, or leave it half done once `stopping()` says so.

        In a process of its own, since nothing else can end the compiler; this one then loads what it left.
        Where there is no place to leave it, this process compiles.
        """
        from bots.core.compiled.place import folder_for_kernels
        from bots.core.compiled.warm import warm

        if folder_for_kernels() is None:
            warm()
            return

        def look() -> None:
            if stopping():
                raise _Stopped

        with suppress(_Stopped):
            compile_apart(look)

    def warm_up(self) -> None:
        """Load what the first run loads (libraries, compiled code), so that forked workers have it."""
        start = self.prepared.spec.range_start
        assert start is not None, "a sweep has a range"
        stop = start + _CANDLES_TO_WARM_UP * 60
        few = {market: each.between(0, stop) for market, each in self.gathered.series.items()}
        for each in self.gathered.series.values():
            each.columns()
        prepared = replace(self.prepared, strategy=self.sets.make(self.sets.valid[0]))
        with suppress(Exception):  # the set itself will say so
            _figures(make_backtest(prepared, replace(self.gathered, series=few), None))

    def _from(self, begin: int) -> Gathered:
        found = self._parts.get(begin)
        if found is None:
            self._parts.clear()
            series = {market: _from(each, begin) for market, each in self.gathered.series.items()}
            found = self._parts[begin] = replace(self.gathered, series=series)
        return found


def _figures(backtest: Backtest) -> dict[str, Any]:
    for _ in backtest.run(every=_WHOLE):
        pass
    return figures(backtest.result())


def first_candle(prepared: Prepared, strategy: Strategy) -> int:
    """Opening time of the first candle that a backtest of this strategy alone is given."""
    start = prepared.spec.range_start
    assert start is not None, "a sweep has a range"
    return int(history_start(strategy, prepared.engine_settings(verbose=False).timeframe, start))


def _from(series: Series, begin: int) -> Series:
    return series if not len(series) or series.ts[0] >= begin else series.between(begin, float("inf"))
