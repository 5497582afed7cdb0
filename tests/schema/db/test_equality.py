"""The schema is written three times: mysql.sql, the models, the migrations. They are the same."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

import schema
from schema.db import migrate
from schema.db.engine import make_engine, reading
from schema.db.models import Base
from tests.mariadb import MariaDb
from tests.schema.db.scripts import DOCUMENTED, run_script

Rows = list[tuple[Any, ...]]

OF_OURS = "table_schema = DATABASE() AND table_name IN ('sessions', 'session_events', 'strategies')"
COLUMNS = (
    "SELECT table_name, ordinal_position, column_name, column_type, is_nullable, column_default, extra,"
    f" character_set_name, collation_name FROM information_schema.columns WHERE {OF_OURS} ORDER BY 1, 2"
)
INDEXES = (
    "SELECT table_name, index_name, seq_in_index, column_name, collation, non_unique"
    f" FROM information_schema.statistics WHERE {OF_OURS} ORDER BY 1, 2, 3"
)
KEYS = (
    "SELECT table_name, constraint_name, referenced_table_name, delete_rule, update_rule"
    " FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE() ORDER BY 1, 2"
)
CHECKS = (
    "SELECT table_name, constraint_name, check_clause FROM information_schema.check_constraints"
    " WHERE constraint_schema = DATABASE() ORDER BY 1, 2, 3"
)
STORAGE = (
    f"SELECT table_name, engine, table_collation FROM information_schema.tables WHERE {OF_OURS} ORDER BY 1"
)
EVERYTHING = {"columns": COLUMNS, "indexes": INDEXES, "keys": KEYS, "checks": CHECKS, "storage": STORAGE}


@pytest.fixture(scope="module")
def three(mariadb: MariaDb) -> Iterator[dict[str, Engine]]:
    """Databases made from the DDL, from the migrations and from the models."""
    with ExitStack() as stack:
        ddl, migrated, modelled = (stack.enter_context(mariadb.fresh_database()) for _ in range(3))
        run_script(ddl, (Path(schema.__path__[0]) / "mysql.sql").read_text())
        migrate.upgrade(migrated)
        engines = {
            "ddl": make_engine(ddl),
            "migrated": make_engine(migrated),
            "modelled": make_engine(modelled),
        }
        Base.metadata.create_all(engines["modelled"])
        yield engines
        for engine in engines.values():
            engine.dispose()


def rows(engine: Engine, query: str) -> Rows:
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


@pytest.mark.parametrize("part", EVERYTHING)
def test_ddl_migrations_and_models_make_the_same_tables(three: dict[str, Engine], part: str) -> None:
    by_ddl = rows(three["ddl"], EVERYTHING[part])
    assert by_ddl
    assert rows(three["migrated"], EVERYTHING[part]) == by_ddl
    assert rows(three["modelled"], EVERYTHING[part]) == by_ddl


def test_ddl_and_migrations_plant_the_same_strategies(three: dict[str, Engine]) -> None:
    query = (
        "SELECT id, name, description, JSON_COMPACT(supported_types), JSON_COMPACT(supported_markets),"
        " JSON_COMPACT(default_params), JSON_COMPACT(param_schema), source FROM strategies ORDER BY id"
    )
    planted = rows(three["ddl"], query)
    assert [row[0] for row in planted] == ["MarketScraper", "PairTradeBot", "TestBot"]
    assert rows(three["migrated"], query) == planted
    assert '"maximum":1' in planted[2][6]


def test_the_migrated_database_agrees_with_the_models(engine: Engine) -> None:
    assert migrate.differences(engine) == []


def test_a_difference_is_found(database_url: str) -> None:
    migrate.upgrade(database_url)
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX idx_type" + " ON sessions" * (engine.dialect.name == "mysql")))
        connection.execute(text("ALTER TABLE sessions ADD COLUMN surprise INT"))
    assert {operation[0] for operation in migrate.differences(engine)} == {"add_index", "remove_column"}
    engine.dispose()


def test_documented_columns_come_first_as_documented(mariadb: MariaDb, three: dict[str, Engine]) -> None:
    with mariadb.fresh_database() as url:
        run_script(url, DOCUMENTED.read_text())
        documented = make_engine(url)
        ours = {row[:3]: row[3:7] for row in rows(three["ddl"], COLUMNS)}
        for row in rows(documented, COLUMNS):
            kind, *rest = ours[row[:3]]
            if row[2] in ("status", "event_type"):  # further members stand after the documented ones
                assert kind.startswith(str(row[3]).removesuffix(")"))
            else:
                assert kind == row[3]
            assert tuple(rest) == row[4:7]
        # MariaDB makes an index for a foreign key that has none, and names it after the column
        there = {row for row in rows(documented, INDEXES) if row[1] != "cloned_from"}
        assert there <= set(rows(three["ddl"], INDEXES))
        assert rows(documented, KEYS) == rows(three["ddl"], KEYS)
        documented.dispose()
