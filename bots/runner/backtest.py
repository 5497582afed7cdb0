"""A backtest as a session: the same engine over the archive, from the first candle to the last."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from bots.core.backtest import Backtest, BacktestResult, EngineName, Progress
from bots.process import BadSpec, Process
from bots.runner import record
from bots.runner.blame import blamed
from bots.runner.candles import Gathered, gather
from bots.runner.compiling import COMPILING, compile_apart
from bots.runner.figures import ProcessFigures, with_counters
from bots.runner.heartbeat import Heartbeat
from bots.runner.journal import Journal
from bots.runner.prepare import Prepared
from schema.files.metrics import write_metrics
from schema.words import counted

_STAMPS_A_STEP = 1_000
_TRADES_SECONDS = 1.0  # between two writings of closed trades, which wait for the disk
_LONGEST_WAIT = 1.0


class Stopped(Exception):
    """The session was told to stop, or a newer run exists."""


def make_backtest(
    prepared: Prepared, gathered: Gathered, journal: Any, engine: EngineName = "auto"
) -> Backtest:
    """The core's backtest of a prepared session. Raises what `Backtest` raises."""
    return Backtest(
        prepared.strategy,
        prepared.instruments,
        gathered.series,
        prepared.engine_settings(verbose=False),
        assumptions=prepared.assumptions(),
        range_start=prepared.spec.range_start,
        funding=gathered.funding,
        ticks=gathered.ticks,
        journal=journal,
        engine=engine,
    )


def run_backtest(process: Process, prepared: Prepared, journal: Journal, heartbeat: Heartbeat) -> None:
    """Gather the candles, run, and write the results; returns where it finished or was told to stop.

    Raises:
        OutsideTrouble: candles are missing, and are not to be had; says which.
    """
    _BacktestSession(process, prepared, journal, heartbeat).run()


class _BacktestSession:
    def __init__(self, process: Process, prepared: Prepared, journal: Journal, heartbeat: Heartbeat) -> None:
        self._process = process
        self._prepared = prepared
        self._journal = journal
        self._heartbeat = heartbeat
        self._figures = ProcessFigures(process, prepared.spec)
        self._state = "running"
        self._progress = {"done": 0, "total": 0}
        self._counters: Callable[[], dict[str, Any]] = dict
        self._backtest: Backtest | None = None
        self._trades_at = time.monotonic() + _TRADES_SECONDS

    def run(self) -> None:
        spec = self._prepared.spec
        self._journal.log(
            "info", f"Backtest {spec.run} of {spec.strategy} on {spec.market} ({spec.exchange})"
        )
        self._journal.flush()
        self._process.ready()
        try:
            self._trade()
        except Stopped:
            refused = self._heartbeat.refused
            because = f": this run ends itself: {refused}" if refused else ""
            self._journal.log("error" if refused else "info", f"Stopped before the end of the range{because}")
        except BadSpec as error:
            self._journal.log("error", error.message)
            raise
        except (Exception, SystemExit) as error:  # a strategy that calls exit() has not finished its session
            driven = self._prepared if self._backtest is None else self._backtest
            told = blamed(error, driven.strategy)
            self._journal.log("error", told.message if told else f"{type(error).__name__}: {error}")
            if told is None:
                raise
            raise told from error
        finally:
            self._journal.append_trades()
            self._journal.flush()
            if not self._heartbeat.refused:
                self._heartbeat.last(self._payload())

    def _trade(self) -> None:
        gathered = gather(self._prepared, self._tell, self._idle)
        for sentence in gathered.missing:
            self._journal.log("warn", sentence)
        backtest = make_backtest(self._prepared, gathered, self._journal)
        self._backtest, self._counters = backtest, backtest.counters
        self._progress["total"] = backtest.total
        self._idle()  # a short run is over before it is asked again
        if backtest.must_compile:
            self._tell(COMPILING)
            compile_apart(self._idle)
        began = time.monotonic()
        for progress in backtest.run(every=_STAMPS_A_STEP):
            self._on_progress(progress)
        result = backtest.result()
        result.notes.extend(gathered.notes)
        entry = record.entry(self._prepared, gathered, result, "auto", time.monotonic() - began)
        self._write(result, self._recorded(entry, result))
        trades = counted(result.metrics["trade_count"], "trade")
        self._journal.log("info", f"Finished: {trades}, {result.metrics['total_pnl']:+.2f} USD")
        for note in result.notes:
            if note not in gathered.missing:
                self._journal.log("info", f"Note: {note}")

    def _on_progress(self, progress: Progress) -> None:
        self._progress = {"done": progress.done, "total": progress.total}
        if time.monotonic() >= self._trades_at:
            self._journal.append_trades()
            self._trades_at = time.monotonic() + _TRADES_SECONDS
        if progress.done < progress.total:
            self._idle()

    def _recorded(self, entry: dict[str, Any], result: BacktestResult) -> str | None:
        """The run's id in the ledger; a ledger that cannot be written costs no session its result."""
        try:
            id: str = record.store(self._prepared, entry, result)["id"]
        except OSError as error:
            self._journal.log("warn", f"The run cannot be recorded in the ledger: {error}")
            return None
        self._journal.log("info", f"Run {id} of the ledger: botyard backtest --repeat {id}")
        return id

    def _write(self, result: BacktestResult, recorded: str | None) -> None:
        counters = {
            **result.counters,
            "ledger": recorded,
            "notes": result.notes,
            "assumptions": result.assumptions,
            "ambiguous": result.ambiguous,
            "engine": result.engine,
            "progress": self._progress,
        }
        figures = result.metrics | with_counters(self._prepared.spec, counters)
        write_metrics(self._prepared.home.metrics(self._prepared.spec.id), figures)

    def _tell(self, message: str) -> None:
        self._journal.log("info", message)

    def _idle(self) -> None:
        """Between two steps: heartbeats, log, and a halt while the session is paused."""
        self._process.poll()
        self._stop_where_asked()
        self._heartbeat.turn(self._payload)
        self._journal.flush()
        if self._process.wanted == "paused":
            self._halt()

    def _halt(self) -> None:
        self._become("paused", "Paused")
        while self._process.wanted == "paused":
            self._process.wait(min(_LONGEST_WAIT, self._heartbeat.seconds_until_due()))
            self._stop_where_asked()
            self._heartbeat.turn(self._payload)
        self._become("running", "Resumed")

    def _become(self, state: Any, message: str) -> None:
        self._journal.log("info", message)
        self._journal.flush()
        self._process.announce(state)

    def _stop_where_asked(self) -> None:
        if self._process.stopping or self._heartbeat.refused:
            raise Stopped

    def _payload(self) -> dict[str, Any]:
        return {**self._counters(), **self._figures.payload(), "progress": dict(self._progress)}


def steps(backtest: Backtest) -> Iterator[Progress]:
    """Progress about ten times a second, for somebody who watches."""
    told = 0.0
    for progress in backtest.run(every=_STAMPS_A_STEP):
        now = time.monotonic()
        if now - told >= 0.1 or progress.done == progress.total:
            told = now
            yield progress
