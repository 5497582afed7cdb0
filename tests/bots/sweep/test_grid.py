import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.sweep.grid import Axis, Grid, GridError


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("fast=5:20:5", (5, 10, 15, 20)),
        ("fast=5:19:5", (5, 10, 15)),
        ("fast=1:3", (1, 2, 3)),
        ("fast=7:7:1", (7,)),
        ("share=0:1:0.1", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)),
        ("level=-1:1:1", (-1, 0, 1)),
        ("kind=1,2,3", (1, 2, 3)),
        ("kind=true,false", (True, False)),
        ("kind=sma, ema", ("sma", "ema")),
        ("size=100", (100,)),
        ("size=0.5", (0.5,)),
        ("name=EMA", ("EMA",)),
        ('pair={"a": 1, "b": 2}', ({"a": 1, "b": 2},)),
    ],
)
def test_values_of_a_parameter(text: str, values: tuple[object, ...]) -> None:
    axis = Axis.parse(text)
    assert axis == Axis(text.partition("=")[0], values)
    assert [type(value) for value in axis.values] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fast", "give name=first:last:step"),
        ("=5:10", "give name=first:last:step"),
        ("fast=", "give name=first:last:step"),
        ("fast=5:x:1", "fast: 'x' is no number"),
        ("fast=5:nan:1", "fast: 'nan' is no finite number"),
        ("fast=5:10:0", "the step must be above 0"),
        ("fast=10:5:1", "the last value lies below the first"),
        ("fast=1:2:3:4", "a range is first:last:step"),
        ("fast=0:1:0.000001", "values are too many"),
        ("fast=1,2,1", "fast: 1 is given twice"),
    ],
)
def test_values_that_cannot_be_read_are_named(text: str, told: str) -> None:
    with pytest.raises(GridError, match=told):
        Axis.parse(text)


def test_the_last_parameter_changes_fastest() -> None:
    grid = Grid.parse(["fast=1:2", "slow=10,20", "size=5"])
    assert list(grid) == [
        {"fast": 1, "slow": 10, "size": 5},
        {"fast": 1, "slow": 20, "size": 5},
        {"fast": 2, "slow": 10, "size": 5},
        {"fast": 2, "slow": 20, "size": 5},
    ]
    assert [axis.name for axis in grid.varied] == ["fast", "slow"]


def test_a_grid_without_parameters_is_the_one_set_of_defaults() -> None:
    assert list(Grid.parse([])) == [{}]


def test_a_parameter_is_given_once() -> None:
    with pytest.raises(GridError, match="fast is given 2 times"):
        Grid.parse(["fast=1:2", "fast=3"])


def test_a_grid_beyond_all_measure_is_refused() -> None:
    with pytest.raises(GridError, match="10,000,000,000 sets"):
        Grid.parse(["a=1:100000", "b=1:100000"])


@given(st.lists(st.integers(1, 6), max_size=4))
def test_every_combination_comes_once(lengths: list[int]) -> None:
    grid = Grid(tuple(Axis(f"p{index}", tuple(range(length))) for index, length in enumerate(lengths)))
    assert len({tuple(point.items()) for point in grid}) == len(grid)
    assert Grid.from_json(grid.to_json()) == grid
