"""The compiled backtest: the same orders, fills and books as the general engine, at the speed of arrays."""

from collections.abc import Mapping
from typing import Any


def why_not(strategy: Any, instruments: Mapping[str, Any], assumptions: Any, ticks: Mapping[str, Any]) -> str:
    """Why this cannot be run compiled; empty if it can."""
    return "it is being written"
