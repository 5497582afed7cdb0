"""A run of the ledger once more: is it the same, to the last digit, and if not, what differs?"""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from bots.runner.record import kept

Entry = Mapping[str, Any]
Columns = Mapping[str, Any]

_COUNTED = {"candles": "candles", "funding": "funding rates", "ticks": "recorded ticks"}


def request(entry: Entry) -> dict[str, Any]:
    """What was asked for then, with every default of that day filled in."""
    return {
        "market": entry["market"],
        "exchange": entry["exchange"],
        "strategy": entry["strategy"]["id"],
        "strategy_params": entry["strategy"]["params"],
        "settings": entry["settings"],
        "range_start": entry["range"][0],
        "range_end": entry["range"][1],
        "engine": entry["engine"],
    }


def differences(before: Entry, now: Entry, rows: Path, columns: Columns) -> list[str]:
    """What differs between two runs, the causes first; empty where they are the same.

    Args:
        rows: trades and equity that were kept of the run before.
        columns: trades and equity of this one (`provenance.rows`).
    """
    found = [*_causes(before, now)]
    if before["result"]["sha256"] != now["result"]["sha256"]:
        if before["engine_used"] != now["engine_used"]:  # of itself no difference: both give the same
            found.append(f"engine: {before['engine_used']}, now {now['engine_used']}")
        found += _results(before, now, rows, columns)
    return found


def _causes(before: Entry, now: Entry) -> Iterator[str]:
    old_source, new_source = before["strategy"]["source"], now["strategy"]["source"]
    if old_source["sha256"] != new_source["sha256"]:
        yield f"source of {before['strategy']['id']}: {_hashes(old_source, new_source)}"
    if before["data"]["sha256"] != now["data"]["sha256"]:
        yield f"data: {_data(before['data'], now['data'])}"
    for name in sorted(before["versions"].keys() | now["versions"].keys()):
        old, new = before["versions"].get(name), now["versions"].get(name)
        if old != new:
            yield f"version of {name}: {_short(old)}, now {_short(new)}"


def _data(before: Entry, now: Entry) -> str:
    counts = [
        f"{title} {_plain(before[name])}, now {_plain(now[name])}"
        for name, title in _COUNTED.items()
        if before[name] != now[name]
    ]
    return "; ".join(counts) or f"as much of it, but not the same: {_hashes(before, now)}"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{count} of {market}" for market, count in value.items())
    return str(value)


def _hashes(before: Entry, now: Entry) -> str:
    return f"{_short(before['sha256'])}, now {_short(now['sha256'])}"


def _short(value: Any) -> str:
    text = str(value)
    return text[:12] if len(text) == 64 else text


def _results(before: Entry, now: Entry, path: Path, columns: Columns) -> Iterator[str]:
    for name in ("trades", "equity"):
        old, new = before["result"][name], now["result"][name]
        if old != new:
            yield f"result: {old} {_ROWS[name]}, now {new}"
    try:
        with np.load(path, allow_pickle=False) as file:
            known = {name: file[name] for name in file.files}
    except (OSError, ValueError, BadZipFile):
        yield "result: other trades or equity; those of the run before are not kept any more"
        return
    shown = kept(columns)
    names = before["result"]["reasons"], now["result"]["reasons"]
    told = [
        *_first(known, shown, "trade_", partial(_trade, names)),
        *_first(known, shown, "equity_", _sample),
    ]
    yield from told or ["result: it differs beyond what was kept of the run before, or in its counters"]


_ROWS = {"trades": "trades", "equity": "samples of the equity"}


def _first(known: Columns, now: Columns, prefix: str, tell: Any) -> Iterator[str]:
    """The first row in which columns of this prefix differ."""
    names = [name for name in known if name.startswith(prefix) and name in now]
    common = min((min(len(known[name]), len(now[name])) for name in names), default=0)
    apart = np.zeros(common, dtype=bool)
    for name in names:
        old, new = known[name][:common], now[name][:common]
        apart |= (old != new) & ~((old != old) & (new != new))
    if apart.any():
        row = int(np.argmax(apart))
        fields = [name for name in names if not _same(known[name][row], now[name][row])]
        yield tell(row, known, now, fields)


def _same(old: Any, new: Any) -> bool:
    return bool(old == new) or (math.isnan(old) and math.isnan(new))


def _trade(
    reasons: tuple[list[str], list[str]], row: int, known: Columns, now: Columns, names: list[str]
) -> str:
    told = [
        f"{name.removeprefix('trade_')} {_value(name, known[name][row], reasons[0])}, "
        f"now {_value(name, now[name][row], reasons[1])}"
        for name in names
    ]
    entered = _utc(known["trade_entry_time"][row])
    return f"result: the first trade that differs is number {row + 1}, entered {entered}: {'; '.join(told)}"


def _value(name: str, value: Any, reasons: list[str]) -> str:
    if name.endswith("_reason"):
        return repr(reasons[value]) if value < len(reasons) else str(value)
    return _utc(value) if name.endswith("_time") else repr(value.item())


def _sample(row: int, known: Columns, now: Columns, names: list[str]) -> str:
    old, new = known["equity_equity"][row], now["equity_equity"][row]
    when, later = _utc(known["equity_ts"][row]), _utc(now["equity_ts"][row])
    moved = "" if when == later else f" (now {later})"
    return f"result: the equity first differs at {when}{moved}: {float(old)!r}, now {float(new)!r}"


def _utc(stamp: Any) -> str:
    return f"{datetime.fromtimestamp(float(stamp), UTC):%Y-%m-%d %H:%M:%S} UTC"
