"""Sections about where the figures come from: notes, assumptions, parameters, data, versions, source."""

from collections.abc import Mapping
from typing import Any

from bots.report.markup import escape, facts
from bots.report.page import Section
from bots.report.text import number, plain, when, words

Entry = Mapping[str, Any]


def sections(entry: Entry, defaults: Mapping[str, Any]) -> list[Section]:
    """`defaults`: {"settings": ..., "params": ...}; what differs from them is marked."""
    parts = []
    if entry.get("notes"):
        listed = "".join(f"<li>{escape(note)}</li>" for note in entry["notes"])
        parts.append(Section("notes", "Notes", f'<ul class="notes">{listed}</ul>'))
    assumed = {name: value for name, value in entry["settings"].items() if name != "restart"}
    params = entry["strategy"]["params"]
    parts += [
        Section(
            "assumptions",
            "Assumptions",
            _listed(assumed, defaults.get("settings")) + _ambiguous(entry.get("ambiguous") or {}),
            wide=False,
            hint="Every setting of the run. Those that somebody chose are marked.",
        ),
        Section("parameters", "Parameters", _listed(params, defaults.get("params")), wide=False),
        Section("origin", "Where this comes from", _origin(entry)),
    ]
    return parts


def _listed(values: Mapping[str, Any], defaults: Mapping[str, Any] | None) -> str:
    if not values:
        return "<p>None.</p>"
    known = defaults or {}
    changed = [words(name) for name, value in values.items() if name in known and known[name] != value]
    return facts(((words(name), plain(value)) for name, value in values.items()), marked=changed)


def _ambiguous(counts: Mapping[str, int]) -> str:
    if not counts.get("candles"):
        return ""
    ways = ", ".join(f"{number(counts[way], 0)} {told}" for way, told in _WAYS.items() if counts.get(way))
    return facts([("candles with both stop and target", f"{number(counts['candles'], 0)}: {ways}")])


_WAYS = {
    "finer": "decided by finer data",
    "pessimistic": "decided pessimistically",
    "path": "decided by the assumed way of the candle",
}


def _origin(entry: Entry) -> str:
    data, source, result = entry["data"], entry["strategy"]["source"], entry["result"]
    rows = [
        ("run", entry["id"]),
        (
            "session",
            f"{entry['session']['id']}, run {entry['session']['run']}" if entry["session"] else "none",
        ),
        ("made", f"{when(entry['at'])} UTC, in {number(entry['seconds'], 3)} s"),
        ("engine", entry["engine_used"]),
        *[(f"candles of {market}", number(count, 0)) for market, count in data["candles"].items()],
        ("candles from", f"{when(data['first'])} (warm-up included) to {when(data['last'])} UTC"),
        ("funding rates", number(data["funding"], 0)),
        ("recorded ticks", number(data["ticks"], 0)),
        ("hash of the data", data["sha256"]),
        ("strategy's file", source["file"]),
        ("hash of its source", source["sha256"]),
        ("hash of the result", result["sha256"]),
        *[(f"version of {name}", str(version)) for name, version in entry["versions"].items()],
    ]
    again = f"botyard backtest --repeat {entry['id']}"
    return (
        "<p class=hint>The same run again, proved the same to the last digit: "
        f"<code>{escape(again)}</code></p>"
        f"{facts(rows)}<details class=alternative><summary>Source of the strategy</summary>"
        f"<pre>{escape(source['text'])}</pre></details>"
    )
