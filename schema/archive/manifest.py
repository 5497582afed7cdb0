"""First and last stamps of an exchange's data of a market, kept beside them: `archive/xbtusd/bybit.json`.

It spares a walk through the days for every list of markets. Writers bring it up to date under their lock;
where it is missing or does not fit the files, the files win.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schema.archive import layout, parquet
from schema.files.aside import BrokenFile
from schema.files.atomic import write_json

Reach = tuple[float, float]
"""First and last stamp, Unix seconds."""


@dataclass(frozen=True)
class Manifest:
    """Reach of each kind of data of one market on one exchange.

    Attributes:
        market: the market's own name where a file tells it, else that of its folder.
    """

    exchange: str
    market: str
    kinds: Mapping[str, Reach]

    @property
    def last(self) -> float | None:
        """Newest stamp of any kind."""
        return max((reach[1] for reach in self.kinds.values()), default=None)


def read_manifest(root: Path, exchange: str, market: str) -> Manifest:
    """From the file beside the data; from the data where that is missing, broken or tells of lost days."""
    return _stored(root, exchange, market) or scan(root, exchange, market)


def _stored(root: Path, exchange: str, market: str) -> Manifest | None:
    try:
        raw = json.loads(layout.manifest_file(root, exchange, market).read_bytes())
        kinds = {kind: (float(first), float(last)) for kind, (first, last) in raw["kinds"].items()}
        found = Manifest(exchange, str(raw["market"]), kinds)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if _fits(root, found) else None


def _fits(root: Path, manifest: Manifest) -> bool:
    """Whether the day of each last stamp is still there, or its month."""
    last_days = {layout.day_of(last) for _, last in manifest.kinds.values()}
    return all(
        any(layout.period_folder(root, manifest.market, period).is_dir() for period in (day, day[:7]))
        for day in last_days
    )


def extend_manifest(root: Path, exchange: str, market: str, kind: str, reach: Reach) -> None:
    """Widen the reach of one kind. Call it under the writer's lock. Raises OSError."""
    stored = _stored(root, exchange, market)
    before = stored or scan(root, exchange, market)
    old = before.kinds.get(kind, reach)
    kinds: dict[str, Any] = {**before.kinds, kind: (min(old[0], reach[0]), max(old[1], reach[1]))}
    if stored == Manifest(exchange, market, kinds):
        return
    write_json(
        layout.manifest_file(root, exchange, market), {"exchange": exchange, "market": market, "kinds": kinds}
    )


def scan(root: Path, exchange: str, market: str) -> Manifest:
    """From the footers of the first and the last files of each kind."""
    months = _periods_by_month(root, market)
    oldest, newest = _edge(root, exchange, market, months), _edge(root, exchange, market, months[::-1])
    kinds = {
        kind: (min(told.first for told in oldest[kind]), max(told.last for told in newest[kind]))
        for kind in oldest
    }
    names = [told.market for files in newest.values() for told in files]
    return Manifest(exchange, names[0] if names else market, kinds)


def _periods_by_month(root: Path, market: str) -> list[list[str]]:
    """Months and days that have folders, together where they are of one month: days may lie beside it."""
    every = [*layout.list_months(root, market), *layout.list_days(root, market)]
    return [[name for name in every if name[:7] == month] for month in sorted({name[:7] for name in every})]


def _edge(
    root: Path, exchange: str, market: str, months: list[list[str]]
) -> dict[str, list[parquet.Contents]]:
    """By kind, what the files tell of the first of `months` that has data of that kind."""
    found: dict[str, list[parquet.Contents]] = {}
    for periods in months:
        here: dict[str, list[parquet.Contents]] = {}
        for file in (file for period in periods for file in layout.list_files(root, market, period)):
            if file.exchange == exchange and file.kind not in found and (told := _told(file.path)):
                here.setdefault(file.kind, []).append(told)
        found |= here
    return found


def _told(path: Path) -> parquet.Contents | None:
    try:
        return parquet.contents(path)
    except (BrokenFile, FileNotFoundError):
        return None
