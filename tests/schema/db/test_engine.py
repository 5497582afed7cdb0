import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, insert, text, update
from sqlalchemy.exc import StatementError

from schema.db import listing, migrate, sessions
from schema.db.engine import make_engine, reading, transact, writing
from schema.db.errors import DatabaseDown
from schema.db.models import sessions as table
from tests.mariadb import MariaDb, start_server
from tests.schema.db.conftest import PLAIN, MakeSession


def test_writers_that_read_first_never_fail_and_lose_nothing(
    engine: Engine, up_to_date: str, make_session: MakeSession
) -> None:
    """Under SQLite's own BEGIN such a transaction fails at once when another writer was faster."""
    id = make_session().id

    def count(_: int) -> None:
        mine = make_engine(up_to_date)  # connections of its own, as another process has them
        for _ in range(20):
            with writing(mine, durable=False) as connection:
                lock = " FOR UPDATE" if mine.dialect.name == "mysql" else ""
                seen = connection.scalar(
                    text(f"SELECT trade_count FROM sessions WHERE id = :id{lock}"), {"id": id}
                )
                connection.execute(update(table).where(table.c.id == id).values(trade_count=(seen or 0) + 1))
        mine.dispose()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(count, range(6)))
    assert sessions.get(engine, id).trade_count == 120


