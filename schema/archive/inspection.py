"""Looking through the archive for what is wrong in it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from schema.archive import layout, periods
from schema.archive.candles import COLUMNS, Candles
from schema.archive.check import (
    BROKEN,
    DEFAULT_JUMP,
    Finding,
    Source,
    check_candles,
    check_funding,
    summary,
)
from schema.archive.manifest import Reach
from schema.archive.reader import read_funding
from schema.archive.summary import last_stamps
from schema.files.aside import BrokenFile
from schema.timeframes import TIMEFRAMES, seconds


@dataclass(frozen=True)
class Inspected:
    """One kind of data of one market on one exchange, and what was found.

    Attributes:
        kind: a timeframe, or "funding".
        start, end: the range that was looked at, Unix seconds, the end exclusive.
        rows: candles or rates in it.
    """

    market: str
    exchange: str
    kind: str
    start: int
    end: int
    rows: int
    findings: list[Finding]

    @property
    def is_whole(self) -> bool:
        """No finding is an error."""
        return not any(finding.is_error for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        return {
            "market": self.market,
            "exchange": self.exchange,
            "kind": self.kind,
            "start": self.start,
            "end": self.end,
            "rows": self.rows,
            "whole": self.is_whole,
            "summary": summary(self.findings),
            "findings": [finding.as_dict() for finding in self.findings],
        }


def inspect(
    root: Path,
    market: str | None = None,
    exchange: str | None = None,
    timeframe: str | None = None,
    start: int | None = None,
    end: int | None = None,
    jump: float = DEFAULT_JUMP,
) -> list[Inspected]:
    """Look at candles and funding rates; without names at all there are.

    Without `start` and `end` each kind is looked at from its first stamp to its last one; funding over the
    time of the candles.

    Raises:
        ValueError: unknown timeframe, impossible name of a market.
    """
    wanted = [timeframe] if timeframe else [*TIMEFRAMES]
    for name in wanted:
        seconds(name)
    found = []
    for folder in [layout.market_folder(market)] if market else layout.list_markets(root):
        for origin, manifest in last_stamps(root, folder).items():
            if exchange not in (None, origin):
                continue
            candles = [kind for kind in wanted if kind in manifest.kinds]
            spans = []
            for kind in candles:
                reach = manifest.kinds[kind]
                spans.append(_span(reach, seconds(kind), start, end))
                found.append(inspect_candles(root, origin, manifest.market, kind, *spans[-1], jump))
            if layout.FUNDING in manifest.kinds and (candles or not timeframe):
                spans = spans or [_span(manifest.kinds[layout.FUNDING], 1, start, end)]
                first, last = min(span[0] for span in spans), max(span[1] for span in spans)
                found.append(_funding(root, origin, manifest.market, first, last))
    return found


def _span(reach: Reach, step: int, start: int | None, end: int | None) -> tuple[int, int]:
    first, last = int(reach[0]) if start is None else start, int(reach[1]) + step if end is None else end
    return first, max(first, last)


def inspect_candles(
    root: Path, exchange: str, market: str, timeframe: str, start: int, end: int, jump: float = DEFAULT_JUMP
) -> Inspected:
    """Candles of one market, exchange and timeframe as they are stored. Raises as `inspect`."""
    source = Source(market, exchange, timeframe, seconds(timeframe))
    broken: list[BrokenFile] = []
    columns = periods.read_rows(root, exchange, market, timeframe, COLUMNS, start, end, broken)
    raw = Candles.of(columns) if columns else Candles.empty()
    findings = check_candles(source, raw, start, end, jump)
    rows = int(np.count_nonzero((raw.ts >= start) & (raw.ts < end)))
    unreadable = [_unreadable(root, source, error) for error in broken]
    return Inspected(market, exchange, timeframe, start, end, rows, [*unreadable, *findings])


def _unreadable(root: Path, source: Source, error: BrokenFile) -> Finding:
    period = error.path.parent.name
    is_month = len(period) == len("2024-01")
    start = layout.month_start(period) if is_month else layout.day_start(period)
    end = layout.month_end(period) if is_month else start + layout.DAY
    path = str(error.path.relative_to(root))
    text = f"{path} cannot be read: {error.reason}"
    return replace(source.found(BROKEN, start, end, (end - start) // source.step, text), path=path)


def _funding(root: Path, exchange: str, market: str, start: int, end: int) -> Inspected:
    source = Source(market, exchange, layout.FUNDING, 1)
    try:
        stamps = np.array([ts for ts, _ in read_funding(root, exchange, market, start, end)], dtype=np.int64)
    except BrokenFile as error:
        return Inspected(market, exchange, layout.FUNDING, start, end, 0, [_unreadable(root, source, error)])
    findings = check_funding(source, stamps, start, end)
    return Inspected(market, exchange, layout.FUNDING, start, end, len(stamps), findings)
