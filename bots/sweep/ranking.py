"""Which set is best: by any figure, the better end first."""

import math
from collections.abc import Iterable

from bots.sweep.store import Row
from schema.metrics_catalogue import CATALOGUE

_NO_NUMBERS = frozenset({"text", "table", "time"})

LESS_IS_BETTER = frozenset(
    {
        *("volatility", "downside_deviation", "var_95", "cvar_95", "var_99", "cvar_99"),
        *("max_drawdown", "max_drawdown_amount", "max_drawdown_fall", "max_drawdown_recovery"),
        *("max_drawdown_duration", "current_drawdown", "current_drawdown_duration", "drawdown_count"),
        *("avg_drawdown", "avg_drawdown_duration", "time_underwater", "ulcer_index", "pain_index"),
        *("losses", "max_loss_streak", "trade_deviation", "longest_flat", "losing_days", "losing_months"),
        *("fees", "slippage", "costs", "fees_share", "slippage_share", "funding_share", "costs_share"),
        *("avg_fees", "fee_rate", "slippage_rate", "tracking_error", "down_capture"),
    }
)
"""Figures that are better the smaller they are; of all others more is better, losses being negative."""


class UnknownMetric(ValueError):
    """A figure that there is not; the message lists those that there are."""


def metrics() -> list[str]:
    """Names of the figures that sets can be ranked by."""
    return [name for name, figure in CATALOGUE.items() if figure.unit not in _NO_NUMBERS]


def check_metric(name: str) -> None:
    """Raises UnknownMetric."""
    if name not in metrics():
        raise UnknownMetric(f"unknown metric {name!r}; there are {', '.join(sorted(metrics()))}")


def value(row: Row, metric: str) -> float | None:
    """The figure of a set; None where it is not defined or the set failed."""
    found = None if row.figures is None else row.figures.get(metric)
    if not isinstance(found, int | float) or not math.isfinite(found):
        return None
    return float(found)


def ranked(rows: Iterable[Row], metric: str) -> list[Row]:
    """Best first; sets without the figure last, those that failed after them; else in the grid's order."""
    sign = 1.0 if metric in LESS_IS_BETTER else -1.0

    def key(row: Row) -> tuple[bool, bool, float, int]:
        found = value(row, metric)
        return row.figures is None, found is None, 0.0 if found is None else sign * found, row.number

    return sorted(rows, key=key)
