"""Writing trades and quotes: a segment a flush, one file a day in the end, never a row twice.

A flush makes a new small file, `bybit-trades.000017.parquet`, so its cost does not grow with the day. When
the day is over, or has many segments, they become `bybit-trades.parquet`, whose footer tells through which
segment: a crash before they are removed leaves files that readers pass over and the next writer removes. The
same holds for a month's file, whose footer tells it for each of its days.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from schema.archive import layout, parquet
from schema.archive.lock import writing
from schema.archive.manifest import extend_manifest
from schema.archive.parquet import Part
from schema.archive.seen import SeenKeys
from schema.archive.tick_files import Columns, DayFiles, columns_of, day_files, read_files, tick_days
from schema.files.aside import BrokenFile, keep_aside
from schema.files.atomic import remove_leftovers

_MANY = 500  # segments of a day
_T = TypeVar("_T")

Number = Any
"""float, Decimal or the text of a number; stored as float64, whose shortest text is the same number again."""


class TradeRow(NamedTuple):
    """One trade of a market.

    Attributes:
        key: the exchange's own id where there is one, or any text that no other trade of this market and
            exchange has; a row whose key is there already is left out.
        ts: Unix seconds.
        side: of the taker, "Buy" or "Sell".
        bid, ask: best prices then, NaN where unknown.
    """

    key: str
    ts: float
    price: Number
    size: Number
    side: str
    bid: Number = float("nan")
    ask: Number = float("nan")


class QuoteRow(NamedTuple):
    """Best bid and ask with their sizes at a moment (Unix seconds). The same again counts once."""

    ts: float
    bid: Number
    bid_size: Number
    ask: Number
    ask_size: Number


class TickArchive:
    """Writes trades and quotes of one market and exchange; processes that do so take turns.

    Args:
        root: the archive's folder, `Home.archive`.
        clock: wall clock; tells which days are over.

    Attributes:
        kept_aside: unreadable files that were met and moved out of the way of their day.
    """

    def __init__(
        self, root: Path, exchange: str, market: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.root, self.exchange, self.market = root, exchange, market
        self._clock = clock
        self.kept_aside: list[Path] = []
        self._seen = {kind: SeenKeys() for kind in (layout.TRADES, layout.QUOTES)}
        self._unfinished: dict[str, set[str]] = {}  # by kind: days that have segments

    def append_trades(self, rows: Iterable[TradeRow]) -> int:
        """Store trades, durable on return. Returns how many were new.

        Raises:
            ValueError: a price, size or time that is no finite number; nothing is stored then.
            OSError: disk full or failing; the same rows may be given again, none is stored twice.
        """
        return self._append(layout.TRADES, list(rows), TradeRow._fields)

    def append_quotes(self, rows: Iterable[QuoteRow]) -> int:
        """Store quotes; as `append_trades`."""
        named = [("|".join(str(float(value)) for value in row), *row) for row in rows]
        return self._append(layout.QUOTES, named, ("key", *QuoteRow._fields))

    def last_trade(self) -> TradeRow | None:
        """The newest stored trade, None where there is none: where a scraper goes on."""
        with writing(self.root, self.exchange, self.market):
            return self._past_broken_files(self._last_trade)

    def _last_trade(self) -> TradeRow | None:
        for day in reversed(tick_days(self.root, self.exchange, self.market, layout.TRADES)):
            rows = read_files(self._files(layout.TRADES, day).parts)
            if rows:
                return TradeRow(*(rows[name][-1:].tolist()[0] for name in TradeRow._fields))
        return None

    def finish(self) -> None:
        """Merge the segments of days that are over. Appending does so too, for the kind that is appended."""
        with writing(self.root, self.exchange, self.market):
            for kind in self._seen:
                self._compact_finished(kind, layout.day_of(self._clock()))

    def _files(self, kind: str, day: str) -> DayFiles:
        return self._past_broken_files(lambda: day_files(self.root, self.exchange, self.market, day, kind))

    def _past_broken_files(self, work: Callable[[], _T]) -> _T:
        """Do it again after each file that cannot be read was kept aside."""
        while True:
            try:
                return work()
            except BrokenFile as error:
                self.kept_aside.append(keep_aside(error.path))

    def _append(self, kind: str, rows: Sequence[Sequence[Any]], names: Sequence[str]) -> int:
        if not rows:
            return 0
        columns = columns_of(rows, names)
        days = columns["ts"] // layout.DAY
        added = 0
        with writing(self.root, self.exchange, self.market):
            for number in np.unique(days):
                part = {name: column[days == number] for name, column in columns.items()}
                added += self._append_day(kind, layout.day_of(float(number) * layout.DAY), part)
            # A replay's days are all over by the wall clock: its present one is that of its newest row.
            self._compact_finished(kind, layout.day_of(min(self._clock(), float(columns["ts"].max()))))
        return added

    def _append_day(self, kind: str, day: str, columns: Columns) -> int:
        files, seen = self._load(kind, day), self._seen[kind]
        fresh = seen.fresh(day, columns["key"])
        if not fresh.any():
            return 0
        columns = {name: column[fresh] for name, column in columns.items()}
        path = layout.data_file(self.root, self.exchange, self.market, day, kind, files.last + 1)
        told = self._write(path, kind, columns)
        seen.stored(day, path, columns["key"])
        self._unfinished_days(kind).add(day)
        extend_manifest(self.root, self.exchange, self.market, kind, (told.first, told.last))
        return told.rows

    def _load(self, kind: str, day: str) -> DayFiles:
        """Take in which rows a day has; what cannot be read is kept aside."""

        def load() -> DayFiles:
            files = self._files(kind, day)
            self._seen[kind].load(day, files.parts)
            return files

        return self._past_broken_files(load)

    def _write(self, path: Path, kind: str, columns: Columns, through: int = -1) -> parquet.Contents:
        ts = columns["ts"]
        span = (len(ts), float(ts.min()), float(ts.max()))
        told = parquet.Contents(self.exchange, self.market, kind, *span, through)
        parquet.write(path, columns, told)
        return told

    def _unfinished_days(self, kind: str) -> set[str]:
        """Days with segments, also those that an earlier process left."""
        if kind not in self._unfinished:
            days = layout.list_days(self.root, self.market)
            for day in days:
                folder = layout.period_folder(self.root, self.market, day)
                remove_leftovers(folder, f"{self.exchange}-{kind}.*")
            self._unfinished[kind] = {day for day in days if _has_segments(self._files(kind, day))}
        return self._unfinished[kind]

    def _compact_finished(self, kind: str, today: str) -> None:
        """Merge the segments of days before `today`, and of a day that has many of them."""
        for day in sorted(self._unfinished_days(kind)):
            files = self._load(kind, day)
            if day < today or files.segments > _MANY:
                self._compact(kind, day, files)
                self._unfinished[kind].discard(day)

    def _compact(self, kind: str, day: str, files: DayFiles) -> None:
        if files.segments:
            path = layout.data_file(self.root, self.exchange, self.market, day, kind)
            rows = self._readable(files.live)
            if rows:
                self._write(path, kind, rows, files.last)
            files = self._files(kind, day)
        for path in files.stale:
            path.unlink(missing_ok=True)

    def _readable(self, paths: Sequence[Path]) -> Columns:
        """Rows of those files that can be read; the others are kept aside."""
        left = list(paths)
        while True:
            try:
                return read_files([Part(path) for path in left])
            except BrokenFile as error:
                left.remove(error.path)
                self.kept_aside.append(keep_aside(error.path))


def _has_segments(files: DayFiles) -> bool:
    return bool(files.segments or files.stale)
