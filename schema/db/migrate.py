"""Bringing a database to the schema of this version, and telling whether it is there."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Column, Connection, Engine, Index, create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

import schema.migrations
from schema.db.dberrors import translate
from schema.db.engine import make_engine
from schema.db.errors import DatabaseDown
from schema.db.models import Base
from schema.db.types import Money

_LOCK_SECONDS = 120
_DOCUMENTED = "0001"


class MigrationError(Exception):
    """The database could not be brought up to date, or was made by a newer version."""


def upgrade(url: str) -> None:
    """Create the tables or bring them up to date. Safe to call at every start and by several processes at
    once.

    Tables that somebody made by hand from the documented DDL or from schema/mysql.sql are taken over with
    their rows.

    Raises:
        MigrationError, DatabaseDown
    """
    if make_url(url).get_backend_name() == "sqlite":
        _upgrade_sqlite(url)
    else:
        _upgrade_mariadb(url)


def current(url: str) -> str | None:
    """Revision of the database, None where there are no tables (or no file) yet.

    Raises:
        DatabaseDown
    """
    path = _sqlite_path(url)
    if path is not None and not path.exists():
        return None
    with _connected(url) as connection:
        return _revision(connection)


def head() -> str:
    """Revision of this version."""
    newest = _scripts().get_current_head()
    assert newest is not None
    return newest


def is_current(url: str) -> bool:
    return current(url) == head()


def differences(engine: Engine) -> list[Any]:
    """What tells the database from the models, as Alembic's operations; empty where they agree."""
    dialect = engine.dialect.name

    def belongs(item: Any, _name: Any, kind: str, _reflected: bool, _other: Any) -> bool:
        return not (
            kind == "index" and isinstance(item, Index) and item.info.get("dialect", dialect) != dialect
        )

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": belongs,
                "compare_type": True,
                "compare_server_default": _default_differs,
            },
        )
        return list(compare_metadata(context, Base.metadata))


def _default_differs(
    _context: Any, _reflected: Any, column: Column[Any], there: str | None, _default: Any, wanted: str | None
) -> bool | None:
    """Compares numbers as numbers, since MariaDB tells a DECIMAL's DEFAULT 0 as 0.00; None leaves it to
    Alembic.
    """
    if isinstance(column.type, Money) and there is not None and wanted is not None:
        return Decimal(there.strip("'")) != Decimal(wanted.strip("'"))
    return None


def _upgrade_sqlite(url: str) -> None:
    path = _sqlite_path(url)
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".upgrade-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _connected(url) as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            # Within a transaction this would silently do nothing, and rebuilding a table would delete its
            # children.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                _run(connection, transactional=True)
                _check_keys(connection)
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")


def _upgrade_mariadb(url: str) -> None:
    with _connected(url) as guard, _connected(url) as connection:
        name = f"botyard.upgrade.{make_url(url).database}"[:64]
        if guard.scalar(text("SELECT GET_LOCK(:name, :wait)"), {"name": name, "wait": _LOCK_SECONDS}) != 1:
            raise MigrationError("another process has been upgrading the database for too long")
        try:
            _run(connection, transactional=False)
        finally:
            guard.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": name})


def _run(connection: Connection, *, transactional: bool) -> None:
    config = _config()
    config.attributes.update(connection=connection, transactional_ddl=transactional)
    try:
        _take_over(connection, config)
        command.upgrade(config, "head")
    except CommandError as error:
        raise MigrationError(f"{error}: was the database made by a newer version of Botyard?") from error


def _take_over(connection: Connection, config: Config) -> None:
    """Tables that were made by hand have no revision: write down the one that they are at."""
    if _revision(connection) is not None:
        return
    found = inspect(connection)
    if {"sessions", "session_events", "strategies"} <= set(found.get_table_names()):
        has_own = "run" in {column["name"] for column in found.get_columns("sessions")}
        command.stamp(config, "head" if has_own else _DOCUMENTED)


def _check_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise MigrationError(
            f"the upgrade would leave {len(broken)} rows without their parent; nothing was changed"
        )


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """A connection in autocommit mode: transactions are begun by hand, or by nobody."""
    engine = _plain_sqlite(url) if _sqlite_path(url) else make_engine(url, pool_size=1, answer_seconds=None)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection
    except DBAPIError as error:
        told = translate(error)
        if isinstance(told, DatabaseDown):
            raise told from error
        raise MigrationError(f"the database could not be brought up to date: {error.orig}") from error
    finally:
        engine.dispose()


def _plain_sqlite(url: str) -> Engine:
    return create_engine(
        url, connect_args={"timeout": _LOCK_SECONDS, "isolation_level": None}, poolclass=NullPool
    )


def _sqlite_path(url: str) -> Path | None:
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    folder = Path(schema.migrations.__path__[0])
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
