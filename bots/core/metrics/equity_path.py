"""The way of the equity, reduced as it comes: daily closes, peak, drawdowns, in memory that does not grow
with the samples.

A drawdown lasts from the last sample at the peak to the first sample that is at the peak again. Its depth is
the `drawdown` column (percent of the peak), as the engine noted it. The first peak is the starting balance.
"""

from array import array

import numpy as np

from bots.core.metrics.days import DailyCloses, day_ends
from bots.core.results import Floats, Ints


class EquityPath:
    """Takes blocks of samples in order of time; a stamp before the last one counts as the last one's.

    Attributes:
        count: samples seen.
        first_ts, last_ts, last: Unix seconds of the first and last sample, and the last equity.
        lowest, highest: extremes of the equity, the starting balance among them.
        peak, peak_ts: highest equity so far, and when the equity was last there.
        deepest: deepest drawdown in percent; `top`, `bottom` its equity, `top_ts`, `bottom_ts` their times,
            `recovered_ts` when the peak was reached again, None before.
        deepest_amount: the largest fall from a peak in currency (another moment than `deepest`, perhaps).
        squares, depths: sums of the squared drawdowns and of the drawdowns, of all samples.
        over: drawdowns that are over, with `over_depth` (sum of their depths), `over_seconds` (sum of their
            durations), `over_longest`.
        open_depth: depth so far of the one that is not over; None at the peak.
    """

    def __init__(self, start: float) -> None:
        self.start = start
        self.count = 0
        self.first_ts = self.last_ts = 0.0
        self.last = self.peak = self.lowest = self.highest = start
        self.peak_ts = 0.0
        self.deepest = self.deepest_amount = 0.0
        self.top = self.bottom = start
        self.top_ts = self.bottom_ts = 0.0
        self.recovered_ts: float | None = None
        self.squares = self.depths = 0.0
        self.over = 0
        self.over_depth = self.over_seconds = self.over_longest = 0.0
        self.open_depth: float | None = None
        self._days = array("q")
        self._closes = array("d")

    @property
    def period(self) -> float:
        """Seconds from the first sample to the last."""
        return self.last_ts - self.first_ts

    @property
    def open_seconds(self) -> float:
        """How long the drawdown that is not over has lasted; 0 at the peak."""
        return 0.0 if self.open_depth is None else self.last_ts - self.peak_ts

    def days(self) -> DailyCloses:
        return DailyCloses(np.array(self._days, np.int64), np.array(self._closes, np.float64), self.start)

    def extend(self, ts: Floats, equity: Floats, drawdown: Floats) -> None:
        """Take further samples: Unix seconds, equity, percent below the peak."""
        if not len(ts):
            return
        if (ts[1:] < ts[:-1]).any():  # of a million samples a copy is made only where it must be
            ts = np.maximum.accumulate(ts)
        if self.count:
            ts = np.maximum(ts, self.last_ts)
        else:
            self.first_ts = self.peak_ts = float(ts[0])
            if self.start <= 0:  # not known: the first sample is the first peak
                self.peak = self.lowest = self.highest = float(equity[0])
        self._note_days(ts, equity)
        self._note_drawdowns(ts, equity, drawdown)
        self.squares += float(np.dot(drawdown, drawdown))
        self.depths += float(drawdown.sum())
        self.lowest = min(self.lowest, float(equity.min()))
        self.highest = max(self.highest, float(equity.max()))
        self.count += len(ts)
        self.last_ts, self.last = float(ts[-1]), float(equity[-1])

    def _note_days(self, ts: Floats, equity: Floats) -> None:
        days, ends = day_ends(ts)
        if self._days and self._days[-1] == days[0]:
            self._days.pop()
            self._closes.pop()
        self._days.extend(days.tolist())
        self._closes.extend(equity[ends].tolist())

    def _note_drawdowns(self, ts: Floats, equity: Floats, drawdown: Floats) -> None:
        peaks = np.maximum.accumulate(equity, dtype=np.float64)
        np.maximum(peaks, self.peak, out=peaks)
        self.deepest_amount = max(self.deepest_amount, float((peaks - equity).max()))
        tops = np.flatnonzero(equity == peaks)
        times = np.concatenate(([self.peak_ts], ts[tops]))
        self._note_deepest(ts, equity, drawdown, peaks, tops, times)
        self._note_ended(drawdown, tops, times)
        after = int(tops[-1]) + 1 if len(tops) else 0
        if len(tops):
            self.open_depth = None
        if after < len(ts):
            self.open_depth = max(self.open_depth or 0.0, float(drawdown[after:].max()))
        self.peak, self.peak_ts = float(peaks[-1]), float(times[-1])

    def _note_deepest(
        self, ts: Floats, equity: Floats, drawdown: Floats, peaks: Floats, tops: Ints, times: Floats
    ) -> None:
        at = int(drawdown.argmax())
        if drawdown[at] > self.deepest:
            self.deepest = float(drawdown[at])
            next_top = int(np.searchsorted(tops, at, side="right"))
            self.top, self.top_ts = float(peaks[at]), float(times[next_top])
            self.bottom, self.bottom_ts = float(equity[at]), float(ts[at])
            self.recovered_ts = float(ts[tops[next_top]]) if next_top < len(tops) else None
        elif self.deepest and self.recovered_ts is None and len(tops):
            self.recovered_ts = float(ts[tops[0]])

    def _note_ended(self, drawdown: Floats, tops: Ints, times: Floats) -> None:
        """Drawdowns that ended in this block: where two samples at the peak have others between them."""
        was_under = self.open_depth is not None
        at = np.concatenate(([-2 if was_under else -1], tops))
        gaps = np.flatnonzero(np.diff(at) > 1)
        if not len(gaps):
            return
        bounds = np.column_stack((np.maximum(at[gaps] + 1, 0), at[gaps + 1])).ravel()
        depths = np.maximum.reduceat(drawdown, bounds)[::2]
        if was_under:
            depths[0] = max(depths[0], self.open_depth or 0.0)
        seconds = times[gaps + 1] - times[gaps]
        self.over += len(gaps)
        self.over_depth += float(depths.sum())
        self.over_seconds += float(seconds.sum())
        self.over_longest = max(self.over_longest, float(seconds.max()))
