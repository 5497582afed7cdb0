"""Rows as the rest of the product sees them: frozen, times in Unix seconds, money as Decimal."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import Table

from schema.db import models
from schema.db.models import EventType, SessionType
from schema.states import LIVE, Status


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A row of `sessions`, its fields in the order of the columns (see `models.SessionRecord`).

    Attributes:
        total_pnl: sum of the trades' pnl_usd; win_rate and max_drawdown are percentages.
        trades_file, logs_file: relative to the home directory.
        run: number of the latest launch, 0 before the first.
        heartbeat: payload of the latest heartbeat that had one; heartbeat_at is its time with fraction.
        trades_announced: how many trades have an event row.
        before_start: columns that a failed start puts back.
    """

    id: str
    name: str | None
    type: SessionType
    market: str
    exchange: str
    strategy: str
    strategy_params: dict[str, Any] | None
    range_start: int | None
    range_end: int | None
    status: Status
    pid: int | None
    created_at: int
    started_at: int | None
    stopped_at: int | None
    last_updated: int | None
    trade_count: int
    total_pnl: Decimal
    win_rate: Decimal
    max_drawdown: Decimal
    trades_file: str | None
    logs_file: str | None
    cloned_from: str | None
    notes: str | None
    run: int
    settings: dict[str, Any] | None
    heartbeat: dict[str, Any] | None
    heartbeat_at: float | None
    trades_announced: int
    restarts: int
    before_start: dict[str, Any] | None
    exit_code: int | None
    exit_signal: int | None
    exit_outcome: str | None
    exit_message: str | None

    @property
    def is_live(self) -> bool:
        """Whether a process belongs to the session."""
        return self.status in LIVE

    def seconds_since_update(self, now: float) -> float | None:
        """Seconds since the latest heartbeat of this run, or since its start while there is none; None before
        the first start.
        """
        latest = self.heartbeat_at if self.heartbeat_at is not None else self.started_at
        return None if latest is None else max(0.0, now - latest)

    def is_stale(self, now: float, limit: float) -> bool:
        """Whether a live session has been silent for longer than `limit` seconds."""
        silent = self.seconds_since_update(now)
        return self.is_live and silent is not None and silent > limit


@dataclass(frozen=True, slots=True)
class EventRow:
    """A row of `session_events`. `event_data["at"]` has the time with its fraction."""

    id: int
    session_id: str
    event_type: EventType
    event_data: dict[str, Any]
    created_at: int


@dataclass(frozen=True, slots=True)
class StrategyRow:
    """A row of `strategies`.

    Attributes:
        source: "built-in" or "user".
        file: path of the file it comes from; hash is that file's SHA-256.
        error: why it does not load, None where it does.
    """

    id: str
    name: str
    description: str | None = None
    supported_types: list[str] | None = None
    supported_markets: list[str] | None = None
    default_params: dict[str, Any] | None = None
    param_schema: dict[str, Any] | None = None
    created_at: int | None = None
    source: str = "built-in"
    file: str | None = None
    error: str | None = None
    hash: str | None = None


def _same_order(row: type[Any], table: Table) -> None:
    """Rows are built by position, which is fastest: the columns must come in the order of the fields."""
    names = [field.name for field in fields(row)]
    assert names == list(table.columns.keys()), f"{row.__name__} does not follow {table.name}"


_same_order(SessionRow, models.sessions)
_same_order(EventRow, models.session_events)
_same_order(StrategyRow, models.strategies)


def session_row(row: Iterable[Any]) -> SessionRow:
    return SessionRow(*row)


def event_row(row: Iterable[Any]) -> EventRow:
    return EventRow(*row)


def strategy_row(row: Iterable[Any]) -> StrategyRow:
    return StrategyRow(*row)
