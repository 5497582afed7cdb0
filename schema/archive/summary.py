"""What the archive holds, in short."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from schema.archive import layout, parquet
from schema.archive.manifest import Manifest, read_manifest
from schema.files.aside import BrokenFile


@dataclass(frozen=True)
class Summary:
    """One kind of data of one market on one exchange.

    Attributes:
        kind: a timeframe ("1m"), "trades", "quotes" or "funding".
        days: days that have any.
        first, last: stamps in Unix seconds.
    """

    market: str
    exchange: str
    kind: str
    days: int
    first_day: str
    last_day: str
    first: float
    last: float
    bytes: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def summarise(root: Path) -> list[Summary]:
    """Everything there is, by market, exchange and kind. Looks at all names and into the files of months."""
    found = []
    for folder in layout.list_markets(root):
        days: dict[tuple[str, str], set[str]] = {}
        sizes: dict[tuple[str, str], int] = {}
        for period in (*layout.list_months(root, folder), *layout.list_days(root, folder)):
            for file in layout.list_files(root, folder, period):
                key = (file.exchange, file.kind)
                days.setdefault(key, set()).update(_days_of(period, file.path))
                sizes[key] = sizes.get(key, 0) + file.path.stat().st_size
        manifests = {exchange: read_manifest(root, exchange, folder) for exchange, _ in days}
        for (exchange, kind), there in sorted((key, there) for key, there in days.items() if there):
            manifest = manifests[exchange]
            first, last = manifest.kinds.get(kind, (0.0, 0.0))
            span = (len(there), min(there), max(there), first, last)
            found.append(Summary(manifest.market, exchange, kind, *span, sizes[exchange, kind]))
    return found


def _days_of(period: str, path: Path) -> list[str]:
    """Days of which a period's file has rows; none of a month's that cannot be read."""
    if len(period) > len("2024-01"):
        return [period]
    try:
        told = parquet.contents(path)
    except (BrokenFile, FileNotFoundError):
        return []
    return list(told.days) if told else []


def last_stamps(root: Path, market: str) -> dict[str, Manifest]:
    """What each exchange's data of a market reach to, by exchange: one small file each.

    `Manifest.last` is the newest stamp of any kind. Empty for a market without data.
    """
    folder = root / layout.market_folder(market)
    if not folder.is_dir():
        return {}
    exchanges = sorted(path.stem for path in folder.glob("[!.]*.json"))
    if not exchanges:  # files that were brought here without manifests
        periods = (*layout.list_months(root, market), *layout.list_days(root, market))
        files = (file for period in periods for file in layout.list_files(root, market, period))
        exchanges = sorted({file.exchange for file in files})
    manifests = {exchange: read_manifest(root, exchange, market) for exchange in exchanges}
    return {exchange: manifest for exchange, manifest in manifests.items() if manifest.kinds}
