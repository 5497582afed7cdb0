"""What a run was made of, in hashes: the strategy's source, the very data, the versions, the result."""

import hashlib
import json
import math
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from bots.core.backtest import BacktestResult
from bots.core.results import FLOATS, EquityCurve, TradeTable
from bots.core.strategy import Strategy
from bots.runner.candles import Gathered

_CODE = ("core", "strategies", "runner")
_LIBRARIES = {"numpy": "numpy", "numba": "numba", "ta-lib": "TA-Lib"}
MOST_REASONS = 100
_INTS = ("side", "bars_held")


def source(strategy: type[Strategy], folder: Path) -> dict[str, Any]:
    """The strategy's source: its own file and those of the classes that it inherits from, the core left out;
    of the user's files also the helpers that were loaded from `folder`.
    """
    own = _file(strategy)
    others = {_file(kind) for kind in strategy.__mro__ if issubclass(kind, Strategy)}
    if own.parent == folder:
        loaded = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
        others |= {Path(file) for file in loaded if file and Path(file).parent == folder}
    core = Path(str(sys.modules["bots.core"].__file__)).parent
    files = [own, *sorted(file for file in others if file != own and core not in file.parents)]
    text = "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)
    return {
        "file": str(own) if own.parent == folder else own.name,
        "module": strategy.__module__,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "text": text,
    }


def _file(kind: type) -> Path:
    return Path(str(sys.modules[kind.__module__].__file__))


def data(gathered: Gathered) -> dict[str, Any]:
    """Hash and size of everything that the run reads: candles (the warm-up's too), funding, ticks."""
    digest = hashlib.sha256()
    for market in sorted(gathered.series):
        series = gathered.series[market]
        digest.update(f"{market} {series.tick}\n".encode())
        _add_columns(digest, (series.ts, series.open, series.high, series.low, series.close, series.volume))
    for event in sorted(gathered.funding, key=lambda event: (event.ts, event.market)):
        digest.update(f"{event.market} {event.ts!r} {event.rate} {event.mark}\n".encode())
    for market in sorted(gathered.ticks):
        ticks = gathered.ticks[market]
        digest.update(f"{market} ticks\n".encode())
        _add_columns(digest, _arrays(ticks))
    stamps = [series.ts for series in gathered.series.values() if len(series)]
    return {
        "sha256": digest.hexdigest(),
        "candles": {market: len(series) for market, series in gathered.series.items()},
        "funding": len(gathered.funding),
        "ticks": sum(len(ticks) for ticks in gathered.ticks.values()),
        "first": min((int(ts[0]) for ts in stamps), default=None),
        "last": max((int(ts[-1]) for ts in stamps), default=None),
    }


def _arrays(ticks: Any) -> Iterable[Any]:
    return (value for field in fields(ticks) if isinstance(value := getattr(ticks, field.name), np.ndarray))


def _add_columns(digest: Any, columns: Iterable[Any]) -> None:
    for column in columns:
        digest.update(f"{column.dtype.str} {len(column)}\n".encode())
        digest.update(np.ascontiguousarray(column).data)


@cache
def versions() -> dict[str, str]:
    """What could make the same run come out otherwise."""
    return {
        "botyard": version("botyard"),
        "code": _code(),
        "python": platform.python_version(),
        **{name: version(package) for name, package in _LIBRARIES.items()},
    }


def _code() -> str:
    """Hash of the trading code, since a version's code may be worked on."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for folder in _CODE:
        for file in sorted((root / folder).rglob("*.py")):
            digest.update(f"{file.relative_to(root)}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def result(found: BacktestResult) -> dict[str, Any]:
    """Hash of trades, equity and counters, to the last bit; whichever engine found them."""
    digest = hashlib.sha256()
    columns = rows(found.table, found.curve)
    for name in sorted(columns):
        digest.update(f"{name}\n".encode())
        _add_columns(digest, [columns[name]])
    table = found.table
    facts = {"settle": table.settle if len(table) else "", "reasons": _used(table), "legs": _anonymous(table)}
    digest.update(json.dumps([facts, counters(found.counters)], sort_keys=True).encode())
    told = {"trades": len(table), "equity": len(found.curve), "reasons": _used(table)[:MOST_REASONS]}
    return {"sha256": digest.hexdigest(), **told}


def rows(table: TradeTable, curve: EquityCurve) -> dict[str, Any]:
    """Trades and equity as columns; reasons as numbers of `_used`."""
    columns = {f"trade_{name}": getattr(table, name) + 0.0 for name in FLOATS}  # a minus zero is a zero
    columns |= {f"trade_{name}": getattr(table, name) for name in _INTS}
    place = {name: number for number, name in enumerate(_used(table))}
    numbers = np.array([place.get(name, 0) for name in table.reasons], dtype=np.int64)
    for name in ("entry_reason", "exit_reason"):
        which = getattr(table, name)
        columns[f"trade_{name}"] = numbers[which] if len(which) else which
    # The drawdown follows from the equity.
    return columns | {"equity_ts": curve.ts, "equity_equity": curve.equity + 0.0}


def _used(table: TradeTable) -> list[str]:
    """Reasons that trades have, by the alphabet: engines number them in orders of their own."""
    numbers = np.unique(np.concatenate((table.entry_reason, table.exit_reason)))
    return sorted({table.reasons[number] for number in numbers.tolist()})


def counters(found: Mapping[str, Any]) -> dict[str, Any]:
    """The counters as JSON, without what JSON does not know."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in found.items()
    }


def _anonymous(table: TradeTable) -> Any:
    """Legs without what names the session that they were made in."""
    if table.legs is None:
        return None
    return [
        None if legs is None else [{k: v for k, v in leg.items() if k != "session"} for leg in legs]
        for legs in table.legs
    ]
