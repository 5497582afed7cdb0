"""Writing candles and funding rates: each day's file is merged with what comes and replaced whole.

A day whose month is one file already gets a file of its own again, which wins over the month's rows until the
next compaction merges it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schema.archive import layout, parquet
from schema.archive.candles import COLUMNS, Candles, impossible, joined, latest_by_stamp
from schema.archive.lock import writing
from schema.archive.manifest import extend_manifest
from schema.files.aside import BrokenFile, keep_aside
from schema.timeframes import seconds


@dataclass(frozen=True)
class Written:
    """What a write did.

    Attributes:
        added: rows with stamps that were not there.
        replaced: rows whose figures differed from those that were there.
        unchanged: rows that were there already.
        kept_aside: unreadable files that were found and moved out of the way.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    kept_aside: tuple[Path, ...] = ()

    def __add__(self, other: "Written") -> "Written":
        return Written(
            self.added + other.added,
            self.replaced + other.replaced,
            self.unchanged + other.unchanged,
            self.kept_aside + other.kept_aside,
        )


class CandleArchive:
    """Writes candles. Any number of processes may write; those of one market and exchange take turns.

    Args:
        root: the archive's folder, `Home.archive`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(
        self,
        exchange: str,
        market: str,
        candles: Candles | Iterable[Sequence[Any]],
        timeframe: str = "1m",
    ) -> Written:
        """Merge closed candles into their days. A later one wins over an earlier one of the same stamp.

        Args:
            candles: columns, or rows (ts, open, high, low, close, volume), in any order.

        Raises:
            ValueError: impossible candles, or names that cannot be; nothing is written then.
            OSError: disk full or failing; whole days are written or not.
        """
        table = _checked(candles, timeframe)
        if not len(table):
            return Written()
        done = Written()
        with writing(self.root, exchange, market):
            for day in _days_of(table.ts):
                start = layout.day_start(day)
                part = table.between(start, start + layout.DAY)
                done += self._merge(exchange, market, day, timeframe, part)
            extend_manifest(self.root, exchange, market, timeframe, (float(table.ts[0]), float(table.ts[-1])))
        return done

    def replace(
        self,
        exchange: str,
        market: str,
        candles: Candles | Iterable[Sequence[Any]],
        spans: Sequence[tuple[int, int]],
        timeframe: str = "1m",
    ) -> Written:
        """Put candles in the place of all that is stored in `spans` ([start, end), Unix seconds).

        Stored candles of the spans that are not among them stay where they can be, one a stamp; those that
        cannot be go.

        Raises: as `write`.
        """
        table, done = _checked(candles, timeframe), Written()
        days = sorted({day for span in spans for day in layout.days_between(*span)})
        with writing(self.root, exchange, market):
            for day in days:
                start = layout.day_start(day)
                part = table.between(start, start + layout.DAY)
                done += self._replace(exchange, market, day, timeframe, part, spans)
            if len(table):
                reach = (float(table.ts[0]), float(table.ts[-1]))
                extend_manifest(self.root, exchange, market, timeframe, reach)
        return done

    def _replace(
        self, exchange: str, market: str, day: str, kind: str, new: Candles, spans: Sequence[tuple[int, int]]
    ) -> Written:
        columns, aside = stored_day(self.root, exchange, market, day, kind, COLUMNS)
        old = Candles.of(columns) if columns else Candles.empty()
        inside = np.zeros(len(old), dtype=bool)
        for start, end in spans:
            inside |= (old.ts >= start) & (old.ts < end)
        bad = np.zeros(len(old), dtype=bool)
        for mask in impossible(old, seconds(kind)).values():
            bad |= mask
        kept = old.take(~(inside & bad))
        merged = latest_by_stamp(joined([kept, new]))
        added = len(np.setdiff1d(new.ts, kept.ts))
        unchanged = _same(latest_by_stamp(kept), new)
        done = Written(added, len(new) - added - unchanged, unchanged, aside)
        path = layout.data_file(self.root, exchange, market, day, kind)
        if not len(merged):
            path.unlink(missing_ok=True)  # in a month: the row stays there until somebody has a better one
        elif done.added or done.replaced or len(merged) != len(old):
            rows, first, last = len(merged), float(merged.ts[0]), float(merged.ts[-1])
            parquet.write(path, merged.columns(), parquet.Contents(exchange, market, kind, rows, first, last))
        return done

    def _merge(self, exchange: str, market: str, day: str, kind: str, new: Candles) -> Written:
        path = layout.data_file(self.root, exchange, market, day, kind)
        columns, aside = stored_day(self.root, exchange, market, day, kind, COLUMNS)
        old = latest_by_stamp(Candles.of(columns)) if columns else Candles.empty()
        merged = latest_by_stamp(joined([old, new]))
        added = len(merged) - len(old)
        unchanged = _same(old, new)
        done = Written(added, len(new) - added - unchanged, unchanged, aside)
        if done.added or done.replaced:
            rows, first, last = len(merged), float(merged.ts[0]), float(merged.ts[-1])
            parquet.write(path, merged.columns(), parquet.Contents(exchange, market, kind, rows, first, last))
        return done


def _checked(candles: Candles | Iterable[Sequence[Any]], timeframe: str) -> Candles:
    """In order, one a stamp. Raises ValueError for impossible ones."""
    table = candles if isinstance(candles, Candles) else Candles.from_rows(candles)
    for reason, mask in impossible(table, seconds(timeframe)).items():
        if mask.any():
            raise ValueError(f"{int(mask.sum())} candles with {reason}, the first at {table.ts[mask][0]}")
    return latest_by_stamp(table)


def _days_of(stamps: NDArray[np.int64]) -> list[str]:
    return [layout.day_of(int(number) * layout.DAY) for number in np.unique(stamps // layout.DAY)]


def stored_day(
    root: Path, exchange: str, market: str, day: str, kind: str, columns: Sequence[str]
) -> tuple[dict[str, Any], tuple[Path, ...]]:
    """Rows that are stored of a day, from its own file, else from its month's; and what was kept aside.

    Unreadable files are moved out of the way, since they would block their day for ever.
    """
    aside: list[Path] = []
    for period in (day, day[:7]):
        path = layout.data_file(root, exchange, market, period, kind)
        if not path.exists():
            continue
        try:
            rows = parquet.read(path, columns)
        except BrokenFile:
            aside.append(keep_aside(path))
            continue
        start = layout.day_start(day)
        here = (rows["ts"] >= start) & (rows["ts"] < start + layout.DAY)
        return {name: column[here] for name, column in rows.items()}, tuple(aside)
    return {}, tuple(aside)


def _same(old: Candles, new: Candles) -> int:
    """How many rows of `new` are in `old` with the same figures."""
    _, at_old, at_new = np.intersect1d(old.ts, new.ts, assume_unique=True, return_indices=True)
    equal = np.ones(len(at_old), dtype=bool)
    for name in COLUMNS[1:]:
        equal &= getattr(old, name)[at_old] == getattr(new, name)[at_new]
    return int(equal.sum())


class FundingArchive:
    """Writes funding rates: stamps in whole seconds, rates as fractions (0.0001 is 0.01 %)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, exchange: str, market: str, rates: Iterable[tuple[float, Any]]) -> Written:
        """Merge (Unix seconds, rate) into their days; stamps are rounded to whole seconds, a later rate wins.

        Raises:
            ValueError: a rate that is not finite; nothing is written then.
            OSError: disk full or failing.
        """
        table = {round(float(ts)): float(rate) for ts, rate in rates}
        if not np.isfinite(list(table.values())).all():
            raise ValueError("a funding rate that is not finite")
        if not table:
            return Written()
        done = Written()
        with writing(self.root, exchange, market):
            for day in _days_of(np.array(list(table), dtype=np.int64)):
                start = layout.day_start(day)
                part = {ts: rate for ts, rate in table.items() if start <= ts < start + layout.DAY}
                done += self._merge(exchange, market, day, part)
            extend_manifest(self.root, exchange, market, layout.FUNDING, (min(table), max(table)))
        return done

    def _merge(self, exchange: str, market: str, day: str, new: dict[int, float]) -> Written:
        path = layout.data_file(self.root, exchange, market, day, layout.FUNDING)
        columns, aside = stored_day(self.root, exchange, market, day, layout.FUNDING, ("ts", "rate"))
        old = dict(zip(columns["ts"].tolist(), columns["rate"].tolist(), strict=True)) if columns else {}
        merged = dict(sorted((old | new).items()))
        unchanged = sum(1 for ts, rate in new.items() if old.get(ts) == rate)
        added = len(merged) - len(old)
        done = Written(added, len(new) - added - unchanged, unchanged, aside)
        if done.added or done.replaced:
            stamps = np.array(list(merged), dtype=np.int64)
            told = parquet.Contents(
                exchange, market, layout.FUNDING, len(stamps), float(stamps[0]), float(stamps[-1])
            )
            rates = np.array(list(merged.values()), dtype=np.float64)
            parquet.write(path, {"ts": stamps, "rate": rates}, told)
        return done
