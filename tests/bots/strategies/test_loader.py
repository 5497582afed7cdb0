import json
from pathlib import Path

import pytest

from bots.core.strategy import Strategy
from bots.strategies.loader import (
    BUILT_IN,
    StrategyLoadError,
    StrategyParamsError,
    create_strategy,
    describe_all,
    load_strategy,
)

GOOD = '''
from pydantic import BaseModel, ConfigDict, Field
from bots.core.strategy import Bar, Strategy

class Breakout(Strategy):
    """Buys a new high."""
    markets = ("XBTUSD",)
    class Params(BaseModel):
        model_config = ConfigDict(extra="forbid")
        size: int = Field(100, ge=1, description="contracts")
        level: float
    def on_bar(self, bar: Bar) -> None:
        self.buy(self.params.size)
'''
PLAIN = "from bots.core.strategy import Strategy\nclass {name}(Strategy):\n    {body}\n"


def plain(name: str, body: str = "pass") -> str:
    return PLAIN.format(name=name, body=body)


def test_the_built_in_strategies_are_described_with_their_documented_rows(tmp_path: Path) -> None:
    rows = {row["id"]: row for row in describe_all(tmp_path)}
    assert list(rows) == list(BUILT_IN)
    assert set(rows) == {
        "TestBot",
        "PairTradeBot",
        "MovingAverageCross",
        "BollingerReversion",
        "MarketScraper",
    }
    assert rows["TestBot"]["supported_types"] == ["test", "backtest"]
    assert rows["TestBot"]["supported_markets"] == ["XBTUSD", "ETHUSD", "SOLUSD"]
    assert rows["TestBot"]["default_params"].items() >= {"threshold": 0.5, "position_size": 100}.items()
    assert rows["PairTradeBot"]["supported_markets"] == ["XBTUSD+ETHUSD", "XBTUSD+SOLUSD"]
    assert (
        rows["PairTradeBot"]["default_params"].items() >= {"spread_threshold": 2.0, "lookback": 100}.items()
    )
    assert rows["MarketScraper"]["supported_types"] == ["scraper"]
    assert rows["MarketScraper"]["supported_markets"] == ["*"]
    assert rows["MarketScraper"]["default_params"] == {"archive_interval": 60}
    assert json.loads(json.dumps(list(rows.values()))) == list(rows.values())


def test_schemas_bound_and_describe_every_parameter_and_forbid_others(tmp_path: Path) -> None:
    for row in describe_all(tmp_path):
        schema = row["param_schema"]
        assert schema["additionalProperties"] is False
        for name, field in schema["properties"].items():
            assert field["description"], name
            if field["type"] in ("integer", "number"):
                assert {"minimum", "maximum", "default"} <= set(field), name


def test_a_users_file_is_described_and_loaded(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(GOOD)
    row = describe_all(tmp_path)[-1]
    assert (row["id"], row["name"], row["description"]) == ("Breakout", "Breakout", "Buys a new high.")
    assert (row["source"], row["file"], row["error"]) == ("user", str(tmp_path / "mine.py"), None)
    assert row["default_params"] == {"size": 100}
    strategy = create_strategy("Breakout", tmp_path, {"level": 5})
    assert (strategy.params.size, strategy.params.level) == (100, 5.0)


def test_every_wrong_parameter_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(GOOD)
    with pytest.raises(StrategyParamsError) as caught:
        create_strategy("Breakout", tmp_path, {"size": 0, "colour": "red"})
    assert {error["field"] for error in caught.value.errors} == {"size", "level", "colour"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("x = 1\nraise RuntimeError('no luck')\n", 2, "RuntimeError: no luck"),
        ("x = 1\n\ndef f(:\n", 3, "SyntaxError"),
        ("import nothing_of_that_name\n", 1, "ModuleNotFoundError"),
        ("import sys\nsys.exit(3)\n", 2, "SystemExit: 3"),
        ("x = 1\n", None, "defines no strategy"),
        (plain("TestBot"), None, "cannot replace the built-in TestBot"),
        (plain("Other", "id = 'bad id'"), None, "must be letters"),
        (plain("Other", "types = ('live',)"), None, "types are test and backtest"),
        (plain("Other", "markets = 'XBTUSD'"), None, "markets must be a tuple"),
        (plain("Other", "legs = 3"), None, "legs must be 1 or 2"),
        (plain("Other", "class Params: pass"), None, "Params must be a pydantic model"),
    ],
)
def test_a_file_that_does_not_load_is_listed_with_its_error_and_hides_no_other(
    tmp_path: Path, text: str, line: int | None, message: str
) -> None:
    (tmp_path / "aaa.py").write_text(text)
    (tmp_path / "zzz.py").write_text(plain("Fine"))
    broken, fine = describe_all(tmp_path)[-2:]
    assert (broken["id"], fine["id"], fine["error"]) == ("aaa", "Fine", None)
    assert broken["error"].startswith(f"aaa.py, line {line}: " if line else "aaa.py: ")
    assert message in broken["error"]
    assert load_strategy("TestBot", tmp_path).__module__ == BUILT_IN["TestBot"]


