"""`botyard check` and `botyard strategy new` from the shell."""

import json
from pathlib import Path

import pytest

from cli.errors import Exit
from schema.home import Home
from schema.settings import Settings
from tests.bots.test_sweep_tasks import store_candles
from tests.cli.recorded import RANGE
from tests.cli.test_main import botyard

AHEAD = """
import numpy as np
from bots.core.strategy import Strategy


class Ahead(Strategy):
    def indicators(self, candles, *others):
        return {"next": np.roll(candles.close, -1)}

    def on_bar(self, bar):
        if self.indicator("next") > bar.close:
            self.order_to(100)
        else:
            self.order_to(0)
"""


@pytest.fixture
def home(settings: Settings) -> Home:
    store_candles(settings.home)
    (settings.home.strategies / "ahead.py").write_text(AHEAD)
    return settings.home


def test_a_sound_strategy_passes(home: Home) -> None:
    run = botyard("check", "TestBot", *RANGE, "--param", "threshold=0.3")
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("TestBot: nothing found (3")


def test_one_that_looks_ahead_fails_with_what_and_where(home: Home) -> None:
    run = botyard("check", "Ahead", *RANGE)
    assert run.returncode == Exit.FAILED
    assert "error (looks ahead): next looks ahead: at 2024-01-01 0" in run.stdout
    told = json.loads(botyard("check", "Ahead", *RANGE, "--json").stdout)
    assert (told["passed"], told["findings"][0]["kind"]) == (False, "look-ahead")


def test_a_strategy_that_raises_is_told_with_its_line(home: Home) -> None:
    (home.strategies / "ahead.py").write_text(AHEAD.replace("np.roll(candles.close, -1)", "candles.no"))
    run = botyard("check", "Ahead", *RANGE)
    assert run.returncode == Exit.INVALID
    assert "ahead.py, line 8: AttributeError" in run.stderr


def test_bars_may_be_longer_and_candles_missing(home: Home) -> None:
    (home.strategies / "ahead.py").write_text(AHEAD)
    longer = json.loads(
        botyard("check", "Ahead", *RANGE, "--timeframe", "15m", "--allow-gaps", "--json").stdout
    )
    assert longer["bars"] < json.loads(botyard("check", "Ahead", *RANGE, "--json").stdout)["bars"] / 10


def test_a_new_strategy_is_told_with_its_files(home: Home) -> None:
    run = botyard("strategy", "new", "MyCross")
    assert run.returncode == 0, run.stderr
    assert str(home.strategies / "my_cross.py") in run.stdout
    assert Path(home.strategies / "tests" / "test_my_cross.py").exists()
    again = botyard("strategy", "new", "MyCross")
    assert again.returncode == Exit.INVALID
    assert "choose another name" in again.stderr
