"""The documented tables and their seed rows.

MariaDB commits each statement that makes a table: what an upgrade that was cut off has left is gone on from.
"""

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
    metadata.create_all(bind)
    if bind.scalar(sa.select(sa.func.count()).select_from(strategies)) == 0:
        op.bulk_insert(strategies, documented.seed())


def downgrade() -> None:
    for table in ("session_events", "strategies", "sessions"):
        op.drop_table(table)
