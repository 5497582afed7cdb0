"""What a strategy decides, noted down between it and its desk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from bots.check.findings import moment
from bots.core.bars import Bars
from bots.core.orders import Order
from bots.core.strategy import Strategy
from bots.core.strategy_desk import Desk

_NOT_A_TERM = "reason"  # a text may well name what the order does not depend on


class Decision(NamedTuple):
    """An order that is placed, amended or cancelled.

    Attributes:
        at: Unix seconds.
        what: all of it but the size.
    """

    at: float
    what: str
    size: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.size}".strip() + f" at {moment(self.at)}"


@dataclass
class Notes:
    """What was decided in one run, in order.

    Attributes:
        used: (timeframe, indicator, bars back) that was asked for.
        idle: times of bars after which nothing was open, neither position nor order.
    """

    decisions: list[Decision] = field(default_factory=list)
    used: set[tuple[str, str, int]] = field(default_factory=set)
    idle: set[float] = field(default_factory=set)

    def until(self, at: float) -> list[Decision]:
        """The decisions up to a time, included."""
        return [decision for decision in self.decisions if decision.at <= at]

    def after(self, at: float) -> list[Decision]:
        return [decision for decision in self.decisions if decision.at > at]


def watch(strategy: Strategy) -> Notes:
    """Note what this strategy decides, once an engine takes it on."""
    notes = Notes()
    bind, on_bars = strategy.bind, strategy.on_bars

    def bind_watched(desk: Desk) -> None:
        bind(cast(Desk, _WatchedDesk(desk, notes)))

    def on_bars_watched(bars: Bars) -> None:
        markets = strategy.all_markets
        if not any(strategy.position(market) or strategy.orders(market) for market in markets):
            notes.idle.add(strategy.now)
        on_bars(bars)

    _replace(strategy, "bind", bind_watched)
    _replace(strategy, "on_bars", on_bars_watched)
    return notes


def _replace(strategy: Strategy, name: str, method: Callable[..., None]) -> None:
    """For this one instance."""
    vars(strategy)[name] = method


class _WatchedDesk:
    """A desk that notes what goes over it; all else is the desk's own."""

    def __init__(self, desk: Desk, notes: Notes) -> None:
        self._desk, self._notes = desk, notes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)

    def indicator(self, name: str, back: int, timeframe: str) -> float:
        self._notes.used.add((timeframe, name, back))
        return self._desk.indicator(name, back, timeframe)

    def place(self, market: str, side: Any, size: Any, terms: Mapping[str, Any], tag: str = "entry") -> Order:
        told = "".join(
            f" {name}={value}"
            for name, value in sorted(terms.items())
            if name != _NOT_A_TERM and value not in (None, False)
        )
        self._notes.decisions.append(Decision(self._desk.now, f"{side} {market}{told}", str(size)))
        return self._desk.place(market, side, size, cast(Any, terms), tag)

    def amend(self, order: Order, changes: Mapping[str, Any]) -> None:
        told = " ".join(f"{name}={value}" for name, value in changes.items() if value is not None)
        self._notes.decisions.append(Decision(self._desk.now, f"amend {order.side} {order.market} {told}"))
        self._desk.amend(order, changes)

    def cancel(self, order: Order) -> None:
        self._notes.decisions.append(Decision(self._desk.now, f"cancel {order.side} {order.market}"))
        self._desk.cancel(order)
