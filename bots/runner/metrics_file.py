"""The metrics of a live session, kept up as it trades.

What is new in the trades file and the equity file is read since the last time, so a session that starts again
gets its figures back by the same way, and they never tell of a trade that the file does not hold.
"""

import time
from typing import Any

from bots.apart import apart
from bots.core.metrics import RunningMetrics
from bots.runner.figures import with_counters
from schema.files.aside import BrokenFile
from schema.files.equity import EquityReader
from schema.files.metrics import read_metrics, write_metrics
from schema.files.trades import TradesReader
from schema.home import Home
from schema.spec import LaunchSpec

_SAMPLES_SECONDS = 60.0  # between two writings that only new samples of the equity ask for
_SHARE = 100  # never more than a hundredth of the session's time
_TRADES = 256  # read at once
MARKET = "market_closes"


class MetricsFile:
    """Writes `<id>.metrics.json` when trades have come, and once a minute for the equity."""

    def __init__(self, home: Home, spec: LaunchSpec, starting_balance: float) -> None:
        self._home = home
        self._spec = spec
        self._start = starting_balance
        self._running: RunningMetrics | None = None
        self._trades_read = 0
        self._equity_read = 0
        self._unreadable: list[str] = []
        self._written_for = -1
        self._next = 0.0
        self._next_samples = 0.0

    def refresh(self, counters: dict[str, Any], *, final: bool = False) -> None:
        """Write where something is new or this is the end. `counters` are those of the heartbeat.

        Raises:
            OSError.
        """
        running = self._running or self._begin(counters)
        self._note_market(running, counters)
        now = time.monotonic()
        if not final and not self._is_due(counters, now):
            return
        self._catch_up(running)
        if final:
            self._write(running, counters)
        else:
            apart(f"botyard figures {self._spec.id}", lambda: self._write(running, counters))
        self._written_for = counters["trade_count"]
        done = time.monotonic()
        self._next = done + _SHARE * (done - now)
        self._next_samples = max(self._next, done + _SAMPLES_SECONDS)

    def _write(self, running: RunningMetrics, counters: dict[str, Any]) -> None:
        figures = running.figures() | with_counters(self._spec, counters)
        if market := running.market_to_json():
            figures[MARKET] = market
        if self._unreadable:
            figures["notes"] = self._unreadable
        write_metrics(self._home.metrics(self._spec.id), figures)

    def _is_due(self, counters: dict[str, Any], now: float) -> bool:
        has_trades = counters["trade_count"] != self._written_for
        return now >= (self._next if has_trades else self._next_samples)

    def _begin(self, counters: dict[str, Any]) -> RunningMetrics:
        """From nothing; kept once the balance is known that the session starts from (a pair's is dollars,
        known when every leg has a price).
        """
        start = counters["starting_balance"]
        running = RunningMetrics(start or self._start)
        if start:
            self._running = running
            self._recall_market(running)
        return running

    def _catch_up(self, running: RunningMetrics) -> None:
        if running is not self._running:
            return  # no equity is noted before the balance is known
        reader = TradesReader(self._home.trades(self._spec.id))
        while (page := reader.page(self._trades_read, _TRADES, newest_first=False)).total > self._trades_read:
            for trade in page.trades:
                self._add(running, trade)
            self._trades_read = min(self._trades_read + _TRADES, page.total)
        equity = EquityReader(self._home.equity(self._spec.id))
        while True:
            points, position = equity.behind(self._equity_read)
            if position == self._equity_read:
                return
            for point in points:
                running.add_equity(point.ts, point.equity, point.drawdown)
            self._equity_read = position

    def _add(self, running: RunningMetrics, trade: dict[str, Any]) -> None:
        """A row that somebody edited must not end a session that trades."""
        try:
            running.add_trade(trade)
        except ValueError as error:
            self._unreadable = [f"the metrics leave out what is no trade in the trades file: {error}"]

    def _note_market(self, running: RunningMetrics, counters: dict[str, Any]) -> None:
        price, at = counters.get("last_price"), counters.get("market_time")
        if price and at and "+" not in self._spec.market:
            running.add_market(at, price)

    def _recall_market(self, running: RunningMetrics) -> None:
        try:
            written = read_metrics(self._home.metrics(self._spec.id)) or {}
            if MARKET in written:
                running.market_from_json(written[MARKET])
        except (BrokenFile, KeyError, TypeError, ValueError):
            return  # the market's return then counts from now on
