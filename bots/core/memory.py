"""Journals of a backtest: in memory, or passed on to the session's as well, each thing once."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bots.core.ports import Journal, Level

Line = tuple[Level, str, dict[str, Any] | None]


@dataclass
class MemoryJournal:
    """Keeps trades and equity in memory; drops log lines unless told to keep them."""

    keep_log: bool = False
    trades: list[dict[str, Any]] = field(default_factory=list)
    curve: list[tuple[float, float, float]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def trade(self, trade: dict[str, Any]) -> None:
        self.trades.append(trade)

    def log(self, level: Level, message: str, data: dict[str, Any] | None = None) -> None:
        if self.keep_log:
            self.lines.append((level, message, data))

    def equity(self, ts: float, equity: float, drawdown: float) -> None:
        self.curve.append((ts, equity, drawdown))


class Once:
    """Passes on to a journal what it was not told yet: a run that begins anew tells the same from the start.

    As the journal's `warnings_only`, so its own.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.warnings_only = bool(getattr(journal, "warnings_only", False))
        self._told: Counter[str] = Counter()
        self._known: Counter[str] = Counter()

    def begin_anew(self) -> None:
        """From now on the same is told once more, kind by kind in the same order."""
        self._known = self._told + self._known
        self._told = Counter()

    def trade(self, trade: dict[str, Any]) -> None:
        if self._is_new("closed"):
            self._journal.trade(trade)

    def log(self, level: Level, message: str, data: dict[str, Any] | None = None) -> None:
        if self._is_new(level):
            self._journal.log(level, message, data)

    def equity(self, ts: float, equity: float, drawdown: float) -> None:
        if self._is_new("equity"):
            self._journal.equity(ts, equity, drawdown)

    def _is_new(self, kind: str) -> bool:
        if self._known and self._known[kind]:
            self._known[kind] -= 1
            return False
        self._told[kind] += 1
        return True


class Tee:
    """Writes to the memory for the result and to the session's journal."""

    def __init__(self, memory: MemoryJournal, journal: Journal) -> None:
        self._memory, self._journal = memory, journal

    def trade(self, trade: dict[str, Any]) -> None:
        self._memory.trade(trade)
        self._journal.trade(trade)

    def log(self, level: Level, message: str, data: dict[str, Any] | None = None) -> None:
        self._journal.log(level, message, data)

    def equity(self, ts: float, equity: float, drawdown: float) -> None:
        self._memory.equity(ts, equity, drawdown)
        self._journal.equity(ts, equity, drawdown)
