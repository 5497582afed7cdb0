"""The tables as they were documented at the beginning: what revision 0001 makes and revision 0002 starts
from.

A record of the past, apart from the models on purpose: it does not change when they do.
"""

import json
from typing import Any

import sqlalchemy as sa

from schema.db.types import SQLITE_TIME

MYSQL: dict[str, Any] = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
TYPES = ("test", "backtest", "scraper")
STATUSES = ("created", "running", "stopped", "completed", "failed")
EVENTS = ("created", "started", "stopped", "trade", "error", "metric_update")


def enum(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, create_constraint=True)


def timestamp() -> sa.types.TypeEngine[Any]:
    return sa.TIMESTAMP().with_variant(SQLITE_TIME, "sqlite")


def sessions(metadata: sa.MetaData) -> sa.Table:
    created_at = sa.Column("created_at", timestamp(), server_default=sa.text("CURRENT_TIMESTAMP"))
    return sa.Table(
        "sessions",
        metadata,
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(255)),
        sa.Column("type", enum(TYPES, "session_type"), nullable=False),
        sa.Column("market", sa.String(20), nullable=False),
        sa.Column("exchange", sa.String(50), server_default="bitmex"),
        sa.Column("strategy", sa.String(100), nullable=False),
        sa.Column("strategy_params", sa.JSON),
        sa.Column("range_start", sa.BigInteger),
        sa.Column("range_end", sa.BigInteger),
        sa.Column("status", enum(STATUSES, "session_status"), server_default="created"),
        sa.Column("pid", sa.Integer),
        created_at,
        sa.Column("started_at", timestamp()),
        sa.Column("stopped_at", timestamp()),
        sa.Column("last_updated", timestamp()),
        sa.Column("trade_count", sa.Integer, server_default=sa.text("0")),
        sa.Column("total_pnl", sa.Numeric(20, 8), server_default=sa.text("0")),
        sa.Column("win_rate", sa.Numeric(5, 2), server_default=sa.text("0")),
        sa.Column("max_drawdown", sa.Numeric(10, 4), server_default=sa.text("0")),
        sa.Column("trades_file", sa.String(500)),
        sa.Column("logs_file", sa.String(500)),
        sa.Column("cloned_from", sa.String(36), sa.ForeignKey("sessions.id", ondelete="SET NULL")),
        sa.Column("notes", sa.Text),
        sa.Index("idx_status", "status"),
        sa.Index("idx_type", "type"),
        sa.Index("idx_created", created_at.desc()),
        **MYSQL,
    )


def strategies(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "strategies",
        metadata,
        sa.Column("id", sa.String(50), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("supported_types", sa.JSON),
        sa.Column("supported_markets", sa.JSON),
        sa.Column("default_params", sa.JSON),
        sa.Column("param_schema", sa.JSON),
        sa.Column("created_at", timestamp(), server_default=sa.text("CURRENT_TIMESTAMP")),
        **MYSQL,
    )


def session_events(metadata: sa.MetaData, dialect: str) -> sa.Table:
    # In SQLite an index's name is unique in the whole database, and `sessions` has an idx_created too.
    created = "idx_events_created" if dialect == "sqlite" else "idx_created"
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    return sa.Table(
        "session_events",
        metadata,
        sa.Column("id", number, primary_key=True, autoincrement=True),
        sa.Column(
            "session_id", sa.String(36), sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("event_type", enum(EVENTS, "session_event_type")),
        sa.Column("event_data", sa.JSON),
        sa.Column("created_at", timestamp(), server_default=sa.text("CURRENT_TIMESTAMP")),
        sa.Index("idx_session", "session_id"),
        sa.Index(created, "created_at"),
        sqlite_autoincrement=True,
        **MYSQL,
    )


def seed() -> list[dict[str, Any]]:
    """The documented strategies; bounds are called minimum and maximum, as JSON Schema has it."""
    threshold = {"type": "number", "minimum": 0, "maximum": 1}
    at_least_one = {"type": "integer", "minimum": 1}
    return [
        {
            "id": "TestBot",
            "name": "Test Bot",
            "description": "Simple test strategy for single market",
            "supported_types": ["test", "backtest"],
            "supported_markets": ["XBTUSD", "ETHUSD", "SOLUSD"],
            "default_params": {"threshold": 0.5, "position_size": 100},
            "param_schema": _object(threshold=threshold, position_size=at_least_one),
        },
        {
            "id": "PairTradeBot",
            "name": "Pair Trade Bot",
            "description": "Statistical arbitrage between two markets",
            "supported_types": ["test", "backtest"],
            "supported_markets": ["XBTUSD+ETHUSD", "XBTUSD+SOLUSD"],
            "default_params": {"spread_threshold": 2.0, "lookback": 100},
            "param_schema": _object(spread_threshold={"type": "number"}, lookback={"type": "integer"}),
        },
        {
            "id": "MarketScraper",
            "name": "Market Scraper",
            "description": "Collects market data without trading",
            "supported_types": ["scraper"],
            "supported_markets": ["*"],
            "default_params": {"archive_interval": 60},
            "param_schema": _object(archive_interval=at_least_one),
        },
    ]


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(json.dumps({"type": "object", "properties": properties}))
    return schema
