from typing import Self

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bots.core.strategy import Strategy
from bots.sweep.grid import Grid, GridError
from bots.sweep.sets import Sets


class Cross(Strategy):
    class Params(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)
        fast: int = Field(10, ge=1)
        slow: int = Field(30, ge=2)

        @model_validator(mode="after")
        def _fast_is_faster(self) -> Self:
            if self.fast >= self.slow:
                raise ValueError("fast must be below slow")
            return self


def checked(*texts: str) -> Sets:
    return Sets.check(Cross, Grid.parse(texts))


def test_combinations_that_cannot_be_are_counted_by_reason_and_named() -> None:
    sets = checked("fast=0:20:10", "slow=10:30:10")
    assert [sets.grid.point(number) for number in sets.valid] == [
        {"fast": 10, "slow": 20},
        {"fast": 10, "slow": 30},
        {"fast": 20, "slow": 30},
    ]
    assert [each.to_json() for each in sets.refused.values()] == [
        {
            "reason": "fast: Input should be greater than or equal to 1",
            "count": 3,
            "first": {"fast": 0, "slow": 10},
        },
        {"reason": "fast must be below slow", "count": 3, "first": {"fast": 10, "slow": 10}},
    ]


def test_a_set_makes_its_strategy() -> None:
    sets = checked("fast=5", "slow=20,40")
    assert [(made.params.fast, made.params.slow) for _, made in sets.strategies()] == [(5, 20), (5, 40)]


def test_an_unknown_parameter_is_told_with_those_that_there_are() -> None:
    with pytest.raises(GridError, match="the strategy has no parameter 'fats'; there are fast, slow"):
        checked("fats=1:3")


def test_a_grid_without_a_set_that_can_be_is_refused() -> None:
    with pytest.raises(GridError, match="none of the 2 sets can be run: fast must be below slow"):
        checked("fast=50,60")
