"""An index for lists filtered by market and type: they are counted without a look at the rows."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NAME = "idx_market_type"


def upgrade() -> None:
    there = {index["name"] for index in sa.inspect(op.get_bind()).get_indexes("sessions")}
    if _NAME not in there:  # an upgrade that was cut off goes on here
        op.create_index(_NAME, "sessions", ["market", "type"])


def downgrade() -> None:
    op.drop_index(_NAME, "sessions")
