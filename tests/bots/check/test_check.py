"""Strategies that are wrong on purpose, each in one way, and what a check says of them."""

import itertools
import random
from typing import Any

import numpy as np
import pytest

from bots.check.findings import Finding
from bots.core.bars import Bars
from bots.core.candles import Candles, Floats
from bots.core.strategy import Bar, Strategy
from bots.testing import candles, findings

SERIES = candles(1200)


def mean(values: Floats, window: int) -> Floats:
    """Of the last `window` values, each window for itself."""
    result = np.full(len(values), np.nan)
    if len(values) >= window:
        views = np.lib.stride_tricks.sliding_window_view(values, window)
        result[window - 1 :] = [float(sum(view.tolist())) / window for view in views]
    return result


class Sound(Strategy):
    """Long above the mean of ten closes, flat below."""

    def warmup(self) -> int:
        return 11

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {"mean": mean(candles.close, 10)}

    def on_bar(self, bar: Bar) -> None:
        if bar.close > self.indicator("mean"):
            if not self.position():
                self.buy(100)
        elif self.position():
            self.close()


class NextClose(Sound):
    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {"mean": np.roll(candles.close, -1)}


class CentredMean(Sound):
    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {"mean": np.roll(mean(candles.close, 10), -5)}


class Normalised(Sound):
    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        score = (candles.close - candles.close.mean()) / candles.close.std()
        return {"mean": np.where(score > 0, 0.0, 1e9)}


class NextHour(Sound):
    timeframes = ("15m",)

    def indicators_on(self, timeframe: str, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {"trend": np.roll(candles.close, -1)}


class FutureTargets(Strategy):
    def targets(self, candles: Candles, *others: Candles) -> Floats:
        return np.where(np.roll(candles.close, -1) > candles.close, 100.0, -100.0)


class Peeking(Sound):
    """Keeps what `indicators` was given, and reads beyond now."""

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        self.known = candles
        return super().indicators(candles)

    def on_bar(self, bar: Bar) -> None:
        after = int(np.searchsorted(self.known.ts, bar.ts)) + 1
        if after < len(self.known) and self.known.close[after] > bar.close:
            if not self.position():
                self.buy(100)
        elif self.position():
            self.close()


class ShortWarmUp(Sound):
    """An average that feeds on itself, over far too few bars."""

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        values = candles.close.tolist()
        alpha = 2 / 31
        return {
            "mean": np.array(
                list(itertools.accumulate(values, lambda a, b: a + alpha * (b - a), initial=None))
            )
        }


class MissingBar(Sound):
    """Asks for the value one bar back, which ten bars do not give."""

    def warmup(self) -> int:
        return 10

    def on_bar(self, bar: Bar) -> None:
        if self.indicator("mean") > self.indicator("mean", back=1):
            super().on_bar(bar)


class Running(Sound):
    """A running sum: equal but for its last digits."""

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        sums = np.cumsum(np.concatenate(([0.0], candles.close * 1.1)))
        result = np.full(len(candles), np.nan)
        result[9:] = (sums[10:] - sums[:-10]) / 11
        return {"mean": result}


class Dice(Sound):
    def on_bar(self, bar: Bar) -> None:
        if random.random() < 0.5:
            super().on_bar(bar)


class Noise(Sound):
    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {"mean": candles.close + np.random.default_rng().normal(size=len(candles))}


class Counting(Sound):
    """Remembers how many bars it has seen, and does not say so."""

    seen = 0

    def on_bars(self, bars: Bars) -> None:
        self.seen += 1
        if self.seen % 7 == 0:
            super().on_bars(bars)


class Telling(Counting):
    def state(self) -> dict[str, Any]:
        return {"seen": self.seen}


class Fragile(Sound):
    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        if len(candles) < 100:
            raise IndexError("too few")
        return super().indicators(candles)


def found(strategy: type[Strategy]) -> list[Finding]:
    return findings(strategy, series=SERIES)


def test_a_sound_strategy_is_clean() -> None:
    assert found(Sound) == []


@pytest.mark.parametrize("strategy", [NextClose, CentredMean, Normalised])
def test_an_indicator_that_looks_ahead_is_named_with_its_bar_and_both_values(
    strategy: type[Strategy],
) -> None:
    first = found(strategy)[0]
    assert (first.kind, first.what, first.is_error) == ("look-ahead", "mean", True)
    assert first.at is not None
    assert SERIES.ts[0] <= first.at <= SERIES.ts[-1]
    assert first.over_all != first.over_part
    assert "mean looks ahead: at 2024-01-01" in first.message


def test_the_next_close_is_the_value_that_was_seen_too_early() -> None:
    first = found(NextClose)[0]
    index = SERIES.ts.tolist().index(int(first.at or 0))
    assert first.over_all == repr(float(SERIES.columns().close[index + 1]))


def test_an_indicator_of_a_further_timeframe_is_named_with_it() -> None:
    assert [(each.kind, each.what) for each in found(NextHour)][:1] == [("look-ahead", "15m: trend")]


def test_targets_that_look_ahead() -> None:
    first = found(FutureTargets)[0]
    assert (first.kind, first.what) == ("look-ahead", "targets")


def test_orders_that_look_ahead_by_other_means() -> None:
    (first,) = found(Peeking)
    assert (first.kind, first.what) == ("look-ahead", "orders")
    assert "orders depend on candles that come later" in first.message


def test_an_average_that_needs_more_bars_than_it_says() -> None:
    first = found(ShortWarmUp)[0]
    assert (first.kind, first.what, first.is_error) == ("warm-up", "mean", False)
    assert "depends on more than the warmup() = 11 bars" in first.message
    assert "largest relative difference" in first.message


def test_a_value_further_back_than_the_warm_up_reaches() -> None:
    first = found(MissingBar)[0]
    assert (first.kind, first.over_part) == ("warm-up", "none (NaN)")
    assert "mean, 1 bars back, depends on more than the warmup() = 10 bars" in first.message


def test_rounding_that_depends_on_the_first_bar_is_a_warning_of_its_own() -> None:
    assert {(each.kind, each.is_error) for each in found(Running)} == {("rounding", False)}


@pytest.mark.parametrize(("strategy", "what"), [(Dice, "orders"), (Noise, "mean")])
def test_chance_is_found_and_told_alone(strategy: type[Strategy], what: str) -> None:
    (only,) = found(strategy)
    assert (only.kind, only.what, only.is_error) == ("chance", what, True)


def test_orders_that_depend_on_where_the_range_begins() -> None:
    (only,) = found(Counting)
    assert (only.kind, only.is_error) == ("past", False)


def test_a_strategy_that_names_its_state_may_depend_on_its_past() -> None:
    assert found(Telling) == []


def test_a_strategy_that_raises_on_few_bars_is_told() -> None:
    (first, *_) = found(Fragile)
    assert (first.kind, first.is_error) == ("error", True)
    assert "indicators cannot be computed over the first 11 bars: IndexError: too few" in first.message


def test_a_finding_is_json() -> None:
    told = found(NextClose)[0].to_json()
    assert told["severity"] == "error"
    assert set(told) == {"kind", "what", "message", "at", "over_all", "over_part", "severity"}
