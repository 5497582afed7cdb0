"""Indicators and targets over parts of the data, against the same over all of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from bots.check.findings import Finding, moment, number
from bots.check.subject import Subject, part
from bots.core.candles import Floats
from bots.core.signals import TARGET, compute

ROUNDING = 1e-9
"""Relative differences up to this come from the order of additions, not from other data."""

_FEWEST_CUTS, _MOST_CUTS = 24, 200
_BARS_OF_ALL_CUTS = 6_000_000
_FEWEST_WINDOWS, _MOST_WINDOWS = 50, 500
_BARS_OF_ALL_WINDOWS = 5_000_000

Used = Iterable[tuple[str, str, int]]
"""(timeframe, indicator, bars back) that the strategy asks for."""


@dataclass
class _Difference:
    """The largest difference of one indicator over all parts that were looked at."""

    size: float = 0.0
    parts: int = 0
    at: float = 0.0
    whole: float = 0.0
    seen: float = 0.0
    looked_from: float = 0.0

    def add(self, size: float, at: float, whole: float, seen: float, looked_from: float) -> None:
        self.parts += 1
        if size > self.size:
            self.size, self.at, self.whole, self.seen = size, at, whole, seen
            self.looked_from = looked_from


def look_ahead(subject: Subject, timeframe: str) -> list[Finding]:
    """Compare every value known at a bar with the one computed over all bars: they must be equal.

    The bars are cut off at many places; what is computed over the rest must not change by that.
    """
    legs = subject.bars(timeframe)
    count, shortest = len(legs[0]), _window(subject, timeframe)
    whole = compute(subject.make(), legs, timeframe)
    differences: dict[str, _Difference] = {}
    cuts = _spread(
        shortest, count - 1, max(_FEWEST_CUTS, min(_BARS_OF_ALL_CUTS // max(count, 1), _MOST_CUTS))
    )
    for stop in cuts:
        try:
            known = compute(subject.make(), part(legs, 0, stop), timeframe)
        except Exception as error:
            return [_raised(error, timeframe, f"the first {stop} bars", legs[0].ts[stop - 1])]
        for name in whole.keys() | known.keys():
            if name not in whole or name not in known:
                return [_appears(name, timeframe, stop)]
            found = _first_difference(whole[name][:stop], known[name])
            if found is not None:
                index, size = found
                values = float(whole[name][index]), float(known[name][index])
                at, now = float(legs[0].ts[index]), float(legs[0].ts[stop - 1])
                differences.setdefault(name, _Difference()).add(size, at, *values, now)
    return [_looks_ahead(_named(name, timeframe), found, len(cuts)) for name, found in differences.items()]


def warm_up(subject: Subject, timeframe: str, used: Used) -> list[Finding]:
    """Compare the newest values of windows of `warmup()` bars, as a live session computes them.

    `used` says which indicators are asked for, and how many bars back.
    """
    legs = subject.bars(timeframe)
    count, window = len(legs[0]), _window(subject, timeframe)
    whole = compute(subject.make(), legs, timeframe)
    asked = {(name, back) for frame, name, back in used if frame == timeframe and name in whole}
    asked |= {(name, 0) for name in whole if name not in {known for known, _ in asked}}
    differences: dict[tuple[str, int], _Difference] = {}
    most = max(_FEWEST_WINDOWS, min(_BARS_OF_ALL_WINDOWS // window, _MOST_WINDOWS))
    stops = _spread(window, count, most)
    strategy = subject.make()
    for stop in stops:
        try:
            seen = compute(strategy, part(legs, stop - window, stop), timeframe)
        except Exception as error:
            return [_raised(error, timeframe, f"a window of warmup() = {window} bars", legs[0].ts[stop - 1])]
        for name, back in asked:
            if back >= window or name not in seen:
                continue
            index = stop - 1 - back
            values = float(whole[name][index]), float(seen[name][window - 1 - back])
            if values[0] == values[1] or (values[0] != values[0] and values[1] != values[1]):
                continue
            size = _relative(*values, _scale(whole[name]))
            at = float(legs[0].ts[stop - 1])
            differences.setdefault((name, back), _Difference()).add(size, at, *values, at)
    return [
        _depends(_named(name, timeframe), back, window, found, len(stops))
        for (name, back), found in sorted(differences.items())
    ]


def repeatable(subject: Subject, timeframe: str) -> list[Finding]:
    """Computed twice over the same bars, every value must be the same."""
    legs = subject.bars(timeframe)
    once, twice = (compute(subject.make(), legs, timeframe) for _ in range(2))
    findings = []
    for name in once.keys() & twice.keys():
        differ = np.flatnonzero((once[name] != twice[name]) & ~(np.isnan(once[name]) & np.isnan(twice[name])))
        if len(differ):
            index = int(differ[0])
            first, second = number(float(once[name][index])), number(float(twice[name][index]))
            what, at = _named(name, timeframe), float(legs[0].ts[index])
            findings.append(
                Finding(
                    "chance",
                    what,
                    f"{what} differs between two computations over the same bars: at {moment(at)} it is "
                    f"first {first}, then {second}",
                    at,
                    first,
                    second,
                )
            )
    return findings


def _window(subject: Subject, timeframe: str) -> int:
    strategy = subject.make()
    return max(strategy.warmup_on(timeframe) if timeframe else strategy.warmup(), 1)


def _spread(first: int, last: int, most: int) -> list[int]:
    """At most `most` whole numbers from `first` to `last`, both included, evenly spread."""
    if last < first:
        return []
    return sorted({int(value) for value in np.linspace(first, last, min(most, last - first + 1))})


def _first_difference(whole: Floats, known: Floats) -> tuple[int, float] | None:
    """Index and relative size of the first difference beyond rounding, else of the largest; None: equal."""
    differ = np.flatnonzero((whole != known) & ~(np.isnan(whole) & np.isnan(known)))
    if not len(differ):
        return None
    sizes = _relatives(whole[differ], known[differ], _scale(whole))
    beyond = np.flatnonzero(sizes > ROUNDING)
    place = int(beyond[0]) if len(beyond) else int(np.argmax(sizes))
    return int(differ[place]), float(sizes[place])


def _relative(one: float, other: float, scale: float) -> float:
    return float(_relatives(np.array([one]), np.array([other]), scale)[0])


def _relatives(one: Floats, other: Floats, scale: float) -> Floats:
    """Differences in terms of the larger of the two, or of what is usual; infinite where one is no number."""
    both = np.isfinite(one) & np.isfinite(other)
    size = np.maximum(np.maximum(np.abs(one), np.abs(other)), scale)
    result: Floats = np.full(len(one), np.inf)
    np.divide(np.abs(one - other), size, out=result, where=both & (size > 0))
    return result


def _scale(column: Floats) -> float:
    """What is usual: a value near 0 has no last digits of its own."""
    finite = np.abs(column[np.isfinite(column)])
    return float(np.median(finite)) if len(finite) else 0.0


def _named(name: str, timeframe: str) -> str:
    told = "targets" if name == TARGET else name
    return f"{timeframe}: {told}" if timeframe else told


def _looks_ahead(what: str, found: _Difference, cuts: int) -> Finding:
    over_all, over_part = number(found.whole), number(found.seen)
    values = f"{over_all} over all bars, {over_part} over those up to {moment(found.looked_from)}"
    if found.size <= ROUNDING:
        message = (
            f"{what} changes in its last digits with the bars that come later (relative difference "
            f"{found.size:.1e}): at {moment(found.at)} it is {values}"
        )
        return Finding("rounding", what, message, found.at, over_all, over_part)
    message = (
        f"{what} looks ahead: at {moment(found.at)} it is {values} ({found.parts} of {cuts} cuts differ)"
    )
    return Finding("look-ahead", what, message, found.at, over_all, over_part)


def _depends(what: str, back: int, window: int, found: _Difference, windows: int) -> Finding:
    over_all, over_part = number(found.whole), number(found.seen)
    name = f"{what}, {back} bars back," if back else what
    size = "" if found.size == float("inf") else f", largest relative difference {found.size:.1e}"
    told = f"({found.parts} of {windows} windows differ{size})"
    values = f"at {moment(found.at)} it is {over_all} over all bars and {over_part} over the last {window}"
    if found.size <= ROUNDING:
        message = f"{name} differs in its last digits live and in a backtest {told}: {values}"
        return Finding("rounding", what, message, found.at, over_all, over_part)
    message = f"{name} depends on more than the warmup() = {window} bars before it {told}: {values}"
    return Finding("warm-up", what, message, found.at, over_all, over_part)


def _raised(error: Exception, timeframe: str, over: str, at: float) -> Finding:
    what = f"{timeframe}: indicators" if timeframe else "indicators"
    return Finding(
        "error", what, f"{what} cannot be computed over {over}: {type(error).__name__}: {error}", float(at)
    )


def _appears(name: str, timeframe: str, stop: int) -> Finding:
    what = _named(name, timeframe)
    return Finding(
        "look-ahead", what, f"{what} is there or not depending on the number of bars: {stop}, or all of them"
    )


def timeframes(subject: Subject) -> Iterator[str]:
    """The session's own timeframe, then the further ones."""
    yield ""
    yield from subject.make().timeframes
