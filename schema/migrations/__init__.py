"""Alembic's migrations. `schema.db.migrate` runs them; nothing here needs an alembic.ini."""
