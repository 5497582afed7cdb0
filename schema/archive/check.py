"""What is wrong with recorded data: pure analysis of columns."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schema.archive.candles import Candles, Stamps, impossible
from schema.archive.reader import missing
from schema.words import counted

GAP, DUPLICATE, IMPOSSIBLE, OFF_GRID = "gap", "duplicate", "impossible", "off the grid"
ZERO_VOLUME, JUMP, FUNDING_GAP, BROKEN = "zero volume", "jump", "funding gap", "broken file"
ERRORS = frozenset((GAP, DUPLICATE, IMPOSSIBLE, OFF_GRID, BROKEN))
"""Kinds of findings with which data are not whole; the others are worth a look."""

DEFAULT_JUMP = 10.0
_USUAL_FUNDING = 8 * 3600
_QUIET = 10  # candles without volume in a row that are told; fewer are usual where little is traded

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        kind: one of the names above.
        start, end: what it spans, Unix seconds, the end exclusive.
        count: candles (or funding stamps) that it concerns.
        amount: of a jump its percent, else 0.
        text: what there is, in words.
        path: of a broken file, below the archive.
    """

    market: str
    exchange: str
    timeframe: str
    kind: str
    start: int
    end: int
    count: int
    text: str
    amount: float = 0.0
    path: str = ""

    @property
    def is_error(self) -> bool:
        return self.kind in ERRORS

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "error": self.is_error}


@dataclass(frozen=True)
class Source:
    """Whose data are looked at; makes findings."""

    market: str
    exchange: str
    timeframe: str
    step: int

    def found(self, kind: str, start: int, end: int, count: int, text: str, amount: float = 0.0) -> Finding:
        return Finding(
            self.market, self.exchange, self.timeframe, kind, int(start), int(end), int(count), text, amount
        )


def check_candles(
    source: Source, raw: Candles, start: int, end: int, jump: float = DEFAULT_JUMP
) -> list[Finding]:
    """Findings on stored candles, which may be in any order and repeat stamps.

    Args:
        start, end: the range that must be whole, Unix seconds, the end exclusive.
        jump: percent by which a close and the next open, or a candle's low and high, may differ.
    """
    inside = raw.take(np.flatnonzero((raw.ts >= start) & (raw.ts < end)))
    ordered = inside.take(np.argsort(inside.ts, kind="stable"))
    bad = _impossible(ordered, source.step)
    off = ordered.ts % source.step != 0
    first = np.r_[True, np.diff(ordered.ts) != 0] if len(ordered) else np.zeros(0, dtype=bool)
    single = ordered.take(first & ~off & ~_any(bad, len(ordered)))
    return sorted(
        [
            *_gaps(source, ordered.ts, start, end),
            *_duplicates(source, ordered.ts[~off]),
            *_off_grid(source, ordered.ts[off]),
            *(finding for reason, mask in bad.items() for finding in _wrong(source, ordered, reason, mask)),
            *_quiet(source, single),
            *_jumps(source, single, jump),
        ],
        key=lambda finding: (finding.start, finding.kind),
    )


def _impossible(candles: Candles, step: int) -> dict[str, Mask]:
    return {reason: mask for reason, mask in impossible(candles, step).items() if "multiple" not in reason}


def _any(masks: dict[str, Mask], length: int) -> Mask:
    every = np.zeros(length, dtype=bool)
    for mask in masks.values():
        every |= mask
    return every


def _gaps(source: Source, stamps: Stamps, start: int, end: int) -> Iterator[Finding]:
    for first, stop in missing(stamps, start, end, source.step):
        count = (stop - first) // source.step
        yield source.found(GAP, first, stop, count, f"{counted(count, 'candle')} missing")


def _duplicates(source: Source, stamps: Stamps) -> Iterator[Finding]:
    again = np.flatnonzero(np.diff(stamps) == 0)
    for first, last in _runs(stamps[again], source.step, np.unique(stamps[again])):
        count = int(((stamps[again] >= first) & (stamps[again] <= last)).sum())
        text = f"{counted(count, 'row')} with a stamp that was there before"
        yield source.found(DUPLICATE, first, last + source.step, count, text)


def _off_grid(source: Source, stamps: Stamps) -> Iterator[Finding]:
    if len(stamps):
        text = f"{counted(len(stamps), 'stamp')} off the grid of {source.step} s"
        yield source.found(OFF_GRID, stamps[0], stamps[-1] + 1, len(stamps), text)


