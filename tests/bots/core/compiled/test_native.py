"""The kernel's machine code without Numba."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from bots.core.backtest import Backtest, BacktestResult
from bots.core.candles import Candles, Floats
from bots.core.compiled import native
from bots.core.compiled.place import folder_for_kernels
from bots.core.compiled.warm import warm
from bots.core.instrument import Instrument
from bots.core.series import Series
from bots.core.settings import EngineSettings
from bots.core.strategy import Strategy


class Waves(Strategy):
    """In and out again, by its targets."""

    def targets(self, candles: Candles, *others: Candles) -> Floats:
        return np.where(np.sin(candles.close) > 0, 10.0, 0.0)


def run() -> BacktestResult:
    market = Instrument("XBTUSD", "inverse", "BTC", "BTC", "USD", Decimal("0.5"), Decimal(1))
    close = 1000.0 + np.round(9 * np.sin(np.arange(3000) / 7))
    ts = 60 * np.arange(len(close))
    series = Series.from_floats(
        "XBTUSD", market.tick, ts, close, close + 1, close - 1, close, np.ones(len(close))
    )
    backtest = Backtest(
        Waves(), {"XBTUSD": market}, {"XBTUSD": series}, EngineSettings(verbose=False), engine="compiled"
    )
    for _ in backtest.run(every=100):
        pass
    return backtest.result()


@pytest.fixture
def machine_code() -> Path:
    """The file of the kernel's machine code."""
    warm()
    folder = folder_for_kernels()
    assert folder is not None
    path = folder / "advance.native"
    if not path.exists():
        run()
        assert path.exists() or native.export()
    return path


@pytest.fixture
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    loaded: list[object] = []
    monkeypatch.setattr(native, "_loaded", loaded)
    return loaded


def test_machine_code_alone_gives_the_same_as_numba(
    machine_code: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "_loaded", native.load(machine_code))
    alone = run()
    monkeypatch.setattr(native, "_loaded", [None, "exported"])
    by_numba = run()
    assert len(alone.table) > 100
    assert alone == by_numba


def test_it_is_loaded_without_numba(machine_code: Path) -> None:
    program = (
        "import sys; from bots.core.compiled import native, run; "
        "assert native._function() is not None; assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


@pytest.mark.parametrize("content", [b"", b"advance\n", b"0 advance\nno machine code", b"\x7fELF\n" * 40])
def test_a_file_that_is_none_is_no_reason_to_fail(
    content: bytes, tmp_path: Path, nothing_loaded: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "advance.native").write_bytes(content)
    monkeypatch.setattr(native, "folder_for_kernels", lambda: tmp_path)
    assert native._function() is None
    assert nothing_loaded == [None]


def test_a_file_that_is_cut_off_is_no_reason_to_fail(
    machine_code: Path, tmp_path: Path, nothing_loaded: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "advance.native").write_bytes(machine_code.read_bytes()[:-100])
    monkeypatch.setattr(native, "folder_for_kernels", lambda: tmp_path)
    assert native._function() is None


def test_a_file_that_cannot_be_loaded_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "advance.native"
    assert not native._written(path, native._packed("advance", b"no machine code"))
    assert list(tmp_path.iterdir()) == []
