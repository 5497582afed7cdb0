"""The page of a sweep: what was swept, the figure over the parameters, the best sets."""

from collections.abc import Mapping, Sequence
from typing import Any

from bots.report.figures import shown
from bots.report.markup import escape, facts, heat_map, table
from bots.report.page import Section, page
from bots.report.text import number, when
from bots.sweep.heat import Surface, told
from bots.sweep.line import line, plain
from bots.sweep.ranking import LESS_IS_BETTER
from bots.sweep.run import Outcome
from bots.sweep.sets import Sets
from bots.sweep.store import Row
from schema.metrics_catalogue import CATALOGUE

_MOST_SETS = 200
BESIDE = ("total_return", "sharpe", "max_drawdown", "trade_count", "win_rate", "profit_factor", "fees")
"""Figures that stand beside the one that sets are ranked by."""


def report(
    identity: Mapping[str, Any],
    sets: Sets,
    outcome: Outcome,
    best: Sequence[Row],
    surface: Surface | None,
    metric: str,
    settle: str,
) -> str:
    """One self-contained page. `best`: the sets in order; the first of them are listed."""
    sections = [] if surface is None else [_map(surface, metric, settle)]
    sections.append(_ranking(sets, best, metric, settle))
    if sets.refused:
        rows = [(each.reason, number(each.count, 0), _params(each.first)) for each in sets.refused.values()]
        body = table(("Refused because", "Sets", "The first"), rows)
        sections.append(Section("refused", "Sets that cannot be", body))
    if outcome.failed or outcome.lost:
        sections.append(Section("failed", "Sets that failed", _failed(sets, outcome)))
    sections.append(Section("sweep", "What was swept", _swept(identity, sets, outcome)))
    return page(f"Sweep of {identity['strategy']} on {identity['market']}", sections, {})


def _swept(identity: Mapping[str, Any], sets: Sets, outcome: Outcome) -> str:
    grid = {axis.name: _range(axis.values) for axis in sets.grid.axes}
    settings = {name: told(value) for name, value in identity["all_settings"].items()}
    return facts(
        [
            ("market", f"{identity['market']} on {identity['exchange']}"),
            ("range", f"{when(identity['range_start'])} to {when(identity['range_end'])} UTC"),
            *grid.items(),
            ("sets", f"{number(len(outcome.rows), 0)} of {number(outcome.total, 0)} done"),
            *((name.replace("_", " "), value) for name, value in settings.items() if name != "restart"),
            ("strategy's source", identity["source"][:16]),
            ("data", identity["data"][:16]),
        ],
        marked=[name.replace("_", " ") for name in identity["settings"]],
    )


def _range(values: Sequence[Any]) -> str:
    if len(values) <= 4:
        return ", ".join(map(told, values))
    return f"{told(values[0])}, {told(values[1])} … {told(values[-1])} ({len(values)} values)"


def _map(surface: Surface, metric: str, settle: str) -> Section:
    figure = CATALOGUE[metric]
    over = surface.x.name if surface.y is None else f"{surface.x.name} and {surface.y.name}"
    title = f"{figure.label} by {over}"
    hints = []
    if surface.others:
        which = "best" if surface.by == "best" else "mean"
        hints.append(f"Of the sets that differ only in {', '.join(surface.others)}, the {which} is shown.")
    if metric in LESS_IS_BETTER:
        hints.append("Less is better.")
    if figure.meaning:
        hints.append(f"{figure.label}: {figure.meaning}.")
    body = line(surface, title, settle) if surface.y is None else _heat(surface, title, settle)
    return Section("map", title, body, hint=" ".join(hints))


def _heat(surface: Surface, caption: str, settle: str) -> str:
    assert surface.y is not None
    figure = CATALOGUE[surface.metric]
    columns = [f"{surface.x.name} {told(x)}" for x in surface.x.values]
    headings = [f"{surface.y.name} {told(y)}" for y in surface.y.values]
    texts = [
        ["" if value is None else plain(figure, value, settle) for value in row] for row in surface.values
    ]
    known = [value for row in surface.values for value in row if value is not None]
    crosses = bool(known) and min(known) < 0 and surface.metric not in LESS_IS_BETTER
    rows = list(zip(headings, surface.values, strict=True))
    return heat_map(columns, rows, texts, caption=caption, middle=0.0 if crosses else None)


def _ranking(sets: Sets, best: Sequence[Row], metric: str, settle: str) -> Section:
    names = [metric, *(name for name in BESIDE if name != metric)]
    varied = [axis.name for axis in sets.grid.varied] or [axis.name for axis in sets.grid.axes]
    head = ("", *varied, *(CATALOGUE[name].label for name in names))
    rows = []
    for place, row in enumerate(best[:_MOST_SETS], 1):
        params = sets.grid.point(row.number)
        figures = [shown(CATALOGUE[name], (row.figures or {}).get(name), settle) for name in names]
        rows.append((str(place), *(told(params[name]) for name in varied), *figures))
    end = "least first" if metric in LESS_IS_BETTER else "greatest first"
    hint = f"By {CATALOGUE[metric].label}, {end}."
    if len(best) > _MOST_SETS:
        hint += f" The first {_MOST_SETS} of {number(len(best), 0)}."
    return Section("ranking", "Sets in order", table(head, rows, caption="Sets in order"), hint=hint)


def _failed(sets: Sets, outcome: Outcome) -> str:
    rows = [(_params(sets.grid.point(row.number)), row.error) for row in outcome.failed]
    rows += [(_params(sets.grid.point(place)), reason) for place, reason in outcome.lost.items()]
    listed = "".join(f"<li>{escape(params)}: {escape(error)}</li>" for params, error in rows[:_MOST_SETS])
    more = len(rows) - _MOST_SETS
    return f'<ul class="notes">{listed}</ul>' + (f"<p>and {more} more</p>" if more > 0 else "")


def _params(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {told(value)}" for name, value in params.items()) or "defaults"
