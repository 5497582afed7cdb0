"""A backtest without a session: recorded in the ledger, repeated with proof, reported, refused in time."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bots.process import BadSpec
from bots.runner.here import backtest_here
from schema.archive.candles import Candles
from schema.archive.writer import CandleArchive
from schema.files import ledger
from schema.home import Home

START = 1_689_724_800  # 2023-07-19, 00:00 UTC
MINUTES = 600
STRATEGY = """
from bots.core.strategy import Strategy


class Waves(Strategy):
    \"\"\"Long for twenty bars of forty.\"\"\"

    def on_start(self):
        self.bars = 0

    def on_bar(self, bar):
        self.bars += 1
        if self.bars % 40 == 5:
            self.buy(100, reason="</script> up")
        if self.bars % 40 == 25:
            self.close("down")
"""


@pytest.fixture(name="home")
def _home(home: Home) -> Home:
    """A home with ten hours of candles and a user's strategy."""
    record(home, seed=1)
    (home.strategies / "waves.py").write_text(STRATEGY)
    return home


def record(home: Home, seed: int) -> None:
    random = np.random.default_rng(seed)
    close = 30_000 + np.round(random.normal(0, 10, MINUTES).cumsum(), 1)
    opening = np.r_[30_000.0, close[:-1]]
    high, low = np.maximum(opening, close) + 0.5, np.minimum(opening, close) - 0.5
    stamps = START + 60 * np.arange(MINUTES, dtype=np.int64)
    candles = Candles(stamps, opening, np.round(high, 1), np.round(low, 1), close, np.full(MINUTES, 5.0))
    CandleArchive(home.archive).write("bitmex", "XBTUSD", candles)


def run(home: Home, **more: Any) -> dict[str, Any]:
    request = {
        "market": "XBTUSD",
        "exchange": "bitmex",
        "strategy": "Waves",
        "strategy_params": {},
        "settings": {"slippage_ticks": 2},
        "range_start": START,
        "range_end": START + 60 * MINUTES,
        "engine": "general",
        **more,
    }
    return backtest_here(request, home, lambda message: None)


def again(home: Home, id: str) -> dict[str, Any]:
    proof: dict[str, Any] = backtest_here({"repeat": id}, home, lambda message: None)["repeat"]
    return proof


def test_a_run_is_in_the_ledger_with_all_that_it_was_made_of(home: Home) -> None:
    told = run(home)["run"]
    entry = ledger.read(home.runs, told["id"])
    assert entry["strategy"]["source"]["text"] == STRATEGY
    assert entry["settings"]["slippage_ticks"] == 2
    assert entry["settings"]["path_steps"] == 60
    assert entry["data"]["candles"] == {"XBTUSD": MINUTES}
    assert entry["result"]["trades"] == entry["metrics"]["trade_count"] == 15
    assert {"botyard", "code", "python", "numpy", "numba", "ta-lib"} == set(entry["versions"])
    assert entry["session"] is None
    assert "text" not in told["strategy"]["source"]


def test_the_same_run_twice_is_the_same_to_the_last_digit(home: Home) -> None:
    first, second = run(home)["run"], run(home)["run"]
    assert first["id"] != second["id"]
    assert first["result"] == second["result"]
    assert again(home, first["id"]) == {"of": first["id"], "identical": True, "differences": []}
    assert len(list(ledger.entries(home.runs))) == 2


@pytest.mark.compiled
def test_the_other_engine_is_no_difference(home: Home) -> None:
    entry = ledger.read(home.runs, run(home, engine="compiled")["run"]["id"])
    assert entry["engine_used"] == "compiled"
    # As where "auto" finds nothing compiled any more.
    ledger.entry_path(home.runs, entry["id"]).write_text(json.dumps({**entry, "engine": "general"}))
    assert again(home, entry["id"]) == {"of": entry["id"], "identical": True, "differences": []}


def test_other_candles_are_found_and_the_first_trade_that_differs(home: Home) -> None:
    id = run(home)["run"]["id"]
    record(home, seed=2)
    proof = again(home, id)
    assert not proof["identical"]
    data, trade, equity = proof["differences"]
    assert data.startswith("data: as much of it, but not the same")
    assert "number 1, entered 2023-07-19 00:" in trade
    assert "entry_price" in trade
    assert "the equity first differs at 2023-07-19" in equity


