"""Groups of trades against pandas, and their sums against the whole."""

from typing import Any

import pandas as pd
import pytest

from bots.core.metrics import metrics
from bots.core.metrics.groups import OTHERS
from tests.bots.core.metrics.books import trade
from tests.bots.core.metrics.test_trades import FIGURES, TRADES

FRAME = pd.DataFrame(TRADES)
FRAME["held"] = FRAME["exit_time"] - FRAME["entry_time"]
FRAME["both"] = FRAME["entry_reason"] + " → " + FRAME["exit_reason"]


def figures_of(rows: pd.DataFrame) -> dict[str, Any]:
    wins, losses = rows[rows["pnl"] > 0], rows[rows["pnl"] < 0]
    return {
        "trade_count": len(rows),
        "wins": len(wins),
        "losses": len(losses),
        "draws": len(rows) - len(wins) - len(losses),
        "win_rate": round(100 * len(wins) / len(rows), 2),
        "total_pnl": rows["pnl_usd"].sum(),
        "avg_pnl": rows["pnl_usd"].mean(),
        "net_pnl": rows["pnl"].sum(),
        "fees": rows["fees"].sum(),
        "profit_factor": wins["pnl_usd"].sum() / -losses["pnl_usd"].sum(),
        "avg_holding_time": rows["held"].mean(),
    }


@pytest.mark.parametrize(
    ("table", "column"),
    [("by_entry_reason", "entry_reason"), ("by_exit_reason", "exit_reason"), ("by_reasons", "both")],
)
def test_groups_by_reason_are_those_of_pandas(table: str, column: str) -> None:
    expected = {str(name): figures_of(rows) for name, rows in FRAME.groupby(column)}
    assert FIGURES[table].keys() == expected.keys()
    for name, figures in expected.items():
        assert FIGURES[table][name] == pytest.approx(figures, abs=1e-3 + 1e-6), name


@pytest.mark.parametrize("side", ["long", "short"])
def test_sides_are_those_of_pandas(side: str) -> None:
    assert FIGURES[side] == pytest.approx(figures_of(FRAME[FRAME["side"] == side.upper()]), abs=1e-3 + 1e-6)


@pytest.mark.parametrize("table", ["by_entry_reason", "by_exit_reason", "by_reasons", "by_month", "by_week"])
@pytest.mark.parametrize("name", ["trade_count", "total_pnl"])
def test_groups_add_up_to_the_whole(table: str, name: str) -> None:
    assert sum(row[name] for row in FIGURES[table].values()) == pytest.approx(FIGURES[name])


def test_a_side_without_trades_is_there_with_nothing() -> None:
    short = metrics([trade(1)])["short"]
    assert (short["trade_count"], short["win_rate"], short["total_pnl"]) == (0, 0.0, 0.0)
    assert short["avg_pnl"] is None


def test_reasons_without_end_are_put_together() -> None:
    rows = [trade(1, reason=f"z = {n}") for n in range(250)] + [trade(1, reason="stop")] * 2
    groups = metrics(rows)["by_exit_reason"]
    assert len(groups) == 100
    assert next(iter(groups)) == "stop"
    assert groups[OTHERS]["trade_count"] == 250 - 98
