"""A figure over the values of one parameter, drawn as SVG."""

from typing import Any

from bots.report.figures import shown
from bots.report.markup import escape, table
from bots.sweep.heat import Surface, told
from schema.metrics_catalogue import CATALOGUE, Figure

_WIDTH, _HEIGHT = 1000.0, 280.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 80.0, 20.0, 14.0, 34.0
_MOST_LABELS = 12

Point = tuple[float, float]


def line(surface: Surface, label: str, settle: str) -> str:
    """The line, and below it the same as a table. Values stand at equal distances."""
    figure, values = CATALOGUE[surface.metric], surface.values[0]
    rows = [
        (told(x), shown(figure, value, settle)) for x, value in zip(surface.x.values, values, strict=True)
    ]
    listed = table((surface.x.name, figure.label), rows, caption=label)
    known = [value for value in values if value is not None]
    if not known:
        return listed
    low, high = min(known), max(known)
    room = (high - low or abs(high) or 1.0) * 0.06
    drawn = _drawing(surface, label, (low - room, high + room), figure, settle)
    return f"{drawn}<details class=alternative><summary>As a table</summary>{listed}</details>"


def _drawing(surface: Surface, label: str, reach: tuple[float, float], figure: Figure, settle: str) -> str:
    low, high = reach
    count = len(surface.x.values)

    def across(index: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (index / (count - 1) if count > 1 else 0.5)

    def up(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / (high - low)

    parts = [
        f'<svg viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" aria-label="{escape(label)}" '
        'style="width:100%;height:auto;font-size:12px">'
    ]
    for step in range(5):
        value = low + (high - low) * (step + 0.5) / 5
        parts.append(_rule(up(value), plain(figure, value, settle)))
    skip = -(-count // _MOST_LABELS)
    for index in range(0, count, skip):
        text = escape(told(surface.x.values[index]))
        parts.append(_text(across(index), _HEIGHT - 12, text, "middle"))
    for run in _runs(surface.values[0]):
        points = [(across(index), up(value)) for index, value in run]
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{joined}" fill="none" stroke="var(--accent)" stroke-width="2"/>')
        parts += [_dot(point) for point in points]
    return "".join([*parts, "</svg>"])


def _runs(values: list[float | None]) -> list[list[tuple[int, float]]]:
    """Values next to each other, with their places; what is missing parts them."""
    runs: list[list[tuple[int, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((index, value))
    return [run for run in runs if run]


def _rule(y: float, text: str) -> str:
    rule = f'<line x1="{_LEFT:g}" x2="{_WIDTH - _RIGHT:g}" y1="{y:.1f}" y2="{y:.1f}" stroke="var(--grid)"/>'
    return rule + _text(_LEFT - 8, y + 4, escape(text), "end")


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="var(--soft)">{text}</text>'


def _dot(point: Point) -> str:
    return f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="3" fill="var(--accent)"/>'


def plain(figure: Figure, value: Any, settle: str) -> str:
    """A value without its unit, which every cell would repeat; durations keep theirs."""
    text = shown(figure, value, settle)
    return text if figure.unit == "seconds" else text.split(" ")[0]
