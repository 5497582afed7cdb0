import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import MetaData, create_engine, make_url, text

import schema
from schema.db import events, migrate, sessions
from schema.db.engine import make_engine, reading, writing
from schema.db.errors import DatabaseDown
from schema.db.models import EventType
from schema.migrations import documented
from schema.states import Status
from tests.schema.db.scripts import DOCUMENTED, run_script

OLD = "11111111-1111-4111-8111-111111111111"
CLONE = "22222222-2222-4222-8222-222222222222"
ORPHAN = "33333333-3333-4333-8333-333333333333"


def made_at_0001(url: str) -> None:
    """A database as the first revision left it, filled: a session, its clone, events of both."""
    with migrate._connected(url) as connection:
        config = migrate._config()
        config.attributes.update(connection=connection, transactional_ddl=False)
        command.upgrade(config, "0001")
    session = text(
        "INSERT INTO sessions (id, name, type, market, strategy, status, total_pnl, cloned_from, created_at)"
        " VALUES (:id, :name, 'test', 'XBTUSD', 'TestBot', 'stopped', 12.5, :parent, '2024-01-22 10:00:00')"
    )
    event = text("INSERT INTO session_events (session_id, event_type, event_data) VALUES (:id, :kind, '{}')")
    engine = make_engine(url)
    with writing(engine) as connection:
        for id, parent in ((OLD, None), (CLONE, OLD)):
            connection.execute(session, {"id": id, "name": "Früher 🚀", "parent": parent})
            for kind in ("created", "started", "stopped"):
                connection.execute(event, {"id": id, "kind": kind})
    engine.dispose()


def test_an_empty_database_gets_its_tables_and_a_second_upgrade_changes_nothing(database_url: str) -> None:
    assert migrate.current(database_url) is None
    assert not migrate.is_current(database_url)
    migrate.upgrade(database_url)
    migrate.upgrade(database_url)
    assert migrate.current(database_url) == migrate.head()
    assert migrate.is_current(database_url)


def test_a_filled_database_keeps_every_row_and_its_links(database_url: str) -> None:
    made_at_0001(database_url)
    assert migrate.current(database_url) == "0001"
    migrate.upgrade(database_url)
    engine = make_engine(database_url)
    old = sessions.get(engine, OLD)
    assert (old.name, old.status, old.run, old.trades_announced) == ("Früher 🚀", Status.STOPPED, 0, 0)
    assert str(old.total_pnl) == "12.50000000"
    assert old.created_at == 1705917600
    assert sessions.get(engine, CLONE).cloned_from == OLD
    for id in (OLD, CLONE):
        found, total = events.page(engine, id, newest_first=False)
        assert total == 3
        assert [row.event_type for row in found] == [EventType.CREATED, EventType.STARTED, EventType.STOPPED]
    assert migrate.differences(engine) == []
    engine.dispose()


def test_the_upgraded_tables_accept_what_is_new_and_refuse_what_is_unknown(database_url: str) -> None:
    made_at_0001(database_url)
    migrate.upgrade(database_url)
    engine = make_engine(database_url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE sessions SET status = 'paused'"))
        connection.execute(text("UPDATE session_events SET event_type = 'adopted'"))
    with pytest.raises(Exception, match=r"CHECK constraint|Data truncated"), writing(engine) as connection:
        connection.execute(text("UPDATE sessions SET status = 'dreaming'"))
    engine.dispose()


def test_an_upgrade_that_would_break_a_foreign_key_changes_nothing(sqlite_url: str) -> None:
    made_at_0001(sqlite_url)
    path = make_url(sqlite_url).database
    plain = create_engine(f"sqlite:///{path}")
    with plain.begin() as connection:  # foreign keys are off on a connection that is not ours
        connection.execute(
            text("INSERT INTO session_events (session_id, event_type) VALUES (:id, 'created')"),
            {"id": ORPHAN},
        )
    with pytest.raises(migrate.MigrationError, match="1 rows without their parent"):
        migrate.upgrade(sqlite_url)
    assert migrate.current(sqlite_url) == "0001"
    with plain.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM session_events")) == 7
        assert connection.scalar(text("SELECT count(*) FROM sqlite_master WHERE name LIKE '%tmp%'")) == 0
    plain.dispose()


def test_foreign_keys_are_enforced_after_an_upgrade(database_url: str) -> None:
    made_at_0001(database_url)
    migrate.upgrade(database_url)
    engine = make_engine(database_url)
    sessions.remove(engine, OLD)
    assert sessions.get(engine, CLONE).cloned_from is None
    assert events.page(engine, OLD) == ([], 0)
    assert events.page(engine, CLONE)[1] == 3
    engine.dispose()


def test_several_starters_at_once_upgrade_once(database_url: str) -> None:
    program = "import sys; from schema.db import migrate; migrate.upgrade(sys.argv[1])"
    starters = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", program, database_url], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for starter in starters:
        _, complaint = starter.communicate(timeout=50)
        assert (starter.returncode, complaint) == (0, b"")
    assert migrate.is_current(database_url)


def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    migrate.upgrade(database_url)
    engine = make_engine(database_url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.MigrationError, match="newer version"):
        migrate.upgrade(database_url)
    assert migrate.current(database_url) == "9999"
    assert not migrate.is_current(database_url)
    engine.dispose()


@pytest.mark.parametrize("ddl", [DOCUMENTED, Path(schema.__path__[0]) / "mysql.sql"], ids=["plan", "ours"])
def test_tables_made_by_hand_are_taken_over_with_their_rows(mariadb_url: str, ddl: Path) -> None:
    run_script(mariadb_url, ddl.read_text())
    engine = make_engine(mariadb_url)
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO sessions (id, type, market, strategy) VALUES (:id, 'test', 'XBTUSD', 'TestBot')"
            ),
            {"id": OLD},
        )
    migrate.upgrade(mariadb_url)
    assert sessions.get(engine, OLD).run == 0
    assert migrate.differences(engine) == []
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM strategies")) == 3
    engine.dispose()


@pytest.mark.parametrize("done", [0, 1])
def test_an_upgrade_that_was_cut_off_is_gone_on_from(mariadb_url: str, done: int) -> None:
    """MariaDB commits each step of a migration; `done` is how many revisions were complete."""
    engine = make_engine(mariadb_url)
    if done == 0:
        documented.sessions(MetaData()).create(engine)
    else:
        made_at_0001(mariadb_url)
        run_script(mariadb_url, "ALTER TABLE sessions ADD COLUMN run INT NOT NULL DEFAULT 0")
        run_script(mariadb_url, "CREATE INDEX idx_newest ON sessions (created_at DESC, id DESC)")
    migrate.upgrade(mariadb_url)
    assert migrate.differences(engine) == []
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM strategies")) == 3
    engine.dispose()


def test_a_database_that_is_not_there_is_told_as_such(free_port: int) -> None:
    url = f"mysql+pymysql://root@127.0.0.1:{free_port}/botyard"
    for call in (migrate.upgrade, migrate.current):
        with pytest.raises(DatabaseDown, match="Can't connect"):
            call(url)


def test_looking_at_an_sqlite_database_that_is_not_there_does_not_make_it(sqlite_url: str) -> None:
    assert migrate.current(sqlite_url) is None
    path = make_url(sqlite_url).database
    assert path is not None
    assert not Path(path).exists()