def test_two_files_with_one_id_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(plain("Same"))
    (tmp_path / "b.py").write_text(plain("Same"))
    rows = describe_all(tmp_path)[-2:]
    assert [row["id"] for row in rows] == ["Same", "b"]
    assert "there already is a strategy 'Same'" in rows[1]["error"]


def test_a_broken_file_named_like_a_built_in_does_not_take_its_place(tmp_path: Path) -> None:
    (tmp_path / "TestBot.py").write_text("1/0\n")
    assert [row["id"] for row in describe_all(tmp_path)][-1] == "TestBot.py"


def test_a_file_that_never_ends_loading_is_listed_with_that_and_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "aaa.py").write_text("while True: pass\n")
    (tmp_path / "zzz.py").write_text(plain("Fine"))
    endless, fine = describe_all(tmp_path, seconds=0.2)[-2:]
    assert "takes longer than 0.2 s" in endless["error"]
    assert (fine["id"], fine["error"]) == ("Fine", None)


def test_a_broken_file_that_mentions_a_strategy_does_not_hide_it(tmp_path: Path) -> None:
    (tmp_path / "aaa.py").write_text("# like Mine\n1/0\n")
    (tmp_path / "mine.py").write_text(plain("Mine"))
    assert load_strategy("Mine", tmp_path).__name__ == "Mine"


def test_loading_one_strategy_does_not_run_the_files_of_others(tmp_path: Path) -> None:
    (tmp_path / "aaa.py").write_text("raise RuntimeError('must not run')\n")
    (tmp_path / "mine.py").write_text(plain("Mine"))
    assert load_strategy("Mine", tmp_path).__name__ == "Mine"


def test_an_edited_file_is_loaded_anew(tmp_path: Path) -> None:
    for title in ("one", "two"):
        (tmp_path / "mine.py").write_text(plain("Mine", f"title = {title!r}"))
        assert load_strategy("Mine", tmp_path).title == title


def test_an_unknown_strategy_is_an_error_that_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(StrategyLoadError, match="no strategy 'Nope'"):
        load_strategy("Nope", tmp_path)
    with pytest.raises(StrategyLoadError, match="no strategy"):
        load_strategy("../../etc/passwd", tmp_path / "missing")


def test_helpers_with_an_underscore_and_imported_classes_are_no_strategies(tmp_path: Path) -> None:
    (tmp_path / "_helper.py").write_text("1/0\n")
    (tmp_path / "mine.py").write_text("from bots.strategies.test_bot import TestBot\n" + plain("Mine"))
    assert [row["id"] for row in describe_all(tmp_path)][len(BUILT_IN) :] == ["Mine"]
    assert issubclass(load_strategy("Mine", tmp_path), Strategy)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("def __init__(self, params): raise KeyError('x')", r"mine.py, line 3: KeyError: 'x'"),
        ("def __init__(self, params): raise SystemExit(3)", r"mine.py, line 3: SystemExit: 3"),
        ("def warmup(self): return 1 / 0", r"mine.py, line 3: ZeroDivisionError"),
        ("def warmup(self): return 'ten'", r"Mine.warmup\(\) must return a number of bars, not 'ten'"),
        ("def warmup(self): return 2.5", "not 2.5"),
        ("def warmup(self): return -1", "not -1"),
        ("timeframes = ('5m',); warmup_on = lambda self, name: None", r"Mine.warmup_on\('5m'\) .* not None"),
    ],
)
def test_a_strategy_that_cannot_begin_is_told_with_its_place(tmp_path: Path, body: str, told: str) -> None:
    (tmp_path / "mine.py").write_text(plain("Mine", body))
    with pytest.raises(StrategyLoadError, match=told):
        create_strategy("Mine", tmp_path, {})
