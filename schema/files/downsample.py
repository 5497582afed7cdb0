"""Fewer points of a curve without losing its extremes."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class EquityPoint(NamedTuple):
    """One point of an equity curve.

    Attributes:
        ts: Unix seconds.
        equity: in the settlement currency.
        drawdown: percent below the highest equity so far, not negative.
    """

    ts: float
    equity: float
    drawdown: float


def downsample(points: Iterable[EquityPoint], total: int, wanted: int) -> Iterator[EquityPoint]:
    """At most `wanted` of `total` points, in their order, in one pass and constant memory.

    First and last are always kept. Those between are divided into buckets of equal numbers of points, and
    of each bucket the lowest and the highest equity stay: a peak or a trough is never smoothed away.
    With fewer than four wanted: the last; first and last; or these and the earlier of the two extremes.
    """
    if total <= wanted:
        yield from points
        return
    buckets = max((wanted - 2) // 2, 1)
    room = max(wanted - 2, 0)
    bucket = _Bucket()
    for number, point in enumerate(points):
        if number == 0:
            if wanted > 1:
                yield point
        elif number == total - 1:
            yield from bucket.kept()[:room]
            yield point
            return
        elif (place := (number - 1) * buckets // (total - 2)) != bucket.place:
            yield from bucket.kept()
            bucket = _Bucket(place)
            bucket.add(number, point)
        else:
            bucket.add(number, point)


class _Bucket:
    """Lowest and highest point so far, with their numbers."""

    def __init__(self, place: int = 0) -> None:
        self.place = place
        self._low: tuple[int, EquityPoint] | None = None
        self._high: tuple[int, EquityPoint] | None = None

    def add(self, number: int, point: EquityPoint) -> None:
        if self._low is None or point.equity < self._low[1].equity:
            self._low = number, point
        if self._high is None or point.equity > self._high[1].equity:
            self._high = number, point

    def kept(self) -> list[EquityPoint]:
        found = {entry[0]: entry[1] for entry in (self._low, self._high) if entry}
        return [found[number] for number in sorted(found)]
