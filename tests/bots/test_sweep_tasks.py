"""The task behind `botyard sweep`, over recorded candles, with a strategy of the user's own."""

from pathlib import Path
from typing import Any

import pytest

from bots.process import BadSpec
from bots.sweep_tasks import run_sweep
from bots.tasks import backtest
from bots.testing import candles
from schema.archive.writer import CandleArchive
from schema.home import Home
from schema.settings import Settings

STRATEGY = '''
import os
import time
from pydantic import BaseModel, ConfigDict, model_validator
from bots.core.strategy import Bar, Strategy


class Steps(Strategy):
    """In after `wait` flat bars, out after `hold` bars."""

    timeframes = ("5m",)  # so that nothing has to be compiled

    class Params(BaseModel):
        model_config = ConfigDict(extra="forbid")
        wait: int = 5
        hold: int = 5
        pause: float = 0.0

        @model_validator(mode="after")
        def check(self):
            if self.wait + self.hold > 20:
                raise ValueError("too long")
            return self

    def warmup(self) -> int:
        return self.params.wait

    def on_start(self) -> None:
        self.count = 0
        time.sleep(self.params.pause)
        if self.params.hold == 13:
            raise RuntimeError("thirteen")
        if self.params.hold == 14:
            os.kill(os.getpid(), 9)

    def on_bar(self, bar: Bar) -> None:
        self.count += 1
        if self.count % (self.params.wait + self.params.hold) == 0:
            self.close()
        elif not self.position() and self.count % (self.params.wait + self.params.hold) == self.params.wait:
            self.buy(100)
'''
START = 1_704_067_200 + 3600


@pytest.fixture
def swept(settings: Settings) -> Home:
    """A home with half a day of candles and the strategy."""
    store_candles(settings.home)
    (settings.home.strategies / "steps.py").write_text(STRATEGY)
    return settings.home


def store_candles(home: Home) -> None:
    columns = candles(400).columns()
    rows = zip(
        columns.ts, columns.open, columns.high, columns.low, columns.close, columns.volume, strict=True
    )
    CandleArchive(home.archive).write("sandbox", "XBTUSD", rows)


def asked(*grid: str, **more: Any) -> dict[str, Any]:
    given = {"market": "XBTUSD", "exchange": "sandbox", "range_start": START, "range_end": START + 300 * 60}
    return {"strategy": "Steps", **given, "grid": list(grid), "jobs": 2, **more}


def test_every_set_gives_what_a_backtest_of_it_alone_gives(swept: Home) -> None:
    result = run_sweep(asked("wait=3:9:3", "hold=2,5", metric="total_return"))
    assert (result["done"], result["total"], len(result["rows"])) == (6, 6, 6)
    figures = [row["figures"]["total_return"] for row in result["rows"]]
    assert figures == sorted(figures, reverse=True)
    for row in (result["rows"][0], result["rows"][-1]):
        alone = asked() | {"strategy_params": row["params"], "settings": {}}
        found = backtest({name: alone[name] for name in alone if name not in ("grid", "jobs")})
        assert {name: found["metrics"][name] for name in row["figures"]} == row["figures"]
        assert row["figures"]["trade_count"] > 20


def test_sets_that_cannot_be_that_raise_and_whose_process_dies_cost_only_themselves(swept: Home) -> None:
    result = run_sweep(asked("wait=3", "hold=11:18:1"))
    assert (result["sets"], result["total"], result["done"], len(result["rows"])) == (8, 7, 6, 5)
    assert result["refused"] == [{"reason": "too long", "count": 1, "first": {"wait": 3, "hold": 18}}]
    (failure,) = result["failures"]
    assert failure["params"] == {"wait": 3, "hold": 13}
    assert failure["error"].startswith("steps.py, line 32: RuntimeError: thirteen")
    (lost,) = result["lost"]
    assert (lost["params"], lost["reason"]) == (
        {"wait": 3, "hold": 14},
        "its process was killed by SIGKILL (out of memory?)",
    )


def test_a_sweep_is_gone_on_with_from_a_torn_file(swept: Home) -> None:
    whole = run_sweep(asked("wait=1:6", top=100))
    file = Path(whole["path"])
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:4]) + lines[4][:20])
    resumed = run_sweep({"resume": whole["id"], "top": 100})
    assert (resumed["done"], resumed["ran"]) == (6, 3)
    assert resumed["rows"] == whole["rows"]
    assert sorted(file.read_bytes().splitlines()) == sorted(b"".join(lines).splitlines())
    assert run_sweep({"resume": whole["id"]})["ran"] == 0


def test_a_sweep_of_something_else_is_not_gone_on_with(swept: Home) -> None:
    id = run_sweep(asked("wait=3,4"))["id"]
    for other in ({"grid": ["wait=3,5"]}, {"strategy": "TestBot"}, {"settings": {"starting_balance": 2}}):
        with pytest.raises(BadSpec, match=f"sweep {id} was of something else: {next(iter(other))} was "):
            run_sweep({**other, "resume": id})
    (swept.strategies / "steps.py").write_text(STRATEGY + "# changed")
    with pytest.raises(BadSpec, match=r"since it was of something else: source was [0-9a-f]+ and is "):
        run_sweep({"resume": id})


def test_nor_over_other_candles(swept: Home) -> None:
    id = run_sweep(asked("wait=3,4"))["id"]
    row = (START + 600, 40000.0, 40010.0, 39990.0, 40005.0, 1.0)
    CandleArchive(swept.archive).write("sandbox", "XBTUSD", [row])
    with pytest.raises(BadSpec, match="data was "):
        run_sweep({"resume": id})


def test_the_report_is_one_page_with_the_map(swept: Home, tmp_path: Path) -> None:
    file = tmp_path / "sweep.html"
    run_sweep(asked("wait=2:4", "hold=2:18:8", report=str(file)))
    page = file.read_text()
    assert "Sharpe by wait and hold" in page
    assert page.count('<table class="heat">') == 1
    assert "too long" in page
    assert "https:" not in page


def test_the_report_of_one_parameter_has_a_line(swept: Home, tmp_path: Path) -> None:
    file = tmp_path / "sweep.html"
    run_sweep(asked("wait=2:4", metric="total_return", report=str(file)))
    page = file.read_text()
    assert "Total return by wait" in page
    assert "<polyline" in page


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (asked(metric="luck"), "unknown metric 'luck'; there are"),
        (asked("wait=5:1:1"), "the last value lies below the first"),
        (asked("weight=1"), "no parameter 'weight'; there are wait, hold"),
        (asked(x="wait"), "'wait' is no varied parameter"),
        (asked(strategy="Nobody"), "there is no strategy 'Nobody'"),
        (asked(settings={"leverage": 0}), "bad settings: leverage"),
        (asked(market="NOPE"), "NOPE"),
        (asked(range_end=START), "the end of the range must be after its start"),
        ({"strategy": "Steps"}, "a sweep needs market, exchange, range_start, range_end"),
        ({"resume": "../x"}, "'../x' is no id of a sweep"),
        ({"resume": "none"}, "there is no sweep 'none'"),
        (asked(report="/nowhere/x.html"), "no report can be written"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_run(
    swept: Home, request_: dict[str, Any], told: str
) -> None:
    with pytest.raises(BadSpec, match=told):
        run_sweep(request_)
    assert not swept.sweeps.exists()
