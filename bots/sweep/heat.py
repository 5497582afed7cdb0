"""A figure over one or two parameters: as a heat map, or as a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal

from bots.sweep.grid import Axis, Grid, GridError
from bots.sweep.ranking import LESS_IS_BETTER, value
from bots.sweep.store import Row

Others = Literal["best", "mean"]
"""What stands for the sets that differ only in other parameters."""


Axes = tuple[Axis, Axis | None]
"""The parameters shown across and up; the second is None where only one is varied."""


@dataclass(frozen=True)
class Surface:
    """A figure over the values of `x` (columns) and `y` (rows; None where one parameter is varied).

    Attributes:
        values: one row for each value of `y`, None where no set has the figure.
        others: names of the further varied parameters, and `by` what stands for them.
    """

    metric: str
    x: Axis
    y: Axis | None
    values: list[list[float | None]]
    others: tuple[str, ...] = ()
    by: Others = "best"


def axes(grid: Grid, x: str | None, y: str | None) -> Axes | None:
    """The parameters to show: those that are named, else the first varied ones; None where none is varied.

    Raises:
        GridError: a name of no varied parameter, or the same twice.
    """
    varied = {axis.name: axis for axis in grid.varied}
    for name in (x, y):
        if name is not None and name not in varied:
            raise GridError(f"{name!r} is no varied parameter; there are {', '.join(varied) or 'none'}")
    if x is not None and x == y:
        raise GridError(f"{x!r} is given for both axes")
    left = [name for name in varied if name not in (x, y)]
    first = x or (left.pop(0) if left else None)
    if first is None:
        return None
    second = y or (left.pop(0) if left else None)
    return varied[first], None if second is None else varied[second]


def surface(
    grid: Grid, rows: Mapping[int, Row], metric: str, shown: Axes, others: Others = "best"
) -> Surface:
    """The figure of every combination of the shown parameters."""
    x, y = shown
    found: dict[tuple[int, int], list[float]] = {}
    for number, row in rows.items():
        figure = value(row, metric)
        if figure is not None:
            params = grid.point(number)
            place = x.values.index(params[x.name]), 0 if y is None else y.values.index(params[y.name])
            found.setdefault(place, []).append(figure)
    heights = range(1 if y is None else len(y.values))
    values = [
        [_one(found.get((column, height)), metric, others) for column in range(len(x.values))]
        for height in heights
    ]
    names = {x.name} if y is None else {x.name, y.name}
    further = tuple(axis.name for axis in grid.varied if axis.name not in names)
    return Surface(metric, x, y, values, further, others)


def _one(figures: list[float] | None, metric: str, others: Others) -> float | None:
    if not figures:
        return None
    if others == "mean":
        return fmean(figures)
    return min(figures) if metric in LESS_IS_BETTER else max(figures)


def told(value: Any) -> str:
    """A parameter's value as text."""
    return f"{value:g}" if isinstance(value, float) else str(value)
