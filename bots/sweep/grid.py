"""The grid of a sweep: what each parameter goes through, and every combination of it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import prod
from typing import Any

MOST_SETS = 1_000_000
_MOST_VALUES = 100_000


class GridError(ValueError):
    """A parameter's values that cannot be read, or a grid that cannot be."""


@dataclass(frozen=True)
class Axis:
    """One parameter and the values that it goes through, in their order."""

    name: str
    values: tuple[Any, ...]

    @classmethod
    def parse(cls, text: str) -> "Axis":
        """`fast=5:50:5` (first, last, step; the last is included), `kind=1,2,3`, or `size=100`.

        Whole numbers stay whole; steps of decimals are exact (0:1:0.1 has eleven values). A value of a list
        is read as JSON where it is some, else as text.

        Raises:
            GridError: names the parameter and what is wrong.
        """
        name, equals, values = text.partition("=")
        if not equals or not name or not values:
            raise GridError(f"{text!r}: give name=first:last:step, name=value,value,... or name=value")
        is_range = ":" in values and not values.startswith(("{", '"'))
        return cls(name, _range(name, values) if is_range else _list(name, values))


def _range(name: str, text: str) -> tuple[Any, ...]:
    parts = text.split(":")
    if len(parts) not in (2, 3):
        raise GridError(f"{name}={text}: a range is first:last:step")
    first, last, step = (_number(name, part) for part in (*parts, "1")[:3])
    if step <= 0:
        raise GridError(f"{name}={text}: the step must be above 0")
    if last < first:
        raise GridError(f"{name}={text}: the last value lies below the first")
    count = int((last - first) / step) + 1
    if count > _MOST_VALUES:
        raise GridError(f"{name}={text}: {count:,} values are too many, at most {_MOST_VALUES:,}")
    values = [first + index * step for index in range(count)]
    whole = all(value == value.to_integral_value() for value in (first, step))
    return tuple(int(value) if whole else float(value) for value in values)


def _number(name: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise GridError(f"{name}: {text!r} is no number") from None
    if not number.is_finite():
        raise GridError(f"{name}: {text!r} is no finite number")
    return number


def _list(name: str, text: str) -> tuple[Any, ...]:
    try:
        return (json.loads(text),)
    except ValueError:
        values = [_value(part) for part in text.split(",")]
    for index, value in enumerate(values):
        if value in values[:index]:
            raise GridError(f"{name}: {value!r} is given twice")
    return tuple(values)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()


@dataclass(frozen=True)
class Grid:
    """Every combination of the axes' values, numbered from 0; the last axis changes fastest."""

    axes: tuple[Axis, ...]

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "Grid":
        """From the texts of `--param`. Raises GridError."""
        axes = tuple(Axis.parse(text) for text in texts)
        names = [axis.name for axis in axes]
        for name in names:
            if names.count(name) > 1:
                raise GridError(f"{name} is given {names.count(name)} times")
        grid = cls(axes)
        if len(grid) > MOST_SETS:
            raise GridError(f"the grid has {len(grid):,} sets, at most {MOST_SETS:,} can be swept")
        return grid

    def __len__(self) -> int:
        return prod(len(axis.values) for axis in self.axes)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self.point(number) for number in range(len(self)))

    def point(self, number: int) -> dict[str, Any]:
        """The parameters of set `number`."""
        left, picked = number, []
        for axis in reversed(self.axes):
            left, index = divmod(left, len(axis.values))
            picked.append((axis.name, axis.values[index]))
        return dict(reversed(picked))

    @property
    def varied(self) -> tuple[Axis, ...]:
        """The axes of more than one value."""
        return tuple(axis for axis in self.axes if len(axis.values) > 1)

    def to_json(self) -> list[list[Any]]:
        """[name, values] of each axis."""
        return [[axis.name, list(axis.values)] for axis in self.axes]

    @classmethod
    def from_json(cls, data: list[list[Any]]) -> "Grid":
        return cls(tuple(Axis(name, tuple(values)) for name, values in data))
