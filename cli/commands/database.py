"""`botyard db ...`: the database. Needs no API."""

import click

from cli.client import CommandError, Exit
from schema.settings import load_settings


@click.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Create the tables, or bring them up to date."""
    from schema.db.errors import DatabaseDown
    from schema.db.migrate import current, upgrade

    settings = load_settings()
    settings.home.ensure()
    try:
        upgrade(settings.database_url)
        click.echo(f"the database is at revision {current(settings.database_url)}")
    except DatabaseDown as error:
        raise CommandError(str(error), Exit.UNAVAILABLE) from None
