"""The figures of one set that are kept: every single number, none of the tables."""

from typing import Any

from bots.core.backtest import BacktestResult
from bots.sweep.ranking import metrics

_KEPT = frozenset(metrics())


def figures(result: BacktestResult) -> dict[str, Any]:
    """By name, as JSON; null where one is not defined."""
    return {name: value for name, value in result.metrics.items() if name in _KEPT}
