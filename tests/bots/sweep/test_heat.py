import pytest

from bots.sweep.grid import Grid, GridError
from bots.sweep.heat import axes, surface
from bots.sweep.line import line
from bots.sweep.store import Row

GRID = Grid.parse(["fast=1,2", "slow=10,20,30", "size=1,5", "kind=7"])


def rows(metric: str = "sharpe") -> dict[int, Row]:
    """The figure of each set is its number."""
    return {number: Row(number, {metric: float(number)}) for number in range(len(GRID))}


def test_the_first_two_parameters_that_vary_are_shown_and_of_the_third_the_best() -> None:
    shown = axes(GRID, None, None)
    assert shown is not None
    found = surface(GRID, rows(), "sharpe", shown)
    assert (found.x.name, found.y and found.y.name, found.others) == ("fast", "slow", ("size",))
    assert found.values == [[1.0, 7.0], [3.0, 9.0], [5.0, 11.0]]


def test_of_a_drawdown_the_best_is_the_least() -> None:
    shown = axes(GRID, "slow", "fast")
    assert shown is not None
    assert surface(GRID, rows("max_drawdown"), "max_drawdown", shown).values == [
        [0.0, 2.0, 4.0],
        [6.0, 8.0, 10.0],
    ]


def test_others_by_their_mean() -> None:
    shown = axes(GRID, "fast", "size")
    assert shown is not None
    assert surface(GRID, rows(), "sharpe", shown, "mean").values == [[2.0, 8.0], [3.0, 9.0]]


def test_sets_that_are_not_done_or_failed_leave_holes() -> None:
    shown = axes(GRID, None, None)
    assert shown is not None
    some = {0: Row(0, {"sharpe": None}), 3: Row(3, {"sharpe": 2.0}), 5: Row(5, error="no")}
    assert surface(GRID, some, "sharpe", shown).values == [[None, None], [2.0, None], [None, None]]


def test_one_parameter_is_a_line_that_parts_where_a_value_is_missing() -> None:
    grid = Grid.parse(["fast=1:4"])
    shown = axes(grid, None, None)
    assert shown is not None
    some = {number: Row(number, {"sharpe": value}) for number, value in enumerate([1.0, 2.0, None, 4.0])}
    found = surface(grid, some, "sharpe", shown)
    assert (found.y, found.values) == (None, [[1.0, 2.0, None, 4.0]])
    drawn = line(found, "Sharpe by fast", "BTC")
    assert (drawn.count("<polyline"), drawn.count("<circle")) == (2, 3)


def test_without_a_parameter_that_varies_there_is_nothing_to_show() -> None:
    assert axes(Grid.parse(["fast=5"]), None, None) is None


@pytest.mark.parametrize(
    ("x", "y", "told"),
    [
        ("kind", None, "'kind' is no varied parameter; there are fast, slow, size"),
        ("fast", "fast", "'fast' is given for both axes"),
    ],
)
def test_axes_that_cannot_be_are_refused(x: str, y: str | None, told: str) -> None:
    with pytest.raises(GridError, match=told):
        axes(GRID, x, y)
