"""The documented tables and their seed rows."""

import sqlalchemy as sa
from alembic import op

from schema.migrations import documented

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    metadata = sa.MetaData()
    documented.sessions(metadata)
    strategies = documented.strategies(metadata)
    documented.session_events(metadata, bind.dialect.name)
    metadata.create_all(bind, checkfirst=False)
    op.bulk_insert(strategies, documented.seed())


def downgrade() -> None:
    for table in ("session_events", "strategies", "sessions"):
        op.drop_table(table)
