import pytest
from sqlalchemy import Engine

from schema.db import strategies
from schema.db.errors import NotFound
from schema.db.rows import StrategyRow


def test_the_table_holds_exactly_what_was_told_last(engine: Engine) -> None:
    assert [row.id for row in strategies.all_strategies(engine)] == [
        "MarketScraper",
        "PairTradeBot",
        "TestBot",
    ]
    seeded = strategies.get(engine, "TestBot").created_at
    schema = {"type": "object", "properties": {"threshold": {"type": "number", "maximum": 1}}}
    built_in = StrategyRow("TestBot", "Test Bot", supported_types=["test"], param_schema=schema)
    own = StrategyRow("Mine", "Mine 🚀", source="user", file="mine.py", hash="ab" * 32)
    broken = StrategyRow("broken", "broken", source="user", file="broken.py", error="SyntaxError: \udcff")
    strategies.replace_all(engine, [own, broken, built_in], now=2_000_000_000)
    found = strategies.all_strategies(engine)
    assert [row.id for row in found] == ["TestBot", "Mine", "broken"]
    assert (found[0].created_at, found[1].created_at) == (seeded, 2_000_000_000)
    assert (found[0].param_schema, found[0].source) == (schema, "built-in")
    assert (found[1].name, found[1].hash, found[1].error) == ("Mine 🚀", "ab" * 32, None)
    assert found[2].error == "SyntaxError: ?"


def test_a_strategy_that_cannot_be_stored_is_shown_with_its_error_and_harms_nothing(engine: Engine) -> None:
    rows = [
        StrategyRow("good", "good", default_params={"a": 1}),
        StrategyRow("x" * 60, "n" * 200, default_params={"a": 1}),
        StrategyRow("nan", "nan", default_params={"a": float("nan")}),
    ]
    strategies.replace_all(engine, rows)
    assert strategies.get(engine, "good").error is None
    long = strategies.get(engine, "x" * 50)
    assert (long.name, long.error) == ("n" * 100, "id: is longer than 50 characters")
    assert "no JSON" in str(strategies.get(engine, "nan").error)


def test_ids_that_differ_in_case_only_are_two(engine: Engine) -> None:
    strategies.replace_all(engine, [StrategyRow("mine", "a"), StrategyRow("Mine", "b")])
    assert strategies.get(engine, "Mine").name == "b"


def test_a_strategy_that_is_not_there_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound, match="no strategy Nope"):
        strategies.get(engine, "Nope")


def test_a_long_error_is_kept_as_far_as_it_fits(engine: Engine) -> None:
    strategies.replace_all(engine, [StrategyRow("x", "x", error="é" * 100_000)])
    kept = strategies.get(engine, "x").error
    assert kept is not None
    assert kept.startswith("éé")