def _wrong(source: Source, candles: Candles, reason: str, mask: Mask) -> Iterator[Finding]:
    stamps = candles.ts[mask]
    for first, last in _runs(stamps, source.step, np.unique(stamps)):
        inside = np.flatnonzero(mask & (candles.ts >= first) & (candles.ts <= last))
        row = "open {1:g}, high {2:g}, low {3:g}, close {4:g}, volume {5:g}".format(
            *next(iter(candles.take(inside[:1])))
        )
        text = f"{reason}: {row}"
        yield source.found(IMPOSSIBLE, first, last + source.step, len(inside), text)


def _quiet(source: Source, candles: Candles) -> Iterator[Finding]:
    """Runs of candles without volume; where no candle has any, only that it was not recorded."""
    empty = candles.ts[candles.volume == 0]
    if len(empty) == len(candles):
        if len(candles):
            text = "no candle has a volume: it was not recorded"
            yield source.found(ZERO_VOLUME, candles.ts[0], candles.ts[-1] + source.step, len(empty), text)
        return
    for first, last in _runs(empty, source.step, empty):
        count = (last - first) // source.step + 1
        if count >= _QUIET:
            text = f"{count:,} candles in a row without volume"
            yield source.found(ZERO_VOLUME, first, last + source.step, count, text)


def _jumps(source: Source, candles: Candles, jump: float) -> Iterator[Finding]:
    if not len(candles):
        return
    span = (candles.high / candles.low - 1) * 100
    for index in np.flatnonzero(span > jump).tolist():
        text = f"{span[index]:.1f} % between low {candles.low[index]:g} and high {candles.high[index]:g}"
        ts = int(candles.ts[index])
        yield source.found(JUMP, ts, ts + source.step, 1, text, round(float(span[index]), 4))
    change = (candles.open[1:] / candles.close[:-1] - 1) * 100
    for index in np.flatnonzero(np.abs(change) > jump).tolist():
        prices = f"close {candles.close[index]:g} and the next open {candles.open[index + 1]:g}"
        text = f"{change[index]:+.1f} % between {prices}"
        ts = int(candles.ts[index + 1])
        yield source.found(JUMP, ts, ts + source.step, 1, text, round(float(change[index]), 4))


def _runs(stamps: Stamps, step: int, unique: Stamps) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbours on the grid."""
    if not len(unique):
        return
    breaks = np.flatnonzero(np.diff(unique) != step)
    firsts, lasts = np.r_[unique[:1], unique[breaks + 1]], np.r_[unique[breaks], unique[-1:]]
    yield from zip(firsts.tolist(), lasts.tolist(), strict=True)


def check_funding(source: Source, stamps: Stamps, start: int, end: int) -> list[Finding]:
    """Where funding rates are missing in [start, end)."""
    return [
        source.found(FUNDING_GAP, first, stop, count, f"{counted(count, 'funding rate')} missing: counted 0")
        for first, stop, count in funding_gaps(stamps, start, end)
    ]


def funding_gaps(stamps: Stamps, start: int, end: int) -> list[tuple[int, int, int]]:
    """Where funding stamps are missing in [start, end): first missing, end, and how many.

    The interval is the most frequent distance between two stamps (which may be some minutes late), 8 hours
    where there are fewer than two; stamps lie at its multiples.
    """
    known = np.unique(np.round(np.asarray(stamps, dtype=np.float64) / 3600).astype(np.int64) * 3600)
    distances, often = np.unique(np.diff(known), return_counts=True)
    interval = int(distances[np.argmax(often)]) if len(distances) else _USUAL_FUNDING
    expected = np.arange(-(-start // interval) * interval, end, interval, dtype=np.int64)
    absent = expected[~np.isin(expected, known)]
    return [
        (first, last + interval, (last - first) // interval + 1)
        for first, last in _runs(absent, interval, absent)
    ]


def moment(ts: int) -> str:
    """A time for people, UTC."""
    return f"{datetime.fromtimestamp(ts, UTC):%Y-%m-%d %H:%M:%S}"


def summary(findings: list[Finding], of: Callable[[Finding], str] = lambda finding: finding.kind) -> str:
    """Whole, or how many findings of each kind."""
    if not findings:
        return "whole"
    counts: dict[str, int] = {}
    for finding in findings:
        counts[of(finding)] = counts.get(of(finding), 0) + 1
    return ", ".join(f"{number} x {kind}" for kind, number in sorted(counts.items()))
