"""Mending the archive: what is missing, comes twice or cannot be is fetched again from the exchange."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bots.download import (
    Progress,
    bars,
    download_funding,
    fetch_ranges,
    with_idle,
)
from bots.sources import Source, checked, source
from schema.archive.check import BROKEN, DUPLICATE, GAP, IMPOSSIBLE, OFF_GRID, Finding
from schema.archive.compaction import compact
from schema.archive.inspection import inspect_candles
from schema.archive.reader import Range
from schema.archive.writer import CandleArchive
from schema.files.aside import keep_aside
from schema.home import Home
from schema.markets import MarketSpec

_REPLACED = (DUPLICATE, IMPOSSIBLE, OFF_GRID)


@dataclass(frozen=True)
class Repaired:
    """What a repair did.

    Attributes:
        found: findings before it that are errors.
        added, replaced: candles that are new, and that were put in the place of others.
        funding: funding stamps that are new.
        missing: candles that the exchange does not have, in `holes` [start, end).
        left: errors that remain beside these holes.
        kept_aside: files that could not be read; they were moved out of the way.
        source: "agent" or "exchange": who was asked; "" where nothing had to be.
    """

    found: int
    added: int
    replaced: int
    funding: int
    missing: int
    holes: list[Range]
    left: int
    kept_aside: list[Path] = field(default_factory=list)
    source: str = ""


def repair(
    home: Home,
    exchange: str,
    market: str,
    start: int,
    end: int,
    timeframe: str = "1m",
    progress: Progress | None = None,
    idle: Callable[[], object] | None = None,
) -> Repaired:
    """Fetch the candles of [start, end) that are missing, and those that come twice or cannot be.

    Nothing is removed before the exchange has answered. What it does not have stays as it is where it can
    be, and goes where it cannot; missing funding rates of the range are fetched too.

    Raises: as `bots.download.download_candles`.
    """
    spec, length = checked(home, exchange, market, timeframe, start, end)
    aside = [keep_aside(path) for path in _broken(home, spec, timeframe, start, end)]
    errors = _errors(home, spec, timeframe, start, end)
    gaps = [(finding.start, finding.end) for finding in errors if finding.kind == GAP]
    wrong = _spans([finding for finding in errors if finding.kind in _REPLACED], length, start, end)
    asked = source(home, exchange, idle)
    try:
        told = with_idle(progress, idle)
        added = fetch_ranges(home, asked, spec, timeframe, gaps, told, length)
        replaced = _replace(home, asked, spec, timeframe, wrong)
        rates = download_funding(home, asked, spec, start, end)
    finally:
        asked.close()
    compact(home.archive, exchange, spec.market, whole_only=True)
    left = _errors(home, spec, timeframe, start, end)
    holes = [(finding.start, finding.end) for finding in left if finding.kind == GAP]
    others = len(left) - len(holes)
    return Repaired(
        len(errors) + len(aside),
        added,
        replaced,
        rates,
        bars(holes, length),
        holes,
        others,
        aside,
        asked.name,
    )


def _errors(home: Home, spec: MarketSpec, timeframe: str, start: int, end: int) -> list[Finding]:
    found = inspect_candles(home.archive, spec.exchange, spec.market, timeframe, start, end)
    return [finding for finding in found.findings if finding.is_error]


def _broken(home: Home, spec: MarketSpec, timeframe: str, start: int, end: int) -> list[Path]:
    errors = _errors(home, spec, timeframe, start, end)
    return [home.archive / finding.path for finding in errors if finding.kind == BROKEN and finding.path]


def _spans(findings: Sequence[Finding], length: int, start: int, end: int) -> list[Range]:
    """Ranges of whole candles that the findings touch, in order, joined where they meet."""
    found: list[Range] = []
    for finding in sorted(findings, key=lambda finding: finding.start):
        first = max(start, finding.start // length * length)
        stop = min(end, -(-finding.end // length) * length)
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((first, stop))
    return found


def _replace(home: Home, asked: Source, spec: MarketSpec, timeframe: str, spans: Sequence[Range]) -> int:
    """All answers first, then one write a day: a failing exchange leaves everything as it was."""
    rows = [
        row for first, stop in spans for page in asked.candles(spec, timeframe, first, stop) for row in page
    ]
    if not spans:
        return 0
    done = CandleArchive(home.archive).replace(spec.exchange, spec.market, rows, spans, timeframe)
    return done.added + done.replaced
