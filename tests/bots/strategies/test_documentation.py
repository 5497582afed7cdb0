"""docs/strategies.md teaches what is true: its examples trade, its tables name the whole interface."""

import re
from pathlib import Path

import pytest

from bots.core.signals import compute
from bots.core.strategy import Candles, Strategy
from bots.core.terms import Terms
from bots.strategies import indicators
from bots.strategies.loader import BUILT_IN, create_strategy, describe_all
from tests.bots.core.make import D, wave
from tests.bots.strategies.play import backtest

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "strategies.md").read_text()

EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)

# What only the engine calls.
NOT_FOR_STRATEGIES = {"bind"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of strategies with the examples, each in a file of its own."""
    for number, example in enumerate(EXAMPLES):
        (tmp_path / f"example_{number}.py").write_text(example)
    return tmp_path


@pytest.mark.parametrize("id", ["Breakout", "Pullback"])
def test_the_examples_load_and_trade(folder: Path, id: str) -> None:
    rows = {row["id"]: row for row in describe_all(folder)}
    assert rows[id]["error"] is None
    assert rows[id]["description"]
    result = backtest(create_strategy(id, folder, {}), {"XBTUSD": wave(3000)}, starting_balance=D(1))
    assert len(result.trades) > 5
    assert {trade["entry_reason"] for trade in result.trades} == {id.lower()}
    assert len({trade["exit_reason"] for trade in result.trades} - {"end of range"}) == len(
        {"Breakout": ["trailing stop"], "Pullback": ["stop-loss", "take-profit"]}[id]
    )


@pytest.mark.parametrize("id", ["Breakout", "Pullback"])
def test_the_examples_keep_to_their_warm_up(folder: Path, id: str) -> None:
    strategy = create_strategy(id, folder, {})
    candles = Candles.of(wave(1000))
    for timeframe in ("", *strategy.timeframes):
        warmup = strategy.warmup_on(timeframe) if timeframe else strategy.warmup()
        whole = compute(strategy, [candles], timeframe)
        columns = (getattr(candles, name)[700 - warmup : 700] for name in Candles.__slots__)
        part = compute(strategy, [Candles(*columns)], timeframe)
        for name, values in whole.items():
            assert part[name][-1] == values[699]
            assert part[name][-2] == values[698] or name in ("rsi", "atr")  # of which only the newest is used


def test_every_handler_call_and_term_is_in_a_table() -> None:
    listed = set(re.findall(r"\w+", " ".join(re.findall(r"^\| .* \|$", TEXT, re.MULTILINE))))
    public = {name for name in vars(Strategy) if not name.startswith("_")} - NOT_FOR_STRATEGIES
    assert public | set(Terms.__annotations__) <= listed


def test_every_built_in_strategy_is_there_with_its_parameters(tmp_path: Path) -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| .+ \| (`.+`) \|$", TEXT.partition("## What is built in")[2], re.MULTILINE
    )
    listed = {name: set(re.findall(r"\w+", params)) for name, params in rows}
    assert listed == {row["id"]: set(row["default_params"]) for row in describe_all(tmp_path)}
    assert set(listed) == set(BUILT_IN)


def test_the_indicators_that_it_names_are_there() -> None:
    (rule,) = re.findall(r"^- \*\*Warm-up\.\*\*.*?(?=^- )", TEXT, re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"`(\w+)(?:\(.*?\))?`", rule)) - {"warmup", "cumsum", "rolling"}
    assert len(named) > 10
    assert named <= set(vars(indicators))
