"""The strategy's desk: what it may see of the engine, and the tray in which its orders wait to be sent."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bots.core.account import Account
from bots.core.bars import BarBuilder
from bots.core.candles import Candles
from bots.core.events import Side, Tick
from bots.core.instrument import ZERO, Instrument
from bots.core.ledger import Ledger
from bots.core.orders import Order, OrderError, OrderEvent, OrderType, as_decimal
from bots.core.ports import Broker, Journal, Level
from bots.core.signals import Signals, StrategyError
from bots.core.strategy import Number, Position

FLAT = Position(ZERO, ZERO, 0.0, ZERO)


class TradingDesk:
    """Read-only views of the engine's parts. Orders go into `tray`, a list of groups to be sent together."""

    def __init__(
        self,
        ledger: Ledger,
        account: Account,
        broker: Broker,
        bars: BarBuilder,
        journal: Journal,
        verbose: bool,
    ) -> None:
        self.now = 0.0
        self.verbose = verbose
        self.signals: Signals
        self.tray: list[list[Order]] = []
        self.next_order_id = 1
        self._ledger, self._account, self._broker = ledger, account, broker
        self._bars, self._journal = bars, journal
        self._grouping = False

    @property
    def markets(self) -> tuple[str, ...]:
        return self._bars.markets

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

    def history(self, market: str) -> Candles:
        self.instrument(market)
        return self._bars.windows[market].view()

    def indicator(self, name: str, back: int) -> float:
        return self.signals.value(name, back)

    def open_orders(self, market: str) -> list[Order]:
        return [order for order in self._broker.working.values() if order.market == market]

    def log(self, level: Level, message: str, data: dict[str, Any] | None = None) -> None:
        self._journal.log(level, message, data)

    def group(self, open_: bool) -> None:
        if open_:
            self.tray.append([])
        self._grouping = open_

    def place(self, market: str, side: Side, size: Number, fields: Mapping[str, Any]) -> Order:
        """Put an order in the tray. Raises OrderError for numbers that cannot be."""
        order = self.make(market, side, size, fields)
        if self._grouping:
            self.tray[-1].append(order)
        else:
            self.tray.append([order])
        return order

    def make(self, market: str, side: Side, size: Number, fields: Mapping[str, Any]) -> Order:
        """An order with its numbers on the grid."""
        instrument = self.instrument(market)
        quantity = instrument.round_size(as_decimal(size, f"{market}: size"))
        if not quantity:
            raise OrderError(f"{market}: a size of {size} is less than one lot of {instrument.lot}")
        prices = {
            name: None if fields.get(name) is None else _price(instrument, fields[name], name)
            for name in ("price", "trigger", "stop", "target")
        }
        if prices["price"] is not None and prices["trigger"] is not None:
            raise OrderError(f"{market}: an order has a limit or a trigger, not both")
        _check_exits(market, side, prices["stop"], prices["target"])
        order = Order(
            self.next_order_id,
            market,
            side,
            _type(prices),
            quantity,
            price=prices["price"],
            trigger=prices["trigger"],
            stop=prices["stop"],
            target=prices["target"],
            reduce_only=bool(fields.get("reduce_only", False)),
            tag=fields.get("tag", "entry"),
            reason=str(fields.get("reason", "")),
            created_at=self.now,
        )
        self.next_order_id += 1
        return order

    def cancel(self, order: Order) -> None:
        """Cancel an order in the tray or at the broker."""
        for group in self.tray:
            if order in group:
                group.remove(order)
                order.on(OrderEvent.CANCEL)
                return
        self._broker.cancel(order)


def _type(prices: Mapping[str, Decimal | None]) -> OrderType:
    if prices["trigger"] is not None:
        return OrderType.STOP
    return OrderType.MARKET if prices["price"] is None else OrderType.LIMIT


def _price(instrument: Instrument, value: object, name: str) -> Decimal:
    price = instrument.round_price(as_decimal(value, f"{instrument.market}: {name}"))
    if not price:
        raise OrderError(f"{instrument.market}: {name} {value} is less than half a tick of {instrument.tick}")
    return price


def _check_exits(market: str, side: Side, stop: Decimal | None, target: Decimal | None) -> None:
    if stop is None or target is None:
        return
    if (stop < target) != (side == "Buy"):
        raise OrderError(
            f"{market}: stop {stop} and target {target} are on the wrong sides for a {side} order"
        )
