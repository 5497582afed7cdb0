"""Where a session writes: log, trades and equity, so that whatever dies when, no trade is lost or told twice.

Trades come first into the snapshot, with how many the file held before, and then into the trades file. A
process that
dies between the two finds them in the snapshot at its next start and adds those that the file lacks; one
that dies
before has neither the trade nor the position's end, and goes on with the open position. Log lines of a
turn are written after its trades, so that no line tells of a trade that is then forgotten.
"""

import time
from collections.abc import Callable
from typing import Any

from bots.core.ports import Level
from schema.files.equity import EquityWriter
from schema.files.log import LogWriter
from schema.files.snapshot import write_snapshot
from schema.files.trades import TradesWriter
from schema.home import Home
from schema.spec import LaunchSpec
from schema.words import counted

_RETRY_SECONDS = 1.0
_PATIENCE_SECONDS = 2.0  # less than the grace period of a stop
_BLOCK = 2_000  # rows of equity that are written together
_MOST_LINES = 10_000  # of one turn; a strategy that writes more in one call is cut, and that is said

Snapshot = dict[str, Any]


class Journal:
    """The files of one run of a session; the core's port of that name.

    Attributes:
        unwritten: closed trades that are not yet in the trades file.
        trouble: why files cannot be written, empty while they can; it is tried again.
    """

    def __init__(
        self, spec: LaunchSpec, home: Home, settle: str, starting_balance: float, *, in_haste: bool = False
    ) -> None:
        """Open every file, mending what a crash left. `in_haste`: much comes at once, and a run that dies
        begins anew: equity is written in blocks.

        Raises:
            OSError: a file cannot be written.
        """
        self.unwritten: list[dict[str, Any]] = []
        self.trouble = ""
        self._snapshot_path = home.snapshot(spec.id)
        self._lines: list[tuple[float, str, str, Any]] = []
        self._cut = 0
        self._is_new = False
        self._retry_at = 0.0
        self._log = LogWriter(
            home.log(spec.id),
            spec.id,
            spec.exchange,
            spec.market,
            max_bytes=spec.log_max_bytes,
            keep=int(spec.options.get("log_keep", 5)),
            run=spec.run,
        )
        self._trades = TradesWriter(home.trades(spec.id))
        self._equity = EquityWriter(
            home.equity(spec.id),
            spec.id,
            spec.exchange,
            spec.market,
            settle,
            starting_balance,
            buffer_rows=_BLOCK if in_haste else 1,
        )
        for mended in (self._log.mended, self._trades.mended, self._equity.mended):
            if mended:
                self.log("warn", mended)

    @property
    def trades_written(self) -> int:
        return self._trades.count

    # The core's port

    def trade(self, trade: dict[str, Any]) -> None:
        self.unwritten.append(trade)
        self._is_new = True

    def log(self, level: Level, message: str, data: dict[str, Any] | None = None) -> None:
        if level == "trade":
            self._is_new = True
        if len(self._lines) < _MOST_LINES:
            self._lines.append((time.time(), level, message, data))
        else:
            self._cut += 1

    def equity(self, ts: float, equity: float, drawdown: float) -> None:
        self._equity.append(ts, equity, drawdown)

    # The runner's side

    def recover(self, snapshot: Snapshot) -> None:
        """Add the trades that a died process had put into its snapshot and not into the file.

        Those for which there is no space wait like any others.
        """
        before = int(snapshot["trades_before"])
        missing = snapshot["unwritten"][max(0, self._trades.count - before) :]
        if self._trades.count < before:
            self.log("error", f"the trades file holds {self._trades.count} trades where there were {before}")
        if not missing:
            return
        self.log("info", f"{counted(len(missing), 'trade')} of the last moment before the end recovered")
        self.unwritten.extend(missing)
        try:
            self._append()
        except OSError as error:
            self._put_off(error)

    def commit(self, snapshot: Callable[[], Snapshot], *, due: bool = False) -> bool:
        """End a turn: make durable what it brought, then write its log lines. True once the snapshot is
        written.

        Never raises for a full or failing disk: what could not be written is kept and tried again each
        second.
        """
        written = False
        if (self._is_new or self.unwritten or due) and time.monotonic() >= self._retry_at:
            written = self._store(snapshot)
        self.flush()
        return written

    def conclude(self, snapshot: Callable[[], Snapshot], patience: float = _PATIENCE_SECONDS) -> bool:
        """The last commit, tried again for `patience` seconds. False where trades stay unwritten: the next
        start then goes on from the snapshot before them.
        """
        deadline = time.monotonic() + patience
        while True:
            self._retry_at = 0.0
            if self.commit(snapshot, due=True):
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(_RETRY_SECONDS / 10)

    def append_trades(self) -> None:
        """Write the closed trades that wait, without a snapshot: a backtest that dies begins anew.

        Raises:
            OSError.
        """
        self._append()

    def flush(self) -> None:
        """Write the log lines that wait."""
        lines, self._lines = self._lines, []
        for ts, level, message, data in lines:
            self._log.write(level, message, data, ts)
        if self._cut:
            self._log.write("warn", f"{self._cut} further lines of one moment were left out")
            self._cut = 0

    def _store(self, snapshot: Callable[[], Snapshot]) -> bool:
        try:
            state = {**snapshot(), "trades_before": self._trades.count, "unwritten": self.unwritten}
            write_snapshot(self._snapshot_path, state)
            self._append()
        except OSError as error:
            self._put_off(error)
            return False
        if self.trouble:
            self.trouble = ""
            self.log("info", "files can be written again")
        self._is_new = False
        return True

    def _put_off(self, error: OSError) -> None:
        self._retry_at = time.monotonic() + _RETRY_SECONDS
        if not self.trouble:
            self.log(
                "error", f"files cannot be written ({error.strerror}); nothing is lost, it is tried again"
            )
        self.trouble = str(error)

    def _append(self) -> None:
        self._trades.extend(self.unwritten)
        self.unwritten.clear()

    def close(self) -> None:
        self.flush()
        for file in (self._log, self._trades, self._equity):
            file.close()
