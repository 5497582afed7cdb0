"""Figures and trades as tables for people."""

import io
from typing import Any

import pytest
from rich.console import Console

from cli import output
from cli.metrics_table import metric_rows, print_metrics, shown
from cli.trade_columns import TRADE_COLUMNS
from schema.metrics_catalogue import CATALOGUE

FIGURES: dict[str, Any] = {
    "settle": "BTC", "trade_count": 1200, "total_pnl": -1234.5, "win_rate": 40.0, "sharpe": None,
    "max_drawdown": 12.3456, "fees": 0.00012, "avg_holding_time": 3700.0, "start_time": 1_706_000_000.0,
    "long": {"trade_count": 0}, "short": {"trade_count": 1200, "win_rate": 40.0, "profit_factor": None},
    "by_month": {"2024-01": {"return": 1.5, "profit": 0.01, "trade_count": 3, "total_pnl": 4.0}},
    "by_reasons": {f"a → {n}": {"trade_count": 1, "total_pnl": 1.0} for n in range(20)},
    "by_day": {"2024-01-22": 1.5}, "equity": 1.0,
}  # fmt: skip


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    text = io.StringIO()
    monkeypatch.setattr(output, "console", Console(file=text, width=200, highlight=False))
    return text


def test_figures_come_in_groups_with_labels_units_and_currencies() -> None:
    groups = dict(metric_rows(FIGURES))
    assert dict(groups["Trades"])["Result"] == "-1,234.50 USD"
    assert dict(groups["Trades"])["Closed trades"] == "1,200"
    assert groups["Costs"] == [("Fees", "0.00012000 BTC")]
    assert groups["Drawdown"] == [("Deepest", "12.35 %")]
    assert groups["Holding times"] == [("Average", "1h 1m")]
    assert dict(groups["Returns"])["First sample"] == "2024-01-23 08:53 UTC"


def test_what_is_not_defined_and_groups_without_figures_are_left_out() -> None:
    groups = dict(metric_rows(FIGURES))
    assert "Risk" not in groups
    assert metric_rows({}) == []


def test_tables_follow_and_long_ones_are_cut(printed: io.StringIO) -> None:
    print_metrics(FIGURES)
    text = printed.getvalue()
    assert "By side" in text
    assert "Long" not in text
    assert "2024-01 " in text
    assert "2024-01-22" not in text
    assert "... 8 more with --json" in text


@pytest.mark.parametrize("width", [60, 120, 300])
def test_numbers_of_a_group_end_below_each_other(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    text = io.StringIO()
    monkeypatch.setattr(output, "console", Console(file=text, width=width, highlight=False))
    print_metrics({"trade_count": 5, "win_rate": 40.0, "total_pnl": -12.5})
    lines = [line.rstrip() for line in text.getvalue().splitlines() if line.strip()][1:]
    assert len({len(line) for line in lines}) == 1


def test_a_zero_has_no_sign() -> None:
    assert shown(-0.0004, "usd") == "0.00 USD"
    assert shown(-0.0, "ratio") == "0.000"
    assert shown(None, "percent") == "-"


def test_small_percentages_keep_their_digits() -> None:
    assert [shown(value, "percent") for value in (0.0473, -12.345, 0.0)] == ["0.0473 %", "-12.35 %", "0.00 %"]


def test_a_trade_shows_its_excursions_and_an_old_one_a_dash() -> None:
    trade = {
        "exit_time": 60.0, "entry_time": 0.0, "side": "LONG", "size": 1.0, "entry_price": 1.0,
        "exit_price": 2.0, "pnl": 0.1, "settle": "BTC", "fees": 0.0, "pnl_usd": 1.0,
        "entry_reason": "a", "exit_reason": "b",
    }  # fmt: skip
    cells = dict(TRADE_COLUMNS)
    assert [cells[title](trade) for title in ("MAE", "MFE", "Bars")] == ["-", "-", "-"]
    newer = trade | {"mae": -0.01, "mfe": 0.2, "bars_held": 1200}
    assert cells["MAE"](newer) == "-0.01000000"
    assert cells["MFE"](newer) == "+0.20000000"
    assert cells["Bars"](newer) == "1,200"


def test_the_catalogue_has_a_way_to_show_every_unit() -> None:
    units = {figure.unit for figure in CATALOGUE.values()} - {"table"}
    assert all(shown("BTC" if unit == "text" else 1, unit, "BTC") for unit in units)
