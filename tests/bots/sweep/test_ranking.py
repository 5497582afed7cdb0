import pytest

from bots.sweep.ranking import LESS_IS_BETTER, UnknownMetric, check_metric, metrics, ranked, value
from bots.sweep.store import Row


def rows(metric: str, *values: float | None) -> list[Row]:
    return [Row(number, {metric: value}) for number, value in enumerate(values)]


def order(found: list[Row]) -> list[int]:
    return [row.number for row in found]


def test_more_is_better() -> None:
    assert order(ranked(rows("sharpe", 1.0, 3.0, -2.0), "sharpe")) == [1, 0, 2]


def test_of_drawdowns_and_costs_less_is_better() -> None:
    assert order(ranked(rows("max_drawdown", 20.0, 5.0, 10.0), "max_drawdown")) == [1, 2, 0]


def test_what_is_not_defined_comes_last_and_what_failed_after_it() -> None:
    found = [Row(0, error="no"), *rows("sharpe", 9.0, None, -1.0)[1:], Row(3, {"sharpe": float("nan")})]
    assert order(ranked(found, "sharpe")) == [2, 1, 3, 0]
    assert value(found[0], "sharpe") is None


def test_equal_figures_keep_the_order_of_the_grid() -> None:
    assert order(ranked(reversed(rows("sharpe", 1.0, 1.0, 1.0)), "sharpe")) == [0, 1, 2]


def test_every_figure_whose_less_is_better_is_a_figure() -> None:
    assert set(metrics()) >= LESS_IS_BETTER


def test_an_unknown_figure_is_told_with_those_that_there_are() -> None:
    check_metric("profit_factor")
    for wrong in ("sharp", "by_month", "settle", "max_drawdown_start"):
        with pytest.raises(UnknownMetric, match=f"unknown metric '{wrong}'; there are alpha, .*win_rate"):
            check_metric(wrong)
