"""`botyard backtest` and `botyard runs` as a user meets them, the trading process and all."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from cli.errors import Exit
from cli.main import _botyard
from schema.archive.candles import Candles
from schema.archive.writer import CandleArchive
from schema.home import Home
from schema.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
START = 1_689_724_800  # 2023-07-19, 00:00 UTC
MINUTES = 240
RUN = ("backtest", "--market", "XBTUSD", "--exchange", "bitmex", "--from", "2023-07-19")
WHOLE = (*RUN, "--to", "2023-07-19T04:00", "--engine", "general", "--param", "threshold=0.05")


@pytest.fixture(autouse=True)
def recorded(settings: Settings, home: Home) -> None:
    """A home with four hours of candles."""
    random = np.random.default_rng(5)
    close = 30_000 + np.round(random.normal(0, 20, MINUTES).cumsum(), 1)
    opening = np.r_[30_000.0, close[:-1]]
    high, low = np.maximum(opening, close) + 0.5, np.minimum(opening, close) - 0.5
    stamps = START + 60 * np.arange(MINUTES, dtype=np.int64)
    candles = Candles(stamps, opening, np.round(high, 1), np.round(low, 1), close, np.full(MINUTES, 5.0))
    CandleArchive(home.archive).write("bitmex", "XBTUSD", candles)


def botyard(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(_botyard, words)
    assert result.exit_code == code, (result.exit_code, result.output, result.exception)
    return result


def test_a_run_is_printed_listed_shown_repeated_and_forgotten(home: Home, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    said = botyard(*WHOLE, "--setting", "slippage_ticks=3", "--leverage", "2", "--report", str(report)).output
    assert "slippage_ticks=3*" in said
    assert "leverage=2*" in said
    assert "path_steps=60" in said
    assert "path_steps=60*" not in said
    assert "funding counts 0" in said
    assert "Closed trades" in said
    assert report.read_text().startswith("<!doctype html>")
    found = re.search(r"--repeat (\w+)", said)
    assert found is not None
    id = found[1]

    assert id in botyard("runs").output
    assert json.loads(botyard("runs", "--json").output)["runs"][0]["id"] == id
    assert "No runs yet" in botyard("runs", "--strategy", "Other").output
    shown = botyard("runs", "show", id[-5:]).output
    assert "slippage_ticks=3" in shown
    assert "ta-lib" in shown
    assert "class TestBot" in botyard("runs", "show", id, "--source").output

    assert f"identical to run {id}" in botyard("backtest", "--repeat", id).output
    entry = home.runs / f"{id}.json"
    entry.write_text(entry.read_text().replace('"path_steps":60', '"path_steps":30', 1))
    differs = json.loads(botyard("backtest", "--repeat", id, "--json", code=1).output)
    assert differs["repeat"]["differences"]

    assert "removed" in botyard("runs", "remove", id).output
    assert not list(home.runs.iterdir())
    botyard("runs", "show", id, code=4)
    botyard("backtest", "--repeat", id, code=4)


def test_trades_are_printed_where_they_are_wanted() -> None:
    assert "Fees" not in botyard(*WHOLE).output.split("note:")[1]
    result = json.loads(botyard(*WHOLE, "--json").output)
    assert len(result["trades"]) == result["metrics"]["trade_count"] > 0


def test_gaps_are_refused_named_and_allowed() -> None:
    longer = (*RUN, "--to", "2023-07-19T06:00", "--engine", "general")
    assert "2023-07-19 04:00 to 2023-07-19 06:00" in botyard(*longer, code=3).output
    assert "missing" in botyard(*longer, "--allow-gaps").output


def test_it_says_that_it_compiles(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "cli.main", *WHOLE, "--engine", "compiled"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("compiling the engine, once")
        process.send_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("backtest", "--market", "XBTUSD"), 2, "--from and --to"),
        (("backtest", "--repeat", "x", "--market", "XBTUSD"), 2, "takes everything else from the ledger"),
        (("backtest", "--repeat", "x", "--setting", "leverage=2"), 2, "takes everything else"),
        ((*WHOLE, "--timeframe", "7m"), 6, "timeframe"),
        ((*WHOLE, "--report", "/nowhere/report.html"), 6, "no report can be written"),
    ],
)
def test_bad_options_are_named(words: tuple[str, ...], code: int, message: str) -> None:
    assert message in botyard(*words, code=code).output


KILLED = """
import os

from bots.core.strategy import Bar, Strategy


class Killed(Strategy):
    def on_bar(self, bar: Bar) -> None:
        os.kill(os.getpid(), 9)
"""


def test_a_backtest_that_is_killed_is_told_with_the_signal(home: Home) -> None:
    (home.strategies / "killed.py").write_text(KILLED)
    arguments = (*RUN, "--to", "2023-07-19T04:00", "--strategy", "Killed", "--engine", "general")
    said = botyard(*arguments, code=Exit.FAILED).output
    assert "the backtest was killed by SIGKILL (out of memory?) before it had a result" in said
