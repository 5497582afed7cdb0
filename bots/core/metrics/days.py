"""UTC days: where each ends in a series, and what a series returned on each."""

from dataclasses import dataclass

import numpy as np

from bots.core.results import Floats, Ints

DAY = 86_400
DAYS_A_YEAR = 365
"""Crypto markets do not close."""


@dataclass(frozen=True)
class DailyCloses:
    """The last value of each UTC day that has one. `days` are days since 1970-01-01, ascending."""

    days: Ints
    closes: Floats
    start: float
    """What the first day is measured from."""

    def __len__(self) -> int:
        return len(self.days)

    @property
    def before(self) -> Floats:
        """The close of the day before each (on the first: `start`)."""
        return np.concatenate(([self.start], self.closes[:-1])) if len(self) else self.closes

    def returns(self) -> "DailyReturns":
        """Fraction won or lost each day; days that began without equity are left out."""
        before = self.before
        usable = before > 0
        return DailyReturns(self.days[usable], self.closes[usable] / before[usable] - 1)


@dataclass(frozen=True)
class DailyReturns:
    """Simple returns (fractions) of UTC days."""

    days: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.days)


def deviation(values: Floats) -> float:
    """Standard deviation of a sample of returns; 0 where they are equal but for the rounding of floats."""
    if len(values) < 2:
        return 0.0
    spread = float(values.std(ddof=1))
    return spread if spread > 1e-15 else 0.0


def day_ends(ts: Floats) -> tuple[Ints, Ints]:
    """Days that occur in `ts` (ascending, Unix seconds), and the index of the last entry of each."""
    if not len(ts):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    first, last = (int(stamp // DAY) for stamp in (ts[0], ts[-1]))
    days = np.arange(first, last + 1, dtype=np.int64)
    begins = (days[1:] * DAY).astype(ts.dtype)  # of another type, all of `ts` would be copied to it
    ends = np.append(np.searchsorted(ts, begins), len(ts)) - 1
    occurs = np.diff(ends, prepend=-1) > 0
    return days[occurs], ends[occurs]


def daily_closes(ts: Floats, values: Floats, start: float) -> DailyCloses:
    days, ends = day_ends(ts)
    return DailyCloses(days, values[ends].astype(np.float64), start)
