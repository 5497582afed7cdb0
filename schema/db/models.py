"""The tables as SQLAlchemy models: the documented columns first, our own after them.

`schema/mysql.sql` is the same in SQL and `schema/migrations` leads there; a test holds the three equal.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import BigInteger, Double, Enum, ForeignKey, Index, String, Table, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from schema.db.types import BigId, Json, Money, UnixTime
from schema.states import Status

_MYSQL = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
_NOW = text("CURRENT_TIMESTAMP")
_ZERO = text("0")


class SessionType(StrEnum):
    TEST = "test"
    BACKTEST = "backtest"
    SCRAPER = "scraper"


class EventType(StrEnum):
    """What a row of `session_events` tells."""

    CREATED = "created"
    STARTED = "started"
    STOPPED = "stopped"
    TRADE = "trade"
    ERROR = "error"
    METRIC_UPDATE = "metric_update"
    # appended to the documented ones
    PAUSED = "paused"
    RESUMED = "resumed"
    RESTARTED = "restarted"  # launched again without having been asked: after a crash, a reboot, a shutdown
    COMPLETED = "completed"
    FAILED = "failed"
    UPDATED = "updated"  # name, notes or parameters were edited
    ADOPTED = "adopted"  # a new daemon took over the running process
    STALE = "stale"  # heartbeats stopped coming


def _enum(kind: type[StrEnum], name: str) -> Enum:
    """ENUM of the members' values; a CHECK named `name` where the database has none."""
    return Enum(
        kind, values_callable=lambda members: [m.value for m in members], name=name, create_constraint=True
    )


def _own_name(index: Index, dialect: str) -> Index:
    """Restrict an index to one dialect: SQLite keeps all index names in one namespace, MySQL one for each
    table.
    """
    index.info["dialect"] = dialect
    return index.ddl_if(dialect=dialect)


class Base(DeclarativeBase):
    pass


class SessionRecord(Base):
    """A trading session. File columns are relative to the home directory."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(255))
    type: Mapped[SessionType] = mapped_column(_enum(SessionType, "session_type"), nullable=False)
    market: Mapped[str] = mapped_column(String(20), nullable=False)
    exchange: Mapped[str | None] = mapped_column(String(50), server_default="bitmex")
    strategy: Mapped[str] = mapped_column(String(100), nullable=False)
    strategy_params: Mapped[dict[str, Any] | None] = mapped_column(Json)
    range_start: Mapped[int | None] = mapped_column(BigInteger)
    range_end: Mapped[int | None] = mapped_column(BigInteger)
    status: Mapped[Status | None] = mapped_column(_enum(Status, "session_status"), server_default="created")
    pid: Mapped[int | None]
    created_at: Mapped[int | None] = mapped_column(UnixTime, server_default=_NOW)
    started_at: Mapped[int | None] = mapped_column(UnixTime)
    stopped_at: Mapped[int | None] = mapped_column(UnixTime)
    last_updated: Mapped[int | None] = mapped_column(UnixTime)
    trade_count: Mapped[int | None] = mapped_column(server_default=_ZERO)
    total_pnl: Mapped[Decimal | None] = mapped_column(Money(20, 8), server_default=_ZERO)
    win_rate: Mapped[Decimal | None] = mapped_column(Money(5, 2), server_default=_ZERO)
    max_drawdown: Mapped[Decimal | None] = mapped_column(Money(10, 4), server_default=_ZERO)
    trades_file: Mapped[str | None] = mapped_column(String(500))
    logs_file: Mapped[str | None] = mapped_column(String(500))
    cloned_from: Mapped[str | None] = mapped_column(
        String(36), ForeignKey("sessions.id", ondelete="SET NULL")
    )
    notes: Mapped[str | None] = mapped_column(Text)
    # our own
    run: Mapped[int] = mapped_column(server_default=_ZERO)  # number of the latest launch
    settings: Mapped[dict[str, Any] | None] = mapped_column(Json)
    heartbeat: Mapped[dict[str, Any] | None] = mapped_column(Json)  # payload of the latest one
    heartbeat_at: Mapped[float | None] = mapped_column(Double)  # last_updated with its fraction
    trades_announced: Mapped[int] = mapped_column(server_default=_ZERO)  # trades that have their event row
    restarts: Mapped[int] = mapped_column(server_default=_ZERO)  # launches in a row by the restart policy
    before_start: Mapped[dict[str, Any] | None] = mapped_column(Json)  # what a failed start puts back
    exit_code: Mapped[int | None]
    exit_signal: Mapped[int | None]
    exit_outcome: Mapped[str | None] = mapped_column(String(20))
    exit_message: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("idx_status", "status"),
        Index("idx_type", "type"),
        Index("idx_created", created_at.desc()),
        Index("idx_newest", created_at.desc(), id.desc()),
        Index("idx_status_type", "status", "type"),  # counts of the filtered lists
        Index("idx_market", "market"),
        Index("idx_market_type", "market", "type"),
        Index("idx_strategy", "strategy"),
        Index("idx_cloned_from", "cloned_from"),
        _MYSQL,
    )


class StrategyRecord(Base):
    """A strategy that sessions can name. One that does not load is kept with its error."""

    __tablename__ = "strategies"

    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str | None] = mapped_column(Text)
    supported_types: Mapped[list[str] | None] = mapped_column(Json)
    supported_markets: Mapped[list[str] | None] = mapped_column(Json)
    default_params: Mapped[dict[str, Any] | None] = mapped_column(Json)
    param_schema: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[int | None] = mapped_column(UnixTime, server_default=_NOW)
    # our own
    source: Mapped[str] = mapped_column(String(20), server_default="built-in")  # or "user"
    file: Mapped[str | None] = mapped_column(String(500))
    error: Mapped[str | None] = mapped_column(Text)
    hash: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of the file

    __table_args__ = (_MYSQL,)


class EventRecord(Base):
    """One thing that happened to a session: audit trail and change feed in one."""

    __tablename__ = "session_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    session_id: Mapped[str] = mapped_column(String(36), ForeignKey("sessions.id", ondelete="CASCADE"))
    event_type: Mapped[EventType | None] = mapped_column(_enum(EventType, "session_event_type"))
    event_data: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[int | None] = mapped_column(UnixTime, server_default=_NOW)

    __table_args__ = (
        Index("idx_session", "session_id"),
        _own_name(Index("idx_created", "created_at"), "mysql"),
        _own_name(Index("idx_events_created", "created_at"), "sqlite"),
        # A number is never given twice, so that a reader of the feed cannot miss a row after a deletion.
        {"sqlite_autoincrement": True, **_MYSQL},
    )


sessions = cast(Table, SessionRecord.__table__)
strategies = cast(Table, StrategyRecord.__table__)
session_events = cast(Table, EventRecord.__table__)
