"""Looking through the archive for what is wrong in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from schema.archive import layout, periods
from schema.archive.candles import COLUMNS, Candles
from schema.archive.check import (
    BROKEN,
    DEFAULT_JUMP,
    IMPOSSIBLE,
    Finding,
    Source,
    check_candles,
    check_funding,
    summary,
)
from schema.archive.manifest import Reach
from schema.archive.reader import read_funding
from schema.archive.summary import last_stamps
from schema.archive.tick_files import Columns, tick_days
from schema.archive.tick_reader import read_tick_days
from schema.files.aside import BrokenFile
from schema.timeframes import TIMEFRAMES, seconds
from schema.words import counted


@dataclass(frozen=True)
class Inspected:
    """One kind of data of one market on one exchange, and what was found.

    Attributes:
        kind: a timeframe, "funding", "trades" or "quotes".
        start, end: the range that was looked at, Unix seconds, the end exclusive.
        rows: candles, rates, trades or quotes in it.
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
    """Look at candles and funding rates, trades and quotes; without names at all there are.

    Without `start` and `end` each kind is looked at from its first stamp to its last one; funding over the
    time of the candles. With a `timeframe` no trades and quotes are looked at.

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
            for kind in () if timeframe else (layout.TRADES, layout.QUOTES):
                if kind in manifest.kinds:
                    span = _span(manifest.kinds[kind], 1, start, end)
                    found.append(_ticks(root, origin, manifest.market, kind, *span))
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


def _ticks(root: Path, exchange: str, market: str, kind: str, start: int, end: int) -> Inspected:
    """Trades or quotes, a day at a time: whether each file can be read, and each row can be."""
    source = Source(market, exchange, kind, 1)
    findings, rows = [], 0
    try:
        days = tick_days(root, exchange, market, kind)
    except BrokenFile as error:
        return Inspected(market, exchange, kind, start, end, 0, [_unreadable(root, source, error)])
    for day in days:
        opening = layout.day_start(day)
        if opening >= end or opening + layout.DAY <= start:
            continue
        try:
            columns = next(
                read_tick_days(
                    root,
                    exchange,
                    market,
                    max(start, opening),
                    min(end, opening + layout.DAY),
                    kind,
                    _NUMBERS[kind],
                ),
                None,
            )
        except BrokenFile as error:
            findings.append(_unreadable(root, source, error))
            continue
        if columns is None:
            continue
        rows += len(columns["ts"])
        findings += _impossible_ticks(source, columns)
    return Inspected(market, exchange, kind, start, end, rows, findings)


def _impossible_ticks(source: Source, columns: Columns) -> Iterator[Finding]:
    """Rows whose prices or size are not above 0, and bids above their asks; `columns`: of one day."""
    positive = [name for name in columns if name != "ts"]
    wrong = {f"{name} is not above 0": ~(columns[name] > 0) for name in positive}
    if source.timeframe == layout.QUOTES:
        wrong["the bid is above the ask"] = columns["bid"] > columns["ask"]
    for reason, mask in wrong.items():
        if mask.any():
            stamps, count = columns["ts"][mask], int(mask.sum())
            text = f"{reason} in {counted(count, 'row')}"
            yield source.found(IMPOSSIBLE, stamps[0], stamps[-1] + 1, count, text)


_NUMBERS = {layout.TRADES: ("ts", "price", "size"), layout.QUOTES: ("ts", "bid", "ask")}
