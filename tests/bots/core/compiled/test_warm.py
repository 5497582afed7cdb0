"""Whether the kernels are compiled, who compiles them, and what "auto" makes of it."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bots.core.compiled import place, warm
from bots.core.compiled.place import fingerprint, folder_for_kernels

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def cold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for kernels of an installation that never compiled any; of this process's children too."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delitem(sys.modules, "bots.core.compiled.kernel", raising=False)
    folder_for_kernels.cache_clear()
    folder = folder_for_kernels()
    assert folder is not None
    yield folder
    folder_for_kernels.cache_clear()


def put_kernels(folder: Path) -> None:
    """Files as Numba leaves them."""
    for entry in warm.ENTRIES:
        file = folder / "compiled_0" / f"{entry}-1.py311.1.nbc"
        file.parent.mkdir(exist_ok=True, parents=True)
        file.touch()


def start_compiling() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-m", "bots", "compile"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdin is not None
    process.stdin.write("{}")
    process.stdin.close()
    return process


def test_it_is_cold_until_every_kernel_is_there(cold: Path) -> None:
    assert not warm.is_warm()
    put_kernels(cold)
    assert warm.is_warm()


def test_only_many_candles_are_worth_compiling_for(cold: Path) -> None:
    assert not warm.worth_compiling(300_000)
    assert warm.worth_compiling(300_001)
    put_kernels(cold)
    assert warm.worth_compiling(1)


@pytest.mark.usefixtures("cold")
def test_without_a_folder_to_write_to_it_stays_cold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    folder_for_kernels.cache_clear()
    assert folder_for_kernels() is None
    assert not warm.is_warm()


def test_every_kernel_that_python_calls_is_looked_for() -> None:
    sources = Path(warm.__file__).parent.glob("*.py")
    found = {
        f"{file.stem}.{name}"
        for file in sources
        for name in re.findall(r"^@entry\ndef (\w+)", file.read_text(), re.MULTILINE)
    }
    assert found == set(warm.ENTRIES)


def test_kernels_that_nobody_used_for_a_month_are_removed_with_the_next_version(cold: Path) -> None:
    ages = {"0" * 24: 31, "1" * 24: 29, "something else": 99}
    for name, days in ages.items():
        put_kernels(cold.parent / name)
        used = time.time() - 86_400 * days
        os.utime(cold.parent / name, (used, used))
    folder_for_kernels.cache_clear()
    folder_for_kernels()
    assert len(list(cold.parent.iterdir())) == 4  # this version is not new
    shutil.rmtree(cold)
    folder_for_kernels.cache_clear()
    folder_for_kernels()
    assert {each.name for each in cold.parent.iterdir()} == {"1" * 24, "something else", cold.name}


def test_another_source_of_a_kernel_is_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "compiled"
    shutil.copytree(Path(warm.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(place, "_SOURCES", copy)
    calculate = fingerprint.__wrapped__
    before = calculate()
    (copy / "warm.py").write_text("")  # no part of a kernel
    assert calculate() == before
    with (copy / "books.py").open("a") as file:
        file.write("# changed\n")
    assert calculate() != before


DECISIONS = """
import json, sys
from decimal import Decimal
import numpy as np
from bots.core.backtest import Backtest
from bots.core.compiled import warm
from bots.core.instrument import Instrument
from bots.core.series import Series
from bots.core.settings import EngineSettings
from bots.core.strategy import Strategy

market = Instrument("XBTUSD", "inverse", "BTC", "BTC", "USD", Decimal("0.5"), Decimal(1))

def made(candles, engine="auto"):
    close = np.full(candles, 1000.0)
    series = Series.from_floats("XBTUSD", market.tick, 60 * np.arange(candles), *[close] * 4, close)
    test = Backtest(Strategy(), {"XBTUSD": market}, {"XBTUSD": series}, EngineSettings(), engine=engine)
    return test.engine_used, test.must_compile, "numba" in sys.modules

print(json.dumps([made(50_000), made(warm.MOST_UNCOMPILED + 1), made(50, "compiled")]))
"""


@pytest.mark.usefixtures("cold")
def test_auto_compiles_for_many_candles_and_compiled_always() -> None:
    run = subprocess.run(
        [sys.executable, "-c", DECISIONS], stdout=subprocess.PIPE, check=True, cwd=ROOT, text=True
    )
    small, large, asked = json.loads(run.stdout)
    # Numba itself is imported when it must compile, in the first step.
    assert small == ["general", False, False]
    assert large == asked == ["compiled", True, False]


def test_one_process_compiles_while_the_others_wait_and_take_it_from_the_disk(cold: Path) -> None:
    with (cold / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with start_compiling() as process:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            assert told["message"].startswith("compiling the engine, once")
            time.sleep(0.3)
            assert process.poll() is None
            put_kernels(cold)
            fcntl.flock(lock, fcntl.LOCK_UN)
            assert json.loads(process.stdout.readline())["compiled"]
    assert process.returncode == 0


def test_where_it_is_done_there_is_nothing_to_do(cold: Path) -> None:
    put_kernels(cold)
    with start_compiling() as process:
        said: list[dict[str, Any]] = [json.loads(line) for line in process.stdout or ()]
    assert said == [{"type": "result", "compiled": True, "folder": str(cold)}]


@pytest.mark.compiled
def test_what_was_compiled_is_found() -> None:
    assert warm.is_warm()
    assert not warm.warm()
