"""A database that is up to date, once of each kind, and sessions in it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert

from schema.db import migrate, sessions
from schema.db.engine import make_engine, writing
from schema.db.models import SessionType, session_events, strategies
from schema.db.models import sessions as session_table
from schema.db.rows import SessionRow
from schema.migrations import documented
from tests.mariadb import MariaDb

MakeSession = Callable[..., SessionRow]

PLAIN = sessions.NewSession(
    type=SessionType.TEST,
    market="XBTUSD",
    exchange="sandbox",
    strategy="TestBot",
    strategy_params={"threshold": 0.5},
    settings={"leverage": 1},
)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database that was migrated; a test takes a copy, which is quicker."""
    path = tmp_path_factory.mktemp("template") / "botyard.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def mariadb_migrated(mariadb: MariaDb) -> Iterator[str]:
    """URL of a MariaDB database that was migrated; a test empties it, which is quicker."""
    with mariadb.fresh_database() as url:
        migrate.upgrade(url)
        yield url


@pytest.fixture(params=["sqlite", "mariadb"])
def up_to_date(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database as if just migrated. (Tests that change or fill tables take `database_url`.)"""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "botyard.db")
        return f"sqlite:///{copy}"
    url: str = request.getfixturevalue("mariadb_migrated")
    engine = make_engine(url)
    with writing(engine) as connection:
        for table in (session_events, session_table, strategies):
            connection.execute(delete(table))
        connection.execute(insert(strategies), documented.seed())
    engine.dispose()
    return url


@pytest.fixture
def engine(up_to_date: str) -> Iterator[Engine]:
    made = make_engine(up_to_date)
    yield made
    made.dispose()


@pytest.fixture
def make_session(engine: Engine) -> MakeSession:
    """Makes a plain session; fields of NewSession and `now` by keyword."""

    def make(now: float | None = None, **fields: Any) -> SessionRow:
        return sessions.create(engine, replace(PLAIN, **fields), now=now)

    return make
