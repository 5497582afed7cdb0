"""Taking candles and funding rates from files of others: feather, parquet and CSV."""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from schema.archive import layout
from schema.archive.candles import COLUMNS, Candles, impossible, latest_by_stamp
from schema.archive.compaction import compact
from schema.archive.foreign import ImportFailed, Table, numbers, read_table, stamps
from schema.archive.reader import Range, missing
from schema.archive.writer import CandleArchive, FundingArchive, Written
from schema.timeframes import seconds
from schema.words import counted

__all__ = ["ImportFailed", "ImportReport", "import_candles", "import_funding"]
_FUNDING_GRID = 60  # seconds: recorded stamps of funding carry milliseconds of jitter


@dataclass(frozen=True)
class ImportReport:
    """What an import found and did.

    Attributes:
        rows: in the file.
        first, last: stamps of the rows taken, Unix seconds; None where none was.
        gaps: missing ranges between them, the end exclusive (candles only).
        duplicates: rows with a stamp that a later row of the file has too; the last one counts.
        rejected: how many rows were left out, by reason.
        added, replaced, unchanged: rows in the archive that are new, differ, were there.
        notes: what else there is to say.
    """

    file: str
    exchange: str
    market: str
    kind: str
    rows: int
    first: int | None
    last: int | None
    gaps: list[Range]
    duplicates: int
    rejected: dict[str, int]
    added: int
    replaced: int
    unchanged: int
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def text(self) -> str:
        """A few lines for people."""
        lines = [
            f"{self.file}: {counted(self.rows, 'row')}, {self.market} {self.kind} on {self.exchange}",
            f"  from {_moment(self.first)} to {_moment(self.last)}",
            f"  {self.added:,} added, {self.replaced:,} replaced, {self.unchanged:,} were there already",
            f"  {counted(self.duplicates, 'duplicate')}, {counted(len(self.gaps), 'gap')}",
        ]
        lines += [f"    gap from {_moment(start)} to {_moment(end)}" for start, end in self.gaps[:10]]
        lines += [f"    and {counted(len(self.gaps) - 10, 'more gap')}"] if len(self.gaps) > 10 else []
        lines += [f"  {number:,} rejected: {reason}" for reason, number in self.rejected.items()]
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])


def _moment(ts: int | None) -> str:
    return "nothing" if ts is None else f"{datetime.fromtimestamp(ts, UTC):%Y-%m-%d %H:%M:%S} UTC"


def import_candles(root: Path, file: Path, exchange: str, market: str, timeframe: str = "1m") -> ImportReport:
    """Take candles: a `date` (UTC) or `time` (epoch) column, open, high, low, close, volume if there is one.

    Impossible rows are left out and told of, the others taken.

    Raises:
        ImportFailed: not such a file, or no row of it could be taken; nothing was written.
        ValueError: unknown timeframe, impossible name of market or exchange.
        OSError: disk full or failing.
    """
    step = seconds(timeframe)
    table = read_table(file)
    found, notes = _candles(table)
    good, rejected, places = _possible(found, step)
    if not len(good):
        reasons = [f"{counted(number, 'row')} with {reason}" for reason, number in rejected.items()]
        raise ImportFailed(file, "; ".join([*reasons, *places]) or "it has no rows")
    notes.extend(places)
    unique = latest_by_stamp(good)
    _check_timeframe(file, unique, step, timeframe)
    written = CandleArchive(root).write(exchange, market, unique, timeframe)
    first, last = int(unique.ts[0]), int(unique.ts[-1])
    gaps = missing(unique.ts.tolist(), first, last + step, step)
    duplicates = len(good) - len(unique)
    if late := int((np.diff(good.ts) < 0).sum()):
        notes.append(f"{counted(late, 'row')} earlier than the one above: stored in order of time")
    compact(root, exchange, market, whole_only=True)
    return _report(
        table, exchange, market, timeframe, (first, last), gaps, duplicates, rejected, written, notes
    )


