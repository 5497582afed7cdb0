"""Connections and transactions, with the traps of both databases handled in one place.

SQLite: a transaction that reads and then writes fails at once when another writer was faster, whatever the
    timeout, so writers announce themselves with BEGIN IMMEDIATE. MariaDB: a session in another time zone
    would shift every TIMESTAMP.
"""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from schema.db.dberrors import translate
from schema.db.errors import Contention, DatabaseDown

T = TypeVar("T")

BUSY_SECONDS = 15.0
_ATTEMPTS = 5
_MODE = "botyard_mode"  # execution option: "read", "write" or "durable"
_SYNCHRONOUS = "botyard_synchronous"  # in a connection's info: how it commits now
_STRICT = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
_MARIADB = f"SET time_zone='+00:00', sql_mode='{_STRICT}', innodb_lock_wait_timeout={int(BUSY_SECONDS)}"

_turns: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()
_turns_guard = threading.Lock()


def make_engine(
    url: str, *, pool_size: int = 8, max_overflow: int = 24, answer_seconds: int | None = 60
) -> Engine:
    """An engine for `sqlite:///...` or `mysql+pymysql://...`; connects at the first use, not here.

    Args:
        answer_seconds: how long a server may take to answer one statement, None for as long as it likes.
    """
    options: dict[str, Any] = {
        # NaN is no JSON; escapes keep even a lone surrogate storable.
        "json_serializer": partial(json.dumps, allow_nan=False),
        "pool_size": pool_size,
        "max_overflow": max_overflow,
        "pool_timeout": BUSY_SECONDS,
    }
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url, options)
    return create_engine(
        url,
        connect_args={
            "charset": "utf8mb4",
            "init_command": _MARIADB,
            "connect_timeout": 5,
            "read_timeout": answer_seconds,
            "write_timeout": 60,
        },
        isolation_level="READ COMMITTED",  # no gap locks: two sessions never wait for each other
        pool_pre_ping=True,
        pool_recycle=1800,
        **options,
    )


def _sqlite_engine(url: str, options: dict[str, Any]) -> Engine:
    # isolation_level None: the driver opens no transactions of its own, we do (in _begin)
    arguments = {"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, **options)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get(_MODE, "durable")
        if mode == "read":
            connection.exec_driver_sql("BEGIN")
            return
        # A status must survive a power cut; a heartbeat is told again in ten seconds and need not wait for
        # the disk.
        level = "FULL" if mode == "durable" else "NORMAL"
        if connection.info.get(_SYNCHRONOUS) != level:
            connection.exec_driver_sql(f"PRAGMA synchronous={level}")
            connection.info[_SYNCHRONOUS] = level
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read from, on SQLite with one consistent view. Never write in it.

    Raises:
        DatabaseDown: the database cannot be used.
    """
    with _one_error(), engine.connect().execution_options(**{_MODE: "read"}) as connection:
        yield connection


@contextmanager
def writing(engine: Engine, *, durable: bool = True) -> Iterator[Connection]:
    """A transaction that may read and write; committed at the end of the block, rolled back by an exception.

    Args:
        durable: whether the commit survives a power cut (SQLite; MariaDB's server decides for itself).

    Raises:
        Contention: another writer was in the way; the whole block may be tried again (`transact` does).
        DatabaseDown: the database cannot be used.
    """
    mode = "durable" if durable else "write"
    with (
        _one_error(),
        _turn(engine),
        engine.connect().execution_options(**{_MODE: mode}) as connection,
        connection.begin(),
    ):
        yield connection


def transact(engine: Engine, work: Callable[[Connection], T], *, durable: bool = True) -> T:
    """Run `work` in a `writing` transaction, again from its beginning where a lock stopped it."""
    for attempt in range(1, _ATTEMPTS):
        try:
            with writing(engine, durable=durable) as connection:
                return work(connection)
        except Contention:
            time.sleep(random.uniform(0.001, 0.02 * attempt))
    with writing(engine, durable=durable) as connection:
        return work(connection)


@contextmanager
def _one_error() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise translate(error) from error
    except PoolTimeout as error:
        raise DatabaseDown("all database connections have been busy for too long") from error


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """SQLite has one writer and lets the others poll with growing pauses; a lock wakes the next thread at
    once.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    with _turns_guard:
        lock = _turns.setdefault(engine, threading.Lock())
    if not lock.acquire(timeout=BUSY_SECONDS):
        raise Contention("another write to the database has taken too long")
    try:
        yield
    finally:
        lock.release()
