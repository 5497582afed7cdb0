import os
import subprocess
import sys
from pathlib import Path

import pytest

from bots.process import BadSpec
from bots.scaffold import names, new_strategy
from bots.strategies.loader import describe_all
from schema.settings import Settings


@pytest.mark.parametrize(
    ("given", "id", "stem"),
    [
        ("MyCross", "MyCross", "my_cross"),
        ("my_cross", "MyCross", "my_cross"),
        ("RSIReversal2", "RSIReversal2", "rsi_reversal2"),
        ("breakout", "Breakout", "breakout"),
    ],
)
def test_names_of_class_and_file(given: str, id: str, stem: str) -> None:
    assert names(given) == (id, stem)


@pytest.mark.parametrize(
    "given", ["", "2fast", "a b", "a-b", "../x", "class", "test_cross", "TestCross", "x" * 51]
)
def test_names_that_cannot_be(given: str) -> None:
    with pytest.raises(BadSpec):
        names(given)


def test_a_new_strategy_loads_and_its_test_passes(settings: Settings) -> None:
    made = new_strategy({"name": "MyCross"})
    file, test = Path(made["file"]), Path(made["test"])
    assert (file.parent, test.parent) == (settings.home.strategies, settings.home.strategies / "tests")
    (row,) = [row for row in describe_all(file.parent) if row["source"] == "user"]
    assert (row["id"], row["name"], row["error"]) == ("MyCross", "My Cross", None)
    # XDG_CACHE_HOME stays as it is: what was compiled once is taken from there.
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=file.parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert "4 passed" in run.stdout, run.stdout


def test_nothing_is_overwritten(settings: Settings) -> None:
    new_strategy({"name": "MyCross"})
    with pytest.raises(BadSpec, match=r"MyCross is in .* already: choose another name"):
        new_strategy({"name": "my_cross"})
    (settings.home.strategies / "other.py").write_text("# mine")
    with pytest.raises(BadSpec, match=r"other\.py is there already, and is not overwritten"):
        new_strategy({"name": "Other"})
    assert (settings.home.strategies / "other.py").read_text() == "# mine"


def test_a_built_in_name_is_taken(settings: Settings) -> None:
    with pytest.raises(BadSpec, match="a strategy MovingAverageCross is built in"):
        new_strategy({"name": "MovingAverageCross"})


def test_another_folder(settings: Settings, tmp_path: Path) -> None:
    made = new_strategy({"name": "Mine", "folder": str(tmp_path / "own")})
    assert made["file"] == str(tmp_path / "own" / "mine.py")
