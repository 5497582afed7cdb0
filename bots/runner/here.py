"""A backtest here and now, without a session: what `botyard backtest` runs, recorded in the ledger."""

import ctypes
import time
from collections.abc import Callable
from typing import Any

from bots.core.backtest import Backtest, BacktestResult
from bots.core.bars import CandleError
from bots.core.ports import Level
from bots.process import BadSpec
from bots.runner import provenance, record, repeat
from bots.runner.backtest import make_backtest, steps
from bots.runner.blame import blamed
from bots.runner.candles import Gathered, gather
from bots.runner.compiling import COMPILING
from bots.runner.prepare import Prepared, prepare
from schema.files import ledger
from schema.files.aside import BrokenFile
from schema.home import Home
from schema.spec import LaunchSpec

MOST_WARNINGS = 10
Say = Callable[[dict[str, Any]], None]


def backtest_here(request: dict[str, Any], home: Home, say: Say) -> dict[str, Any]:
    """Run a strategy over the archive, or a run of the ledger once more.

    `request`: market, exchange, strategy, strategy_params, settings, range_start, range_end; or `repeat`, the
    id of a run. Either: `engine`, `report` (a file to write), `trades` (whether the result has them).
    `say` takes progress, log lines and notices.

    Raises:
        BadSpec, OutsideTrouble: before anything is written.
    """
    report = record.check_report(request["report"]) if request.get("report") else None
    before = _known(home, request["repeat"]) if request.get("repeat") else None
    asked = repeat.request(before) if before else request
    prepared = prepare(_spec(asked, home), home)
    gathered = _gathered(prepared, say)
    for sentence in gathered.missing:
        _log(say, "warn", sentence)
    began = time.monotonic()
    result = _run(prepared, gathered, asked.get("engine") or "auto", say)
    result.notes.extend(note for note in gathered.notes if note not in result.notes)
    told = record.entry(prepared, gathered, result, asked.get("engine") or "auto", time.monotonic() - began)
    answer = _kept(prepared, told, result) if before is None else _compared(home, before, told, result)
    if report is not None:
        record.write_report(report, prepared, gathered, result, answer["run"])
    return _slim(answer, result, bool(request.get("trades")), record.defaults(prepared))


def _known(home: Home, id: str) -> ledger.Entry:
    try:
        return ledger.read(home.runs, id)
    except (ledger.UnknownRun, BrokenFile) as error:
        raise BadSpec(str(error), "not_found") from None


def _spec(asked: dict[str, Any], home: Home) -> LaunchSpec:
    if asked["range_end"] <= asked["range_start"]:
        raise BadSpec("the end of the range must be after its start", "bad_range")
    if asked["range_end"] > time.time():
        raise BadSpec("the range ends in the future: there are no candles of it yet", "bad_range")
    names = ("market", "exchange", "strategy", "strategy_params", "settings", "range_start", "range_end")
    fields = {name: asked[name] for name in names}
    return LaunchSpec(kind="session", id=record.HERE, run=1, home=str(home.root), type="backtest", **fields)


def _gathered(prepared: Prepared, say: Say) -> Gathered:
    try:
        return gather(prepared, lambda message: _log(say, "info", message), lambda: None)
    except CandleError as error:
        raise BadSpec(str(error), "bad_candles") from None


def _run(prepared: Prepared, gathered: Gathered, engine: Any, say: Say) -> BacktestResult:
    backtest: Backtest | None = None
    log = _Log(say)
    try:
        backtest = make_backtest(prepared, gathered, log, engine)
        _give_back()
        if backtest.must_compile:
            say({"type": "notice", "message": COMPILING})
        for progress in steps(backtest):
            say({"type": "progress", "done": progress.done, "total": progress.total})
        result = backtest.result()
        _give_back()
        return result
    except CandleError as error:
        raise BadSpec(str(error), "bad_candles") from None
    except (Exception, SystemExit) as error:  # a strategy may well call exit()
        told = blamed(error, prepared.strategy if backtest is None else backtest.strategy)
        if told is None:
            raise
        raise told from error
    finally:
        log.end()


def _give_back() -> None:
    """Give the system what was freed: glibc keeps the columns that were made on the way, some 15 MB of a
    million candles. Other C libraries do not know how.
    """
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def _kept(prepared: Prepared, told: dict[str, Any], result: BacktestResult) -> dict[str, Any]:
    try:
        return {"run": record.store(prepared, told, result)}
    except OSError as error:
        raise BadSpec(f"the run cannot be recorded in {prepared.home.runs}: {error}", "ledger") from None


def _compared(
    home: Home, before: ledger.Entry, told: dict[str, Any], result: BacktestResult
) -> dict[str, Any]:
    columns = provenance.rows(result.table, result.curve)
    found = repeat.differences(before, told, ledger.rows_path(home.runs, before["id"]), columns)
    run = {**told, "id": before["id"], "at": before["at"], "session": before["session"]}
    return {"run": run, "repeat": {"of": before["id"], "identical": not found, "differences": found}}


def _slim(
    answer: dict[str, Any], result: BacktestResult, trades: bool, defaults: dict[str, Any]
) -> dict[str, Any]:
    """What goes through the pipe: trades and the strategy's source only where they are wanted."""
    run = answer["run"]
    source = {name: value for name, value in run["strategy"]["source"].items() if name != "text"}
    return {
        **answer,
        "run": {**run, "strategy": {**run["strategy"], "source": source}},
        "defaults": defaults,
        "metrics": result.metrics,
        "notes": result.notes,
        **({"trades": result.trades} if trades else {}),
    }


def _log(say: Say, level: Level, message: str) -> None:
    say({"type": "log", "level": level, "message": message})


class _Log:
    """The core's journal for a backtest that is watched: trades and equity are in its result. Of warnings it
    tells the first ones, since a strategy whose orders are refused is refused at every bar.
    """

    warnings_only = True

    def __init__(self, say: Say) -> None:
        self._say = say
        self.warnings = 0

    def trade(self, trade: dict[str, Any]) -> None:
        pass

    def log(self, level: Level, message: str, data: dict[str, Any] | None = None) -> None:
        self.warnings += level == "warn"
        if level == "error" or (level == "warn" and self.warnings <= MOST_WARNINGS):
            _log(self._say, level, message)

    def end(self) -> None:
        """Say how many warnings were left out."""
        if self.warnings > MOST_WARNINGS:
            _log(self._say, "warn", f"and {self.warnings - MOST_WARNINGS:,} more warnings")

    def equity(self, ts: float, equity: float, drawdown: float) -> None:
        pass
