"""Months that are over become one file a market, exchange and kind of data.

The month's file is written beside, synced and renamed, and only then its days' files go. A crash in between
leaves both: readers count no row twice, and the next compaction removes what is left. What is written into a
compacted month later lies in day files again, wins over the month's rows, and is merged by the next run.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from schema.archive import layout, parquet
from schema.archive.candles import COLUMNS
from schema.archive.lock import writing
from schema.archive.manifest import read_manifest
from schema.archive.parquet import Contents
from schema.archive.periods import without_days
from schema.archive.tick_files import DayFiles, day_files
from schema.archive.ticks import TickArchive
from schema.files.aside import BrokenFile
from schema.files.atomic import sync_folder

_TICKS = (layout.TRADES, layout.QUOTES)
GRACE = 3600
"""Seconds after a month in which its last candles may still come."""

Idle = Callable[[], object]


@dataclass
class Compacted:
    """What a compaction did to one market on one exchange.

    Attributes:
        files: of months that were written, by path below the archive.
        removed: how many day files went.
        broken: files that cannot be read; they were left where they are.
    """

    market: str
    exchange: str
    files: list[str] = field(default_factory=list)
    removed: int = 0
    broken: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def compact(
    root: Path,
    exchange: str,
    market: str,
    now: float | None = None,
    *,
    whole_only: bool = False,
    idle: Idle | None = None,
) -> Compacted:
    """Merge the days of every month that was over an hour ago (`now`, Unix seconds) into the month's files.

    Args:
        whole_only: only months that have all their days, and those that have a file already.
        idle: called between days; what it raises ends the compaction, which leaves all as it was.

    Raises:
        OSError: disk full or failing; nothing is lost.
    """
    moment = time.time() if now is None else now
    done = Compacted(market, exchange)
    months = sorted({day[:7] for day in layout.list_days(root, market)})
    for month in months:
        if layout.month_end(month) + GRACE > moment:
            continue
        with writing(root, exchange, market):
            for kind in _kinds(root, exchange, market, month):
                _Month(root, exchange, market, month, kind, idle or _nothing).compact(done, whole_only)
    return done


def compact_all(root: Path, now: float | None = None) -> list[Compacted]:
    """Every market and exchange: days that are over first, then months. Tells where it did anything."""
    moment = time.time() if now is None else now
    found = []
    for folder in layout.list_markets(root):
        periods = (*layout.list_days(root, folder), *layout.list_months(root, folder))
        exchanges = {file.exchange for period in periods for file in layout.list_files(root, folder, period)}
        for exchange in sorted(exchanges):
            market = read_manifest(root, exchange, folder).market
            TickArchive(root, exchange, market, clock=lambda: moment).finish()
            found.append(compact(root, exchange, market, moment))
    return [done for done in found if done.files or done.removed or done.broken]


def _nothing() -> None:
    pass


def _kinds(root: Path, exchange: str, market: str, month: str) -> list[str]:
    days = [day for day in layout.list_days(root, market) if day.startswith(month)]
    files = (file for day in days for file in layout.list_files(root, market, day))
    return sorted({file.kind for file in files if file.exchange == exchange})


class _Month:
    """One month of one kind of data. Used under the writer's lock."""

    def __init__(self, root: Path, exchange: str, market: str, month: str, kind: str, idle: Idle) -> None:
        self.root, self.exchange, self.market, self.kind = root, exchange, market, kind
        self.month, self.idle = month, idle
        self.path = layout.data_file(root, exchange, market, month, kind)
        self.days = [day for day in layout.list_days(root, market) if day.startswith(month)]

    def compact(self, done: Compacted, whole_only: bool) -> None:
        if whole_only and not self.path.exists() and not self._has_all_days():
            return
        try:
            gone = self._merge_ticks() if self.kind in _TICKS else self._merge_rows()
        except BrokenFile as error:
            done.broken.append(str(error.path.relative_to(self.root)))
            return
        if gone:
            done.files.append(str(self.path.relative_to(self.root)))
            done.removed += len(gone)
            self._remove(gone)

    def _has_all_days(self) -> bool:
        there = [
            day
            for day in self.days
            if any((f.exchange, f.kind) == (self.exchange, self.kind) for f in self._files(day))
        ]
        start, end = layout.month_start(self.month), layout.month_end(self.month)
        return len(there) == (end - start) // layout.DAY

    def _files(self, day: str) -> list[layout.DataFile]:
        return layout.list_files(self.root, self.market, day)

    def _merge_rows(self) -> list[Path]:
        """Candles or funding rates: the whole month at once. Raises BrokenFile for any that is broken."""
        names = ("ts", "rate") if self.kind == layout.FUNDING else COLUMNS
        own = {
            day: layout.data_file(self.root, self.exchange, self.market, day, self.kind) for day in self.days
        }
        own = {day: path for day, path in own.items() if path.exists()}
        days = list(own.values())
        rows = parquet.read_all([parquet.Part(path) for path in days], names)
        if days and self.path.exists():
            old = without_days(parquet.read(self.path, names), own)
            rows = {name: np.concatenate([old[name], rows[name]]) for name in names}
        if not days:
            return []
        _, from_the_end = np.unique(rows["ts"][::-1], return_index=True)
        last = len(rows["ts"]) - 1 - from_the_end  # of a stamp that comes twice the last one counts
        rows = {name: column[last] for name, column in rows.items()}
        ts = rows["ts"]
        if len(ts):
            here = {layout.day_of(int(n) * layout.DAY): -1 for n in np.unique(ts // layout.DAY)}
            span = (len(ts), float(ts[0]), float(ts[-1]))
            parquet.write(
                self.path, rows, Contents(self.exchange, self._name(days), self.kind, *span, -1, here)
            )
        return days

    def _merge_ticks(self) -> list[Path]:
        """Trades or quotes: a day at a time, since a month of them may not fit into memory."""
        told = parquet.contents(self.path) if self.path.exists() else None
        days = sorted({*self.days, *(told.days if told else ())})
        every = {day: day_files(self.root, self.exchange, self.market, day, self.kind) for day in days}
        if any(files.live for files in every.values()):
            parquet.write_groups(self.path, self._tables(every))
        return [path for files in every.values() for path in (*files.live, *files.stale)]

    def _tables(self, every: dict[str, DayFiles]) -> Iterator[tuple[Any, Contents]]:
        for day, files in every.items():
            self.idle()
            if not files.parts:
                continue
            table = parquet.in_order([parquet.table(part.path, None, part.group) for part in files.parts])
            first, last = parquet.reach(table)
            told = (self.exchange, self._name(files.live), self.kind, len(table), first, last)
            yield table, Contents(*told, -1, {day: files.last})

    def _name(self, paths: list[Path]) -> str:
        """The market's own name, as the files tell it."""
        told = next((told for path in paths[-1:] if (told := parquet.contents(path))), None)
        return told.market if told else self.market

    def _remove(self, paths: list[Path]) -> None:
        for path in paths:
            path.unlink(missing_ok=True)
        days = [layout.period_folder(self.root, self.market, day) for day in self.days]
        for folder in (self.path.parent, *days):
            for left in folder.glob(f".{self.exchange}-*.tmp"):  # of a writer that was killed
                left.unlink(missing_ok=True)
        for folder in days:
            with contextlib.suppress(OSError):  # other kinds or exchanges still have files there
                folder.rmdir()
        sync_folder(self.root / layout.market_folder(self.market))
