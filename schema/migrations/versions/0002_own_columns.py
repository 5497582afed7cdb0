"""Our own columns after the documented ones; further members of the ENUMs.

On SQLite, which can change neither an ENUM's CHECK nor much else, the tables are made anew (Alembic's batch
mode). Dropping the old `sessions` would delete every event by its foreign key: `schema.db.migrate` switches
keys off before the transaction begins and checks them all before it ends.
"""

import sqlalchemy as sa
from alembic import op

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
        for column in _session_columns():
            sessions.add_column(column)
    op.create_index("idx_newest", "sessions", [sa.text("created_at DESC"), sa.text("id DESC")])
    op.create_index("idx_status_type", "sessions", ["status", "type"])
    op.create_index("idx_market", "sessions", ["market"])
    op.create_index("idx_strategy", "sessions", ["strategy"])
    # MariaDB makes an index for the key by itself, named after the column
    op.create_index("idx_cloned_from", "sessions", ["cloned_from"])
    with op.batch_alter_table("strategies", copy_from=documented.strategies(metadata)) as strategies:
        strategies.add_column(sa.Column("source", sa.String(20), nullable=False, server_default="built-in"))
        strategies.add_column(sa.Column("file", sa.String(500)))
        strategies.add_column(sa.Column("error", sa.Text))
        strategies.add_column(sa.Column("hash", sa.String(64)))
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
