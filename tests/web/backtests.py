"""Ended sessions with trades: a day of a backtest on the sandbox takes a second."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.stack import Stack


def run_backtest(stack: Stack, name: str, **fields: Any) -> str:
    """A backtest of yesterday that has completed; its id."""
    session = begin_backtest(stack, name, **fields)
    stack.until_status(session, "completed", 60)
    return session


def begin_backtest(stack: Stack, name: str, days: int = 1, **fields: Any) -> str:
    """A backtest of the last full days that has been started; its id."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    session = stack.create(
        name=name,
        type="backtest",
        range_start=int((midnight - timedelta(days=days)).timestamp()),
        range_end=int(midnight.timestamp()),
        **fields,
    )
    stack.post(f"/sessions/{session}/start")
    return session
