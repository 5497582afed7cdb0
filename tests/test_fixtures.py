"""The tests' own ground: databases of each kind, a fresh home, waiting."""

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from schema.settings import Settings
from tests.mariadb import MariaDb, start_server
from tests.wait import until


def test_each_kind_of_database_starts_empty(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    assert sa.inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE leftover (id INT)"))
    engine.dispose()


def test_mariadb_runs_in_another_time_zone(mariadb_url: str) -> None:
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        shift = connection.execute(sa.text("SELECT TIMEDIFF(NOW(), UTC_TIMESTAMP())")).scalar_one()
    engine.dispose()
    assert shift.total_seconds() == 5.5 * 3600


def test_a_server_of_ones_own_goes_with_its_files() -> None:
    server: MariaDb = start_server()
    folder = Path(server.socket).parent
    assert folder.is_dir()
    server.stop()
    assert not folder.exists()


def test_settings_are_those_of_the_test(settings: Settings) -> None:
    assert settings.home.root == Path(os.environ["BOTYARD_HOME"])
    assert str(settings.port) == os.environ["BOTYARD_PORT"]


def test_waiting_in_vain_tells_what_was_last_seen() -> None:
    with pytest.raises(AssertionError, match=r"in vain for the moon; last seen: 0"):
        until(lambda: 0, seconds=0.01, what="the moon")