def _candles(table: Table) -> tuple[Candles, list[str]]:
    columns = {name: numbers(table, name) for name in ("open", "high", "low", "close")}
    ts = stamps(table)
    notes = []
    if "volume" in table.columns:
        columns["volume"] = numbers(table, "volume")
    else:
        columns["volume"] = np.zeros(len(ts))
        notes.append("the file has no volume: stored as 0")
    # A fraction must not be cut onto the grid unseen: -1 is off every grid.
    whole = np.where(ts == np.floor(ts), ts, -1)
    return Candles.of({"ts": whole.astype(np.int64), **columns}), notes


def _possible(candles: Candles, step: int) -> tuple[Candles, dict[str, int], list[str]]:
    """The rows that a market can have made, how many others there are by (their first) reason, and where the
    first of each is."""
    bad = np.zeros(len(candles), dtype=bool)
    rejected, places = {}, []
    for reason, mask in impossible(candles, step).items():
        fresh = np.flatnonzero(mask & ~bad)
        if len(fresh):
            rejected[reason] = len(fresh)
            places.append(_place(candles, int(fresh[0]), reason))
        bad |= mask
    return candles.take(~bad), rejected, places


def _place(candles: Candles, index: int, reason: str) -> str:
    ts, *figures = next(iter(candles.take(slice(index, index + 1))))
    when = _moment(ts) if ts > 0 else "a time that is no whole second"
    row = ", ".join(f"{name} {value:.10g}" for name, value in zip(COLUMNS[1:], figures, strict=True))
    return f"the first with {reason} is row {index + 1}: {when}, {row}"


def _check_timeframe(file: Path, candles: Candles, step: int, timeframe: str) -> None:
    """Hourly candles given as minutes would pass every other test and leave 59 holes in each hour."""
    if len(candles) < 3:
        return
    usual = int(np.median(np.diff(candles.ts)))
    if usual != step and usual % step == 0:
        raise ImportFailed(file, f"its rows are {usual} s apart, those of {timeframe} are {step} s apart")


def import_funding(root: Path, file: Path, exchange: str, market: str) -> ImportReport:
    """Take funding rates: a `date` or `time` column, the rate in `rate`, `funding_rate` or `open`.

    Stamps are rounded to whole minutes: recordings carry some milliseconds of jitter.

    Raises: as `import_candles`.
    """
    table = read_table(file)
    name = next((name for name in ("rate", "funding_rate", "open") if name in table.columns), None)
    if name is None:
        raise ImportFailed(file, "it has no column rate, funding_rate or open")
    rates, ts = numbers(table, name), stamps(table)
    good = np.isfinite(rates) & np.isfinite(ts) & (np.abs(rates) < 1)
    rejected = {"a rate that is no fraction between -1 and 1": int((~good).sum())} if not good.all() else {}
    if not good.any():
        raise ImportFailed(file, "it has no usable row")
    whole = (np.round(ts[good] / _FUNDING_GRID) * _FUNDING_GRID).astype(np.int64)
    pairs = dict(zip(whole.tolist(), rates[good].tolist(), strict=True))
    written = FundingArchive(root).write(exchange, market, pairs.items())
    compact(root, exchange, market, whole_only=True)
    reach = (min(pairs), max(pairs))
    duplicates = len(whole) - len(pairs)
    return _report(table, exchange, market, layout.FUNDING, reach, [], duplicates, rejected, written, [])


def _report(
    table: Table,
    exchange: str,
    market: str,
    kind: str,
    reach: tuple[int, int],
    gaps: list[Range],
    duplicates: int,
    rejected: dict[str, int],
    written: Written,
    notes: list[str],
) -> ImportReport:
    aside = [f"an unreadable file was in the way, kept as {path.name}" for path in written.kept_aside]
    return ImportReport(
        file=table.path.name,
        exchange=exchange,
        market=market,
        kind=kind,
        rows=table.rows,
        first=reach[0],
        last=reach[1],
        gaps=gaps,
        duplicates=duplicates,
        rejected=rejected,
        added=written.added,
        replaced=written.replaced,
        unchanged=written.unchanged,
        notes=[*notes, *aside],
    )
