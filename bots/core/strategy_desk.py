"""What a strategy is handed: the desk at which it trades, and its log."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from bots.core.candles import Candles
from bots.core.events import Side, Tick
from bots.core.instrument import Instrument
from bots.core.orders import Order
from bots.core.ports import Level
from bots.core.position import Position
from bots.core.terms import GroupKind, Number, Terms


class Desk(Protocol):
    """What the engine lets a strategy see and do."""

    @property
    def now(self) -> float: ...
    @property
    def markets(self) -> tuple[str, ...]: ...
    @property
    def equity(self) -> Decimal: ...
    @property
    def verbose(self) -> bool: ...
    def instrument(self, market: str) -> Instrument: ...
    def tick(self, market: str) -> Tick: ...
    def position(self, market: str) -> Position: ...
    def history(self, market: str, timeframe: str) -> Candles: ...
    def indicator(self, name: str, back: int, timeframe: str) -> float: ...
    def open_orders(self, market: str) -> list[Order]: ...
    def unsent_orders(self, market: str) -> list[Order]: ...
    def place(self, market: str, side: Side, size: Number, terms: Terms, tag: str = "entry") -> Order: ...
    def cancel(self, order: Order) -> None: ...
    def amend(self, order: Order, changes: Mapping[str, Any]) -> None: ...
    def group(self, kind: GroupKind | None) -> None: ...
    def withdraw_group(self) -> None: ...
    def log(self, level: Level, message: str, data: dict[str, Any] | None) -> None: ...


class Log:
    """The session's log, as a strategy writes it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def info(self, message: str) -> None:
        self._desk.log("info", message, None)

    def warn(self, message: str) -> None:
        self._desk.log("warn", message, None)

    def error(self, message: str) -> None:
        self._desk.log("error", message, None)

    def trade(self, message: str, data: dict[str, Any] | None = None) -> None:
        self._desk.log("trade", message, data)

    @property
    def is_detailed(self) -> bool:
        """Whether `detail` writes anything: ask before working out what only it would tell."""
        return self._desk.verbose

    def detail(self, message: str, *values: object) -> None:
        """What happens at every bar: an info line live, nothing in a backtest. Fills {} only when written."""
        if self._desk.verbose:
            self._desk.log("info", message.format(*values), None)
