"""Which sets of a grid can be run: the others are counted and named, and harm none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from bots.core.strategy import Strategy
from bots.strategies.loader import params_model
from bots.sweep.grid import Grid, GridError


@dataclass
class Refused:
    """Sets that are refused for one reason; the first of them stands for all."""

    reason: str
    count: int
    first: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {"reason": self.reason, "count": self.count, "first": self.first}


@dataclass
class Sets:
    """The sets of a grid, checked against the strategy's parameters.

    Attributes:
        valid: numbers of the sets that can be run.
        refused: by reason.
    """

    strategy: type[Strategy]
    grid: Grid
    valid: list[int] = field(default_factory=list)
    refused: dict[str, Refused] = field(default_factory=dict)

    @classmethod
    def check(cls, strategy: type[Strategy], grid: Grid) -> "Sets":
        """Try every set.

        Raises:
            GridError: an unknown parameter, or no set can be run.
        """
        known = params_model(strategy).model_fields
        for axis in grid.axes:
            if axis.name not in known:
                raise GridError(
                    f"the strategy has no parameter {axis.name!r}; there are {', '.join(known) or 'none'}"
                )
        sets = cls(strategy, grid)
        for number, params in enumerate(grid):
            try:
                sets._model(params)
            except ValidationError as error:
                sets._refuse(_reason(error), params)
            else:
                sets.valid.append(number)
        if not sets.valid:
            told = "; ".join(refused.reason for refused in list(sets.refused.values())[:3])
            raise GridError(f"none of the {len(grid)} sets can be run: {told}")
        return sets

    def make(self, number: int) -> Strategy:
        """A fresh instance with the parameters of a valid set."""
        return self.strategy(self._model(self.grid.point(number)))

    def strategies(self) -> Iterator[tuple[int, Strategy]]:
        return ((number, self.make(number)) for number in self.valid)

    def _model(self, params: dict[str, Any]) -> BaseModel:
        return params_model(self.strategy).model_validate(params)

    def _refuse(self, reason: str, params: dict[str, Any]) -> None:
        self.refused.setdefault(reason, Refused(reason, 0, params)).count += 1


def _reason(error: ValidationError) -> str:
    """Without the values, so that sets refused for the same reason are counted together."""
    return "; ".join(
        ".".join(map(str, problem["loc"])) + ": " * bool(problem["loc"]) + _plain(problem["msg"])
        for problem in error.errors(include_url=False, include_input=False)
    )


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")
