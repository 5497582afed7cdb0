"""The strategy's desk: what it may see of the engine, and the tray in which its orders wait to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from bots.core.bars import BarBuilder
from bots.core.books.account import Account
from bots.core.books.ledger import Ledger
from bots.core.candles import Candles
from bots.core.events import Side, Tick
from bots.core.instrument import Instrument
from bots.core.orders import Order, OrderEvent
from bots.core.ports import Broker, Journal, Level
from bots.core.position import FLAT, Position
from bots.core.signals import Signals, StrategyError
from bots.core.terms import GroupKind, Number, Terms
from bots.core.ticket import amendment, make_order

T = TypeVar("T")


@dataclass
class Group:
    """Orders that are sent together. `whole`: all of them are taken on, or none."""

    orders: list[Order]
    whole: bool = False


class TradingDesk:
    """Read-only views of the engine's parts. Orders go into `tray`, groups to be sent one after the other.

    `bars` and `signals` are by timeframe; the session's own is "".
    """

    def __init__(
        self,
        ledger: Ledger,
        account: Account,
        broker: Broker,
        bars: Mapping[str, BarBuilder],
        journal: Journal,
        verbose: bool,
    ) -> None:
        self.now = 0.0
        self.verbose = verbose
        self.signals: dict[str, Signals] = {}
        self.tray: list[Group] = []
        self.next_order_id = 1
        self._ledger, self._account, self._broker = ledger, account, broker
        self._bars, self._journal = bars, journal
        self._kind: GroupKind | None = None
        self._oco = 0
        self._together: list[Order] = []

    @property
    def markets(self) -> tuple[str, ...]:
        return self._bars[""].markets

    @property
    def equity(self) -> Decimal:
        return self._account.equity()

    def instrument(self, market: str) -> Instrument:
        try:
            return self._ledger.instruments[market]
        except KeyError:
            raise StrategyError(f"{market} is not traded here: {', '.join(self.markets)}") from None

    def tick(self, market: str) -> Tick:
        self.instrument(market)
        try:
            return self._broker.ticks[market]
        except KeyError:
            raise StrategyError(f"{market} has no price yet") from None

    def position(self, market: str) -> Position:
        instrument = self.instrument(market)
        trip = self._ledger.trips.get(market)
        if trip is None:
            return FLAT
        return Position(
            trip.signed_size, trip.entry_price(instrument), trip.entry_time, self._ledger.unrealised(market)
        )

    def history(self, market: str, timeframe: str) -> Candles:
        self.instrument(market)
        return self._of(self._bars, timeframe).windows[market].view()

    def indicator(self, name: str, back: int, timeframe: str) -> float:
        return self._of(self.signals, timeframe).value(name, back)

    def open_orders(self, market: str) -> list[Order]:
        return [order for order in self._broker.working.values() if order.market == market]

    def unsent_orders(self, market: str) -> list[Order]:
        """Orders of the handler that runs, which are sent when it returns."""
        return [order for group in self.tray for order in group.orders if order.market == market]

    def log(self, level: Level, message: str, data: dict[str, Any] | None = None) -> None:
        self._journal.log(level, message, data)

    def next_id(self) -> int:
        """A number for the next order."""
        self.next_order_id += 1
        return self.next_order_id - 1

    def group(self, kind: GroupKind | None) -> None:
        if kind is not None and self._kind is not None:
            raise StrategyError(f"{kind} inside of {self._kind}")
        self._kind, self._oco, self._together = kind, 0, []
        if kind == "all_or_none":
            self.tray.append(Group([], whole=True))

    def withdraw_group(self) -> None:
        """Take back what was placed in the group so far."""
        for order in self._together:
            self.cancel(order)

    def place(self, market: str, side: Side, size: Number, terms: Terms, tag: str = "entry") -> Order:
        """Put an order in the tray. Raises OrderError for numbers and terms that cannot be."""
        order = self.make(market, side, size, terms, tag)
        if self._kind is not None:
            self._together.append(order)
        if self._kind == "all_or_none":
            self.tray[-1].orders.append(order)
            return order
        if self._kind == "one_cancels_other":
            self._oco = order.oco = self._oco or order.id
        self.tray.append(Group([order]))
        return order

    def make(self, market: str, side: Side, size: Number, terms: Terms, tag: str) -> Order:
        """An order with its numbers on the grid."""
        order = make_order(self.instrument(market), side, size, terms, tag, self.now)
        order.id = self.next_id()
        return order

    def amend(self, order: Order, changes: Mapping[str, Any]) -> None:
        changed = amendment(self.instrument(order.market), order, changes)
        if any(order in group.orders for group in self.tray):
            for name, value in changed.items():
                setattr(order, name, value)
        elif changed:
            self._broker.amend(order, self.now, **changed)

    def cancel(self, order: Order) -> None:
        """Cancel an order in the tray, or ask the broker to."""
        for group in self.tray:
            if order in group.orders:
                group.orders.remove(order)
                order.on(OrderEvent.CANCEL)
                return
        self._broker.cancel(order, self.now)

    def _of(self, by_timeframe: Mapping[str, T], timeframe: str) -> T:
        try:
            return by_timeframe[timeframe]
        except KeyError:
            known = ", ".join(name for name in by_timeframe if name) or "none"
            raise StrategyError(
                f"{timeframe} is none of the strategy's further timeframes: {known}"
            ) from None
