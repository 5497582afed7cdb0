"""Our own columns after the documented ones; further members of the ENUMs.

On SQLite, which can change neither an ENUM's CHECK nor much else, the tables are made anew (Alembic's batch
mode). Dropping the old `sessions` would delete every event by its foreign key: `schema.db.migrate` switches
keys off before the transaction begins and checks them all before it ends.
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from schema.migrations import documented
from schema.migrations.documented import EVENTS, STATUSES, enum

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATUSES = (*STATUSES, "paused")
_EVENTS = (*EVENTS, "paused", "resumed", "restarted", "completed", "failed", "updated", "adopted", "stale")
_ZERO = sa.text("0")


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    metadata = sa.MetaData()
    with op.batch_alter_table("sessions", copy_from=documented.sessions(metadata)) as sessions:
        sessions.alter_column(
            "status",
            existing_type=enum(STATUSES, "session_status"),
            type_=enum(_STATUSES, "session_status"),
            existing_nullable=True,
            existing_server_default="created",
        )
        _add(sessions, "sessions", _session_columns())
    _index("idx_newest", [sa.text("created_at DESC"), sa.text("id DESC")])
    _index("idx_status_type", ["status", "type"])
    _index("idx_market", ["market"])
    _index("idx_strategy", ["strategy"])
    # MariaDB makes an index for the key by itself, named after the column
    _index("idx_cloned_from", ["cloned_from"])
    with op.batch_alter_table("strategies", copy_from=documented.strategies(metadata)) as strategies:
        _add(strategies, "strategies", _strategy_columns())
    events = documented.session_events(metadata, dialect)
    with op.batch_alter_table("session_events", copy_from=events) as session_events:
        session_events.alter_column(
            "event_type",
            existing_type=enum(EVENTS, "session_event_type"),
            type_=enum(_EVENTS, "session_event_type"),
            existing_nullable=True,
        )


def downgrade() -> None:
    raise NotImplementedError(
        "paused sessions have no place in the documented tables; restore a backup instead"
    )


def _session_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("run", sa.Integer, nullable=False, server_default=_ZERO),
        sa.Column("settings", sa.JSON),
        sa.Column("heartbeat", sa.JSON),
        sa.Column("heartbeat_at", sa.Double),
        sa.Column("trades_announced", sa.Integer, nullable=False, server_default=_ZERO),
        sa.Column("restarts", sa.Integer, nullable=False, server_default=_ZERO),
        sa.Column("before_start", sa.JSON),
        sa.Column("exit_code", sa.Integer),
        sa.Column("exit_signal", sa.Integer),
        sa.Column("exit_outcome", sa.String(20)),
        sa.Column("exit_message", sa.Text),
    ]


def _strategy_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("source", sa.String(20), nullable=False, server_default="built-in"),
        sa.Column("file", sa.String(500)),
        sa.Column("error", sa.Text),
        sa.Column("hash", sa.String(64)),
    ]


# MariaDB commits each step: an upgrade that was cut off is gone on from, so a step may have been done before.


def _add(batch: BatchOperations, table: str, columns: list[sa.Column[object]]) -> None:
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
    for column in columns:
        if column.name not in there:
            batch.add_column(column)


def _index(name: str, columns: list[str | sa.TextClause]) -> None:
    if name not in {index["name"] for index in sa.inspect(op.get_bind()).get_indexes("sessions")}:
        op.create_index(name, "sessions", columns)
