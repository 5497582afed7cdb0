"""A strategy's indicators at the current bar: over a window live, computed once for a whole backtest."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bots.core.candles import Candles, Floats
from bots.core.timeframes import seconds

if TYPE_CHECKING:
    from bots.core.bars import BarBuilder
    from bots.core.strategy import Strategy


class StrategyError(ValueError):
    """A strategy returned or ordered something that cannot be."""


def history_start(strategy: "Strategy", timeframe: int, moment: float) -> float:
    """Opening time of the first candle that must be known for every window to be full at `moment`.

    `timeframe`: length of the session's bars in seconds. One bar more is taken than the windows hold.
    """
    needs = {timeframe: strategy.warmup()}
    for name in strategy.timeframes:
        length = seconds(name)
        needs[length] = max(needs.get(length, 0), strategy.warmup_on(name))
    return min(moment - moment % length - (bars + 1) * length for length, bars in needs.items())


class Signals(Protocol):
    """Indicator values; nothing later than the bar of the last `advance` can be had."""

    def advance(self, stamp: float) -> None:
        """The bar that opened at `stamp` is closed and in the windows."""

    def value(self, name: str, back: int) -> float:
        """The value `back` bars ago; NaN where there is none. Raises StrategyError for an unknown name."""
        ...


TARGET = "target"
"""Name under which a strategy's `targets` stand among its indicators."""


def compute(strategy: "Strategy", candles: list[Candles], timeframe: str = "") -> dict[str, Floats]:
    """Call the strategy's `indicators` (of a further timeframe: `indicators_on`) and check what it gives.

    Raises:
        StrategyError: it is no dictionary of arrays of numbers as long as the candles.
    """
    if timeframe:
        source, result = "indicators_on", strategy.indicators_on(timeframe, *candles)
    else:
        source, result = "indicators", strategy.indicators(*candles)
    if not isinstance(result, Mapping):
        raise StrategyError(
            f"{strategy.name}.{source} must return a dictionary of arrays, not {result!r:.200}"
        )
    where = f"{strategy.name}.{source}"
    columns = {str(name): _column(column, len(candles[0]), where, name) for name, column in result.items()}
    if strategy.has_targets and not timeframe:
        if TARGET in columns:
            raise StrategyError(f"{where}: {TARGET!r} is the name of what `targets` gives")
        columns[TARGET] = _column(strategy.targets(*candles), len(candles[0]), strategy.name, "targets")
    return columns


def _column(column: object, length: int, where: str, name: object) -> Floats:
    try:
        array = np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError):
        raise StrategyError(f"{where}: {name!r} must be an array of numbers, not {column!r:.200}") from None
    if array.shape != (length,):
        raise StrategyError(f"{where}: {name!r} has shape {array.shape}, not ({length},)")
    return array


class WindowSignals:
    """Computed anew over the windows at each bar, when first asked for.

    Once the windows are full they are computed in any case: what a backtest would refuse is refused here too,
    whether anybody asks for it or not.
    """

    def __init__(self, strategy: "Strategy", bars: "BarBuilder", timeframe: str = "") -> None:
        self._strategy, self._bars, self._timeframe = strategy, bars, timeframe
        self._columns: dict[str, Floats] | None = None
        self._is_checked = False

    def advance(self, stamp: float) -> None:
        self._columns = None
        if not self._is_checked and len(self._bars) == self._bars.capacity:
            self._compute()
            self._is_checked = True

    def value(self, name: str, back: int) -> float:
        if not len(self._bars):
            return value_at({name: np.empty(0)}, name, -1, back, 1, self._strategy)
        columns = self._compute() if self._columns is None else self._columns
        return value_at(columns, name, len(self._bars) - 1, back, self._bars.capacity, self._strategy)

    def _compute(self) -> dict[str, Floats]:
        self._columns = compute(self._strategy, self._bars.views(), self._timeframe)
        return self._columns


class SeriesSignals:
    """Computed once over all bars of a backtest; a pointer says which of them are past."""

    def __init__(
        self, strategy: "Strategy", candles: list[Candles], window: int, timeframe: str = ""
    ) -> None:
        self._strategy, self._window = strategy, window
        self._columns = compute(strategy, candles, timeframe) if len(candles[0]) else {}
        self._stamps: list[float] = candles[0].ts.tolist()
        self._index = -1
        self._lookback = Lookback(strategy, candles, window, timeframe)

    def advance(self, stamp: float) -> None:
        index = self._index + 1
        while index < len(self._stamps) and self._stamps[index] < stamp:
            index += 1
        if index == len(self._stamps) or self._stamps[index] != stamp:
            raise StrategyError(
                f"the bar of {stamp:.0f} is not among those that the indicators were computed over"
            )
        self._index = index

    def value(self, name: str, back: int) -> float:
        value = value_at(self._columns, name, self._index, back, self._window, self._strategy)
        if back and value == value and not self._lookback.reaches(name, self._index, back):
            return float("nan")
        return value


class Lookback:
    """Which values of the past a live session could have: those that its window of bars is long enough for.

    Of an indicator that needs n bars a window of w bars holds the last w - n + 1 values, so a backtest, which
    has them all, must show no more. How many bars one needs is seen by computing it over a window's length.
    """

    def __init__(
        self, strategy: "Strategy", candles: list[Candles], window: int, timeframe: str = ""
    ) -> None:
        self._strategy, self._candles, self._window = strategy, candles, window
        self._timeframe = timeframe
        self._missing: dict[str, int] = {}

    def reaches(self, name: str, index: int, back: int) -> bool:
        """Whether a window that ends with the bar of `index` has the value `back` bars before it."""
        if not self._missing:
            self._look()
        return min(index, self._window - 1) - back >= self._missing[name]

    def _look(self) -> None:
        """The fewest values that are missing at the beginning of three windows: in one they may lack more."""
        count = len(self._candles[0])
        for end in {min(self._window, count), (count + self._window) // 2, count}:
            part = slice(max(end - self._window, 0), end)
            columns = compute(self._strategy, [_part(leg, part) for leg in self._candles], self._timeframe)
            for name, column in columns.items():
                known = np.flatnonzero(~np.isnan(column))
                missing = int(known[0]) if len(known) else len(column)
                self._missing[name] = min(missing, self._missing.get(name, missing))


def _part(candles: Candles, part: slice) -> Candles:
    columns = (candles.ts, candles.open, candles.high, candles.low, candles.close, candles.volume)
    return Candles(*(column[part] for column in columns))


def value_at(
    columns: Mapping[str, Floats], name: str, index: int, back: int, window: int, strategy: "Strategy"
) -> float:
    """The value `back` bars before the one of `index`; NaN where a window that ends with it does not reach.

    Raises StrategyError for an unknown name, and for a look ahead.
    """
    if back < 0:
        raise StrategyError(f"{strategy.name}: back={back} would be a look at the future")
    try:
        column = columns[name]
    except KeyError:
        raise StrategyError(
            f"{strategy.name} has no indicator {name!r}; there are {', '.join(sorted(columns)) or 'none'}"
        ) from None
    if back >= window or back > index:
        return float("nan")
    return float(column[index - back])
