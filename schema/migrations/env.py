"""Alembic runs this for each command: the connection comes from `schema.db.migrate`."""

from alembic import context

from schema.db.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=context.config.attributes["transactional_ddl"],
)
with context.begin_transaction():
    context.run_migrations()
