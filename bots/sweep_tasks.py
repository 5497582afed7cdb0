"""`python -m bots sweep`: the task behind `botyard sweep`."""

import os
import signal
import time
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from bots.core.ports import Level
from bots.process import BadSpec, OutsideTrouble
from bots.runner.compiling import COMPILING
from bots.runner.record import check_report
from bots.sweep import heat
from bots.sweep.grid import Grid, GridError
from bots.sweep.ranking import LESS_IS_BETTER, ranked
from bots.sweep.request import METRIC, Ready, asked, ready
from bots.sweep.run import Outcome, as_json, sweep
from bots.sweep.store import Store, SweepError, new_id
from bots.tasks import say
from schema.files.atomic import write_atomic
from schema.home import Home
from schema.settings import load_settings

TOP = 20
_PROGRESS_SECONDS = 0.1
_MOST_TOLD = 20
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_sweep(request: dict[str, Any]) -> dict[str, Any]:
    """Sweep a grid, or go on with a sweep.

    `request`: strategy, market, exchange, range_start, range_end, settings, grid (texts such as
    "fast=5:50:5"); of these a sweep that is resumed needs none. And: resume, metric, jobs, top, report (a
    path), x, y, others.

    Raises:
        BadSpec, OutsideTrouble.
    """
    home = load_settings().home.ensure()
    with _Stop() as stop:
        wanted = asked(request, home)
        axes = _axes(request, Grid.from_json(wanted["grid"]))
        file = check_report(request["report"]) if request.get("report") else None
        made = ready(wanted, home, lambda message: _log("info", message))
        with _store(request, made, home) as store:
            say({"type": "sweep", "id": store.id, "path": str(store.path)})
            if store.mended:
                _log("warn", f"the last line of {store.path} was torn, and is cut off")
            jobs = request.get("jobs") or len(os.sched_getaffinity(0))
            stop.is_awaited = True
            try:
                outcome = sweep(
                    made.trials, store, jobs, _Progress(), lambda: stop.came, lambda: _log("info", COMPILING)
                )
            except OSError as error:
                raise OutsideTrouble(f"the results cannot be stored: {error}", "disk") from None
        result = _result(request, made, outcome)
        if file is not None:
            _write_report(file, request, made, outcome, axes)
            result["report"] = str(file)
        return {"id": store.id, "path": str(store.path), **result, "jobs": jobs, "stopped": stop.came}


def _axes(request: dict[str, Any], grid: Grid) -> heat.Axes | None:
    """The parameters to show in the report, before anything is run."""
    try:
        return heat.axes(grid, request.get("x"), request.get("y"))
    except GridError as error:
        raise BadSpec(str(error), "bad_axis") from None


def _store(request: dict[str, Any], made: Ready, home: Home) -> Store:
    try:
        if resumed := request.get("resume"):
            return Store.resume(home.sweeps, resumed, made.identity)
        return Store.create(home.sweeps, new_id(time.time()), made.identity)
    except SweepError as error:
        raise BadSpec(str(error), "bad_sweep") from None
    except OSError as error:
        raise OutsideTrouble(f"the results cannot be stored: {error}", "disk") from None


def _result(request: dict[str, Any], made: Ready, outcome: Outcome) -> dict[str, Any]:
    metric, grid = request.get("metric") or METRIC, made.trials.sets.grid
    best = ranked(outcome.rows.values(), metric)[: request.get("top") or TOP]
    lost = [
        {"set": number, "params": grid.point(number), "reason": reason}
        for number, reason in outcome.lost.items()
    ]
    return {
        "strategy": made.identity["strategy"],
        "market": made.identity["market"],
        "exchange": made.identity["exchange"],
        "range_start": made.identity["range_start"],
        "range_end": made.identity["range_end"],
        "settle": made.trials.prepared.settle,
        "metric": metric,
        "less_is_better": metric in LESS_IS_BETTER,
        "varied": [axis.name for axis in grid.varied],
        "sets": len(grid),
        "total": outcome.total,
        "done": len(outcome.rows),
        "ran": outcome.ran,
        "seconds": round(outcome.seconds, 3),
        "refused": [each.to_json() for each in made.trials.sets.refused.values()],
        "failed": len(outcome.failed),
        "failures": [as_json(row, made.trials) for row in outcome.failed[:_MOST_TOLD]],
        "lost": lost,
        "rows": [as_json(row, made.trials) for row in best if row.figures is not None],
        "notes": made.trials.gathered.notes,
        "report": None,
    }


def _write_report(
    file: Path, request: dict[str, Any], made: Ready, outcome: Outcome, axes: heat.Axes | None
) -> None:
    from bots.sweep.report import report

    metric, sets = request.get("metric") or METRIC, made.trials.sets
    others: heat.Others = "mean" if request.get("others") == "mean" else "best"
    surface = axes and heat.surface(sets.grid, outcome.rows, metric, axes, others)
    best = [row for row in ranked(outcome.rows.values(), metric) if row.figures is not None]
    text = report(made.identity, sets, outcome, best, surface, metric, made.trials.prepared.settle)
    try:
        write_atomic(file, text.encode())
    except OSError as error:
        raise OutsideTrouble(f"the report cannot be written: {error}", "disk") from None


def _log(level: Level, message: str) -> None:
    say({"type": "log", "level": level, "message": message})


class _Progress:
    """Tells the sets that are done, at most ten times a second."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told >= _PROGRESS_SECONDS or done == total:
            self._told = now
            say({"type": "progress", "done": done, "total": total})


class _Stop:
    """Ctrl-C and SIGTERM. Before the first set they end the task, later they ask the sweep to end."""

    def __init__(self) -> None:
        self.came = self.is_awaited = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "_Stop":
        self._before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.came = True
        if not self.is_awaited:
            raise BadSpec("stopped before the first set was run", "stopped")