def test_an_edited_strategy_is_named_with_what_it_changed(home: Home) -> None:
    id = run(home)["run"]["id"]
    edited = STRATEGY.replace("self.bars % 40 == 25", "self.bars % 40 == (25 if self.bars < 300 else 26)")
    (home.strategies / "waves.py").write_text(edited)
    source, trade, _ = again(home, id)["differences"]
    assert source.startswith("source of Waves: ")
    assert "number 8" in trade
    assert "exit_time 2023-07-19 05:05:00 UTC, now 2023-07-19 05:06:00 UTC" in trade


def test_an_edit_that_changes_nothing_is_named_alone(home: Home) -> None:
    id = run(home)["run"]["id"]
    (home.strategies / "waves.py").write_text(STRATEGY + "# more to say\n")
    (difference,) = again(home, id)["differences"]
    assert difference.startswith("source of Waves: ")


def test_another_version_is_named(home: Home) -> None:
    entry = ledger.read(home.runs, run(home)["run"]["id"])
    entry["versions"]["numpy"] = "1.0"
    ledger.entry_path(home.runs, entry["id"]).write_text(json.dumps(entry))
    (difference,) = again(home, entry["id"])["differences"]
    assert difference.startswith("version of numpy: 1.0, now ")


def test_rows_that_are_gone_still_tell_that_the_result_differs(home: Home) -> None:
    id = run(home)["run"]["id"]
    ledger.rows_path(home.runs, id).unlink()
    record(home, seed=3)
    assert "not kept" in again(home, id)["differences"][-1]


def test_a_repeat_needs_a_run(home: Home) -> None:
    with pytest.raises(BadSpec, match="no run 'nothing'") as caught:
        again(home, "nothing")
    assert caught.value.code == "not_found"


def test_trades_go_through_the_pipe_only_where_they_are_wanted(home: Home) -> None:
    assert "trades" not in run(home)
    assert len(run(home, trades=True)["trades"]) == 15


def test_the_report_is_one_page_that_asks_nobody(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    told = run(home, report=str(file))["run"]
    text = file.read_text(encoding="utf-8")
    assert told["id"] in text
    assert told["data"]["sha256"] in text
    assert "default-src 'none'" in text
    assert not re.search(r"""(src|href)=["']?(https?:|//)""", text)
    assert "Sandbox." not in text
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    data = json.loads(block[1])
    assert data["trades"]["reasons"] == ["</script> up", "down"]
    assert len(data["trades"]["entry"]) == 15
    assert len(data["candles0"]["open"]) == MINUTES
    assert "slippage ticks" in text


@pytest.mark.parametrize("name", ["missing/report.html", "."])
def test_a_report_that_cannot_be_written_is_told_before_the_run(
    home: Home, tmp_path: Path, name: str
) -> None:
    with pytest.raises(BadSpec, match="no report can be written"):
        run(home, report=str(tmp_path / name))
    assert not home.runs.exists()
    assert not list(tmp_path.iterdir())


def test_what_a_strategy_raises_is_told_with_file_line_and_time(home: Home, tmp_path: Path) -> None:
    (home.strategies / "waves.py").write_text(STRATEGY.replace('self.close("down")', "1 / 0"))
    with pytest.raises(BadSpec) as caught:
        run(home, report=str(tmp_path / "report.html"))
    where = "waves.py, line 16: ZeroDivisionError: division by zero (at 2023-07-19 00:25:00 UTC)"
    assert caught.value.message == where
    assert not home.runs.exists()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"range_end": START}, "after its start"),
        ({"range_end": 9_999_999_999}, "future"),
        ({"strategy": "Nobody"}, "no strategy 'Nobody'"),
        ({"settings": {"leverage": 1000}}, "leverage"),
        ({"range_start": START - 86_400}, "2023-07-18 00:00 to 2023-07-19 00:00"),
    ],
)
def test_what_cannot_be_leaves_nothing_behind(home: Home, change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadSpec, match=message):
        run(home, **change)
    assert not home.runs.exists()
