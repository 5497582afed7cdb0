"""Whole backtests over parts of the data and over altered data: the decisions up to then must not change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from bots.check.decisions import Decision, Notes, watch
from bots.check.findings import Finding, Kind, moment
from bots.check.subject import Subject
from bots.core.backtest import Backtest, BacktestResult
from bots.core.series import Levels, Series
from bots.core.signals import history_start
from bots.core.strategy import Strategy

MOST_CANDLES = 50_000
"""Candles of each market that are replayed; of more the newest."""

_CUTS_AT_DECISIONS, _CUTS_ELSEWHERE = 8, 2
_STARTS = (0.3, 0.6)
STEPS = _CUTS_AT_DECISIONS + _CUTS_ELSEWHERE + len(_STARTS)
"""At most so many backtests."""

_BARS_BEYOND = 5
_CANDLES_BEYOND = 300


@dataclass(frozen=True)
class Run:
    """One backtest and what was decided in it."""

    notes: Notes
    result: BacktestResult


def run(subject: Subject, series: dict[str, Series] | None = None, begin: float | None = None) -> Run:
    """A backtest by the general engine, which calls every handler."""
    strategy = subject.make()
    notes = watch(strategy)
    backtest = Backtest(
        strategy,
        subject.instruments,
        subject.series if series is None else series,
        subject.settings,
        assumptions=subject.assumptions,
        range_start=subject.begin if begin is None else begin,
        funding=subject.funding,
        engine="general",
    )
    for _ in backtest.run():
        pass
    return Run(notes, backtest.result())


def shortened(subject: Subject) -> Subject:
    """With at most `MOST_CANDLES` candles, the newest of them, and the warm-up before them."""
    counts = [int((series.ts >= subject.begin).sum()) for series in subject.series.values()]
    if max(counts) <= MOST_CANDLES:
        return subject
    begin = max(float(series.ts[-MOST_CANDLES]) for series in subject.series.values())
    return _from(subject, begin)


def repeatable(subject: Subject, first: Run) -> list[Finding]:
    """The same backtest again must be the same to the last digit."""
    second = run(subject)
    differing = _first_differing(first.notes.decisions, second.notes.decisions)
    if differing is not None:
        one, other = differing
        told = f"two runs over the same candles decide otherwise: first {_told(one)}, then {_told(other)}"
        return [Finding("chance", "orders", told, _at(one, other), str(one or ""), str(other or ""))]
    if first.result != second.result:
        return [Finding("chance", "trades", "two runs over the same candles give different trades or equity")]
    return []


def look_ahead(subject: Subject, whole: Run, idle: Callable[[], None] = lambda: None) -> list[Finding]:
    """Cut the range at many times and let the market go the other way from there: what was decided until
    then must be the same. Most of the times are those of decisions.
    """
    for at in _cut_times(subject, whole.notes):
        idle()
        altered = {
            market: _altered(series, at, _beyond(subject)) for market, series in subject.series.items()
        }
        other = run(subject, altered)
        differing = _first_differing(whole.notes.until(at), other.notes.until(at))
        if differing is not None:
            why = f"orders depend on candles that come later: with another market from {moment(at)} on"
            return [_became("look-ahead", why, *differing)]
    return []


def shifted_start(subject: Subject, whole: Run, idle: Callable[[], None] = lambda: None) -> list[Finding]:
    """Start later: from when nothing is open in both runs on, a strategy that keeps no state of its own must
    decide the same (sizes apart, which may follow the equity).
    """
    if type(subject.make()).state is not Strategy.state:
        return []
    stamps = next(iter(subject.series.values())).ts
    stamps = stamps[stamps >= subject.begin]
    for share in _STARTS:
        idle()
        start = float(stamps[int(share * (len(stamps) - 1))])
        later = run(_from(subject, start))
        common = sorted(at for at in whole.notes.idle & later.notes.idle if at > start)
        if not common:
            continue
        one, other = (_without_sizes(notes.after(common[0])) for notes in (whole.notes, later.notes))
        differing = _first_differing(one, other)
        if differing is not None:
            why = (
                "orders depend on where the range begins, though the strategy names no state: "
                f"begun at {moment(start)}"
            )
            return [_became("past", why, *differing)]
    return []


def _from(subject: Subject, begin: float) -> Subject:
    """Begun later, with no more before it than the windows take."""
    first = history_start(subject.make(), subject.settings.timeframe, begin)
    series = {
        market: series.between(first, float(series.ts[-1]) + 1) for market, series in subject.series.items()
    }
    return replace(subject, series=series, begin=begin)


def _cut_times(subject: Subject, notes: Notes) -> list[float]:
    """Opening times of candles at or right after decisions, and some between."""
    stamps = next(iter(subject.series.values())).ts
    stamps = stamps[stamps >= subject.begin]
    decided = sorted({decision.at for decision in notes.decisions})
    picked = [decided[index] for index in _spread(len(decided), _CUTS_AT_DECISIONS)]
    places = np.searchsorted(stamps, picked)
    found = {float(stamps[place]) for place in places if 0 < place < len(stamps) - 1}
    found |= {float(stamps[place]) for place in _spread(len(stamps) - 1, _CUTS_ELSEWHERE) if place}
    return sorted(found)


def _spread(count: int, most: int) -> list[int]:
    """At most `most` indices below `count`, evenly spread."""
    if count <= 0:
        return []
    return sorted({int(value) for value in np.linspace(0, count - 1, min(most, count))})


def _beyond(subject: Subject) -> float:
    """Seconds of altered candles after a cut."""
    strategy = subject.make()
    longest = max(subject.settings.timeframe, *(subject.length(name) for name in strategy.timeframes), 0)
    return max(_CANDLES_BEYOND * subject.settings.base, _BARS_BEYOND * longest)


def _altered(series: Series, at: float, beyond: float) -> Series:
    """From the candle that opens at `at` on the market goes the opposite way; soon after that it ends.

    That candle's open, the last price that is known at `at`, stays.
    """
    cut = int(np.searchsorted(series.ts, at))
    stop = int(np.searchsorted(series.ts, at + beyond, side="right"))
    if cut >= len(series):
        return series
    middle = 2 * series.open[cut]

    def mirrored(column: Levels, opposite: Levels) -> Levels:
        return np.concatenate((column[:cut], np.maximum(middle - opposite[cut:stop], 1)))

    volume = series.volume[:stop].copy()
    volume[cut + 1 :] *= 3
    return Series(
        series.market,
        series.tick,
        series.ts[:stop],
        mirrored(series.open, series.open),
        mirrored(series.high, series.low),
        mirrored(series.low, series.high),
        mirrored(series.close, series.close),
        volume,
    )


def _first_differing(
    one: list[Decision], other: list[Decision]
) -> tuple[Decision | None, Decision | None] | None:
    """The first pair that differs; None in it stands for no decision any more. None: all are equal."""
    for pair in _pairs(one, other):
        if pair[0] != pair[1]:
            return pair
    return None


def _pairs(one: list[Decision], other: list[Decision]) -> Iterator[tuple[Decision | None, Decision | None]]:
    for index in range(max(len(one), len(other))):
        yield (
            one[index] if index < len(one) else None,
            other[index] if index < len(other) else None,
        )


def _without_sizes(decisions: list[Decision]) -> list[Decision]:
    return [decision._replace(size="") for decision in decisions]


def _became(kind: Kind, why: str, expected: Decision | None, found: Decision | None) -> Finding:
    told = f"{why}, {_told(expected)} becomes {_told(found)}"
    return Finding(kind, "orders", told, _at(expected, found), str(expected or ""), str(found or ""))


def _told(decision: Decision | None) -> str:
    return "nothing" if decision is None else str(decision)


def _at(*decisions: Decision | None) -> float | None:
    return min((decision.at for decision in decisions if decision is not None), default=None)
