"""Candles read in a copy of the process."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bots.runner import reading
from bots.runner.reading import read_apart
from schema.archive.candles import Candles
from schema.files.aside import BrokenFile


@pytest.fixture(autouse=True)
def always_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_HERE", 0)


def some(count: int) -> Candles:
    draw = np.random.default_rng(1)
    return Candles(60 * np.arange(count), *(draw.random(count) for _ in range(5)))


def same(one: Candles, other: Candles) -> bool:
    others = other.columns()
    return all(np.array_equal(column, others[name]) for name, column in one.columns().items())


@pytest.mark.parametrize("count", [0, 1, 500])
def test_the_copy_reads_and_the_candles_are_here(count: int) -> None:
    readers: list[int] = []

    def read() -> Candles:
        readers.append(os.getpid())
        return some(count)

    found = read_apart(read, 500)
    assert same(found, some(count))
    assert found.ts.dtype == np.int64
    assert readers == []  # what the copy noted went with it


def test_few_candles_are_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_HERE", 500)
    readers: list[int] = []

    def read() -> Candles:
        readers.append(os.getpid())
        return some(500)

    assert same(read_apart(read, 500), some(500))
    assert readers == [os.getpid()]


def test_more_candles_than_there_can_be_are_read_here() -> None:
    assert same(read_apart(lambda: some(501), 500), some(501))


def test_an_error_is_that_of_reading_here(capfd: pytest.CaptureFixture[str]) -> None:
    def read() -> Candles:
        raise BrokenFile(Path("2024-01/bybit-1m.parquet"), "it is cut off")

    with pytest.raises(BrokenFile, match="it is cut off"):
        read_apart(read, 500)
    assert capfd.readouterr().err == ""


def test_a_copy_that_is_killed_is_no_reason_to_fail() -> None:
    here = os.getpid()

    def read() -> Candles:
        if os.getpid() != here:
            os.kill(os.getpid(), 9)
        return some(20)

    assert same(read_apart(read, 500), some(20))


def test_an_archive_without_files_does_not_load_the_library_that_reads_them(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from schema.archive.reader import read_candles, read_funding; "
        f"root = Path({str(tmp_path)!r}); "
        "assert not len(read_candles(root, 'bybit', 'BTC', 0, 600)); "
        "assert not read_funding(root, 'bybit', 'BTC', 0, 600); "
        "assert 'pyarrow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
