"""`botyard sweep` from the shell."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.errors import Exit
from schema.home import Home
from schema.settings import Settings
from tests.bots.test_sweep_tasks import STRATEGY, store_candles
from tests.cli.recorded import RANGE
from tests.cli.test_main import botyard
from tests.wait import until


@pytest.fixture
def swept(settings: Settings) -> Home:
    """A home with half a day of candles and the strategy."""
    store_candles(settings.home)
    (settings.home.strategies / "steps.py").write_text(STRATEGY)
    return settings.home


def test_the_sets_are_listed_in_order_and_what_went_wrong_is_named(swept: Home) -> None:
    run = botyard("sweep", "Steps", *RANGE, "--param", "wait=3", "--param", "hold=11:18:1", "--jobs", "2")
    assert run.returncode == 0
    head, *rows = run.stdout.splitlines()
    assert head.split()[:3] == ["#", "hold", "Sharpe"]
    assert [row.split()[0] for row in rows[:5]] == ["1", "2", "3", "4", "5"]
    assert "6 of 7 sets" in run.stdout
    assert "refused: 1 set: too long (the first: wait=3, hold=18)" in run.stdout
    assert "failed: wait=3, hold=13: steps.py, line 32: RuntimeError: thirteen" in run.stdout
    assert "lost: wait=3, hold=14: its process was killed by SIGKILL" in run.stdout
    assert "go on with: botyard sweep --resume" in run.stdout


def test_ctrl_c_stops_it_and_it_is_gone_on_with(swept: Home) -> None:
    asked = ["Steps", *RANGE, "--param", "wait=1:10", "--param", "pause=0.3"]
    command = [sys.executable, "-m", "cli.main", "sweep", *asked, "--json", "--jobs", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
        until(lambda: any(file.read_bytes().count(b"\n") > 2 for file in swept.sweeps.glob("*.jsonl")), 20)
        process.send_signal(signal.SIGINT)
        stopped = json.loads(process.communicate(timeout=30)[0])
    assert process.returncode == 130
    assert stopped["stopped"]
    assert 2 <= stopped["done"] < 10
    resumed = json.loads(botyard("sweep", "--resume", stopped["id"], "--json").stdout)
    assert (resumed["done"], resumed["ran"]) == (10, 10 - stopped["done"])


def test_ctrl_c_does_not_wait_for_the_compiler(
    swept: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # where nothing is compiled yet
    asked = ["TestBot", *RANGE, "--param", "threshold=0.1:1:0.0005"]
    command = [sys.executable, "-m", "cli.main", "sweep", *asked, "--json", "--jobs", "1"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, cwd=Path(__file__).parents[2]) as process:
        until(lambda: any(tmp_path.glob("botyard/kernels/*/lock")), 20, "the compiler to have begun")
        process.send_signal(signal.SIGINT)
        stopped = json.loads(process.communicate(timeout=8)[0])
    assert process.returncode == 130
    assert (stopped["stopped"], stopped["done"], stopped["total"]) == (True, 0, 1801)


def test_what_is_missing_is_named() -> None:
    run = botyard("sweep", "Steps", "--market", "XBTUSD")
    assert run.returncode == Exit.USAGE
    assert "give --from, --to, or --resume ID" in run.stderr