def test_an_error_in_the_block_leaves_nothing_behind(engine: Engine, make_session: MakeSession) -> None:
    id = make_session().id

    def half(connection: Connection) -> None:
        connection.execute(update(table).where(table.c.id == id).values(name="half"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        transact(engine, half)
    assert sessions.get(engine, id).name == "BTC Test #1"


def test_a_server_in_another_time_zone_shifts_nothing(mariadb_url: str) -> None:
    migrate.upgrade(mariadb_url)
    engine = make_engine(mariadb_url)
    with writing(engine) as connection:
        assert connection.scalar(text("SELECT @@global.time_zone")) == "+05:30", "as the tests start it"
        connection.execute(
            text(
                "INSERT INTO sessions (id, type, market, strategy, created_at)"
                " VALUES ('x', 'test', 'XBTUSD', 'TestBot', '2024-01-22 10:00:00')"
            )
        )
        connection.execute(update(table).values(started_at=1705917600))
        seen = connection.execute(
            text("SELECT UNIX_TIMESTAMP(created_at), UNIX_TIMESTAMP(started_at), started_at FROM sessions")
        ).one()
    assert (int(seen[0]), int(seen[1]), str(seen[2])) == (1705917600, 1705917600, "2024-01-22 10:00:00")
    assert sessions.get(engine, "x").started_at == 1705917600
    engine.dispose()


def test_the_servers_clock_and_ours_agree_in_defaults(engine: Engine) -> None:
    """CURRENT_TIMESTAMP is UTC, and is read in the same format as the times that we write."""
    with writing(engine) as connection:
        connection.execute(insert(table).values(id="x", type="test", market="XBTUSD", strategy="TestBot"))
        now = connection.scalar(
            text("SELECT UNIX_TIMESTAMP()" if engine.dialect.name == "mysql" else "SELECT unixepoch()")
        )
    assert now is not None
    assert abs(sessions.get(engine, "x").created_at - now) <= 1


def test_foreign_keys_are_enforced(engine: Engine) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key constraint fail"), writing(engine) as connection:
        connection.execute(
            text("INSERT INTO session_events (session_id, event_type) VALUES ('nobody', 'created')")
        )


def test_a_status_survives_a_power_cut_and_a_heartbeat_need_not(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with writing(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    with writing(engine, durable=False) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1  # NORMAL
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()


def test_a_reader_has_one_view_while_others_write(sqlite_url: str) -> None:
    migrate.upgrade(sqlite_url)
    engine = make_engine(sqlite_url)
    count = text("SELECT count(*) FROM sessions")
    with reading(engine) as connection:
        assert connection.scalar(count) == 0
        sessions.create(engine, PLAIN)
        assert connection.scalar(count) == 0
    with reading(engine) as connection:
        assert connection.scalar(count) == 1
    engine.dispose()


def test_a_deadlock_is_tried_again(mariadb_url: str) -> None:
    engine = make_engine(mariadb_url)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE pair (id INT PRIMARY KEY, n INT)"))
        connection.execute(text("INSERT INTO pair VALUES (1, 0), (2, 0)"))
    both_hold_one = threading.Barrier(2)
    attempts: list[int] = []

    def crosswise(first: int) -> None:
        def work(connection: Connection) -> None:
            attempts.append(first)
            step = text("UPDATE pair SET n = n + 1 WHERE id = :id")
            connection.execute(step, {"id": first})
            if attempts.count(first) == 1:
                both_hold_one.wait(30)
            connection.execute(step, {"id": 3 - first})

        transact(engine, work)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(crosswise, (1, 2)))
    assert len(attempts) > 2
    with reading(engine) as connection:
        assert connection.execute(text("SELECT n FROM pair")).scalars().all() == [2, 2]
    engine.dispose()


def test_a_connection_that_the_server_closed_is_replaced(mariadb: MariaDb, mariadb_url: str) -> None:
    engine = make_engine(mariadb_url)
    with reading(engine) as connection:
        number = connection.scalar(text("SELECT CONNECTION_ID()"))
    mariadb.execute(f"KILL {number}")
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT CONNECTION_ID()")) != number
    engine.dispose()


def test_a_connection_that_dies_in_use_is_told_as_database_down(mariadb: MariaDb, mariadb_url: str) -> None:
    engine = make_engine(mariadb_url)

    def work(connection: Connection) -> None:
        mariadb.execute(f"KILL {connection.scalar(text('SELECT CONNECTION_ID()'))}")
        connection.execute(text("SELECT 1"))

    with pytest.raises(DatabaseDown):
        transact(engine, work)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()


def test_a_server_that_ends_is_told_as_database_down() -> None:
    server = start_server()
    engine = make_engine(server.url("mysql"))
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    server.stop()
    with pytest.raises(DatabaseDown, match="cannot be used"), reading(engine):
        pass
    engine.dispose()


def test_a_server_that_is_away_is_told_as_database_down(free_port: int) -> None:
    engine = make_engine(f"mysql+pymysql://root@127.0.0.1:{free_port}/botyard")
    with pytest.raises(DatabaseDown, match="Can't connect"), reading(engine):
        pass


def test_a_folder_that_is_not_there_is_told_as_database_down(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'gone' / 'x.db'}")
    with pytest.raises(DatabaseDown, match="unable to open"), writing(engine):
        pass


def test_a_file_that_is_no_database_is_told_as_database_down(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("not a database at all " * 100)
    engine = make_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(DatabaseDown, match="not a database"), reading(engine):
        pass


def test_a_database_without_tables_says_what_to_do(database_url: str) -> None:
    engine = make_engine(database_url)
    with pytest.raises(DatabaseDown, match="botyard db upgrade"):
        sessions.running(engine)
    engine.dispose()


def test_a_database_that_another_program_holds_is_told_as_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.db.engine.BUSY_SECONDS", 0.05)
    path = tmp_path / "x.db"
    engine = make_engine(f"sqlite:///{path}")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE t (n INT)"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(DatabaseDown, match="locked by another program"):
            transact(engine, lambda connection: connection.execute(text("INSERT INTO t VALUES (1)")))
    finally:
        other.execute("ROLLBACK")
        other.close()
    transact(engine, lambda connection: connection.execute(text("INSERT INTO t VALUES (1)")))
    engine.dispose()


def test_a_full_disk_is_told_as_database_down_and_leaves_the_rows(sqlite_url: str) -> None:
    migrate.upgrade(sqlite_url)
    engine = make_engine(sqlite_url)
    sessions.create(engine, PLAIN)

    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=1")  # the file may not grow any more
        connection.execute(update(table).values(notes="x" * 60_000))

    with pytest.raises(DatabaseDown, match="full"):
        transact(engine, fill)
    engine.dispose()
    assert [row.notes for row in listing.page(engine, listing.SessionQuery()).sessions] == [None]
    engine.dispose()


def test_json_columns_refuse_what_is_no_json(engine: Engine, make_session: MakeSession) -> None:
    id = make_session().id
    with pytest.raises((StatementError, ValueError), match="JSON compliant"), writing(engine) as connection:
        connection.execute(update(table).where(table.c.id == id).values(heartbeat={"x": float("nan")}))


def test_json_columns_hold_json(engine: Engine, make_session: MakeSession) -> None:
    params = {
        "text": "🚀 <b>'; DROP TABLE sessions; --",
        "nested": [{"a": None}],
        "big": 2**70,
        "small": 1e-300,
    }
    row = make_session(strategy_params=params)
    assert sessions.get(engine, row.id).strategy_params == params
    with reading(engine) as connection:
        stored = connection.scalar(text("SELECT strategy_params FROM sessions"))
    assert json.loads(str(stored)) == params
