"""The catalogue and the figures say the same: every key, in one group, with values of its unit."""

from typing import Any

import pytest

from bots.core.metrics import metrics
from schema.metrics_catalogue import CATALOGUE, COLUMNS, GROUPS
from tests.bots.core.metrics.books import DAY, curve_of, trade

TRADES = [trade(5, entry=DAY, exit_=DAY + 60), trade(-3, "SHORT", entry=2 * DAY, exit_=2 * DAY + 5)]
FIGURES = metrics(TRADES, curve_of([1.1, 1.05, 1.2]), 1.0)


@pytest.mark.parametrize("figures", [FIGURES, metrics([])])
def test_every_figure_is_in_the_catalogue_and_the_other_way(figures: dict[str, Any]) -> None:
    assert figures.keys() == CATALOGUE.keys()


def test_every_figure_is_in_one_group() -> None:
    keys = [key for group in GROUPS.values() for key in group]
    assert len(keys) == len(set(keys)) == len(CATALOGUE)


def test_columns_of_every_table_are_in_the_catalogue() -> None:
    for key, figure in CATALOGUE.items():
        if figure.unit != "table" or key == "by_day":
            continue
        rows = [FIGURES[key]] if key in ("long", "short") else FIGURES[key].values()
        assert rows, key
        for row in rows:
            assert row.keys() <= COLUMNS.keys(), key


def test_values_are_of_their_units() -> None:
    for key, value in FIGURES.items():
        unit = CATALOGUE[key].unit
        kinds = {"count": int, "text": str, "table": dict}.get(unit, (int, float))
        assert value is None or isinstance(value, kinds), key


def test_labels_of_a_group_differ() -> None:
    for keys in GROUPS.values():
        labels = [CATALOGUE[key].label for key in keys]
        assert len(set(labels)) == len(labels)
