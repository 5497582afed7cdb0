"""The paper broker: fills orders against real prices without sending any. The same live and in backtests.

- A market order fills at once, whole, at the best opposite price of the last tick, as taker.
- A limit order that reaches the opposite price when placed fills there as taker. Otherwise it rests and
  fills at its own price, as maker, when the market trades strictly beyond it: at its touch others were first.
- A stop waits for the last price to reach its trigger and fills at the best opposite price then, as taker.
- Reduce-only orders are cut to what is open, and cancelled once there is nothing left to reduce.
- An order whose position would be worth more than leverage x equity is refused with that reason.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bots.core.assumptions import Assumptions
from bots.core.events import Candle, Fill, Tick
from bots.core.instrument import ZERO, Instrument, booked
from bots.core.ledger import Ledger
from bots.core.orders import Order, OrderEvent, OrderType

Report = Callable[[Order, Fill], None]


class PaperBroker:
    """Orders that work, and the last tick of each market. `attach` tells it whose money it guards."""

    def __init__(self, instruments: Mapping[str, Instrument], assumptions: Assumptions | None = None) -> None:
        self.instruments = instruments
        self.assumptions = assumptions or Assumptions()
        self.leverage = self.assumptions.leverage
        self.working: dict[int, Order] = {}
        self.ticks: dict[str, Tick] = {}
        self._ledger: Ledger
        self._report: Report

    def attach(self, ledger: Ledger, report: Report, next_id: Callable[[], int]) -> None:
        """Check orders against `ledger`; tell every fill to `report` at once, which must book it."""
        self._ledger, self._report, self._next_id = ledger, report, next_id

    def on_candle(self, candle: Candle) -> None:
        """The last closed candle of a market."""

    def amend(self, order: Order, now: float, *, size: Decimal | None = None, price: Decimal | None = None,
              trigger: Decimal | None = None) -> None:  # fmt: skip
        order.size, order.price = size or order.size, price or order.price
        order.trigger = trigger or order.trigger

    def close_down(self, now: float) -> None:
        for order in list(self.working.values()):
            self.cancel(order, now)

    def on_tick(self, tick: Tick, bar_range: tuple[Decimal, Decimal] | None = None) -> None:
        """Fill the resting orders that this print reaches, oldest first."""
        self.ticks[tick.market] = tick
        if not self.working:
            return
        for order in [order for order in self.working.values() if order.market == tick.market]:
            if not order.is_open:
                continue  # an earlier fill of this very tick left it nothing to reduce
            if order.type is OrderType.STOP and _is_triggered(order, tick):
                self._take(order, tick)
            elif order.type is OrderType.LIMIT and _is_traded_through(order, tick):
                assert order.price is not None
                self._fill(order, order.price, tick.ts, maker=True)

    def submit(self, order: Order, now: float) -> None:
        """Take an order on, fill it at once where it can be, or refuse it (`order.rejection` says why)."""
        reason = self.refusal([order])
        if reason:
            order.reject(reason)
            return
        tick = self.ticks[order.market]
        order.on(OrderEvent.ACCEPT)
        order.reference = order.trigger or tick.mid
        self.working[order.id] = order
        if _takes_at_once(order, tick):
            self._take(order, tick, now)

    def refusal(self, orders: Sequence[Order]) -> str:
        """Why these orders cannot all be taken on together; empty if they can."""
        for count, order in enumerate(orders):
            if order.market not in self.ticks:
                return f"{order.market} has no price yet"
            if order.reduce_only:
                if not self._reducible(order):
                    return "reduce-only, and there is no position to reduce"
            elif reason := self._margin_refusal(order, orders[:count]):
                return reason
        return ""

    def cancel(self, order: Order, now: float | None = None) -> bool:
        """Cancel an order; False if it was no longer open."""
        if not order.is_open:
            return False
        order.on(OrderEvent.CANCEL)
        self.working.pop(order.id, None)
        return True

    @property
    def ambiguous(self) -> dict[str, int]:
        return {"candles": 0, "pessimistic": 0, "finer": 0, "path": 0}

    def new_candle(self) -> None:
        """The next ticks are of another candle."""

    def can_fill_between(self, market: str, low: Decimal, high: Decimal, until: float = float("inf")) -> bool:
        """Whether any price in [low, high] could fill a resting order of the market."""
        return any(
            _is_within_reach(order, low, high) for order in self.working.values() if order.market == market
        )

    def snapshot(self) -> dict[str, Any]:
        return {
            "working": [order.to_json() for order in self.working.values()],
            "ticks": [[t.market, t.ts, *map(str, (t.price, t.size)), t.side, *map(str, (t.bid, t.ask))]
                      for t in self.ticks.values()],
        }  # fmt: skip

    def restore(self, data: Mapping[str, Any]) -> None:
        orders = [Order.from_json(order) for order in data["working"]]
        self.working = {order.id: order for order in orders}
        self.ticks = {
            market: Tick(market, ts, Decimal(price), Decimal(size), side, Decimal(bid), Decimal(ask))
            for market, ts, price, size, side, bid, ask in data["ticks"]
        }

    def _take(self, order: Order, tick: Tick, now: float | None = None) -> None:
        price = tick.ask if order.side == "Buy" else tick.bid
        self._fill(order, price, tick.ts if now is None else now, maker=False)

    def _fill(self, order: Order, price: Decimal, ts: float, maker: bool) -> None:
        size = order.remaining
        if order.reduce_only:
            size = min(size, self._reducible(order))
        if size:
            order.fill(size)
            if not order.is_open:
                self.working.pop(order.id, None)
            self._report(order, self._fill_of(order, size, price, ts, maker))
        if order.reduce_only:
            self.cancel(order)
        self._cancel_useless(order.market)

    def _fill_of(self, order: Order, size: Decimal, price: Decimal, ts: float, maker: bool) -> Fill:
        reference = price if maker else order.reference
        return Fill(
            ts, order.market, order.id, order.side, size, price, maker, reference, order.tag, order.reason
        )

    def _reducible(self, order: Order) -> Decimal:
        """How many open contracts the order could take out."""
        size = self._ledger.size(order.market)
        return max(-size if order.side == "Buy" else size, ZERO)

    def _cancel_useless(self, market: str) -> None:
        for order in list(self.working.values()):
            if order.market == market and order.reduce_only and not self._reducible(order):
                self.cancel(order)

    def _margin_refusal(self, order: Order, together: Sequence[Order]) -> str:
        instrument = self.instruments[order.market]
        size = self._ledger.size(order.market)
        if abs(size + order.signed_remaining) <= abs(size):
            return ""
        price = self._expected_price(order)
        needed = instrument.value(size + order.signed_remaining, price) + self._committed(order, together)
        fee = instrument.fee(order.remaining, price, max(instrument.taker_fee, ZERO))
        equity = self._ledger.equity(instrument.settle)
        if needed <= self.leverage * (equity - fee):
            return ""
        return (
            f"margin: positions and orders would be worth {booked(needed):f} {instrument.settle}, more than "
            f"{self.leverage.normalize():f} x the equity of {equity:f} {instrument.settle} less fees"
        )

    def _committed(self, order: Order, together: Sequence[Order]) -> Decimal:
        """Value of other positions and of entry orders, resting or alongside, in the same currency."""
        settle = self.instruments[order.market].settle
        total = ZERO
        for market, instrument in self.instruments.items():
            if market != order.market and instrument.settle == settle and (size := self._ledger.size(market)):
                total += instrument.value(size, self.ticks[market].price)
        for other in (*self.working.values(), *together):
            if not other.reduce_only and self.instruments[other.market].settle == settle:
                total += self.instruments[other.market].value(other.remaining, self._expected_price(other))
        return total

    def _expected_price(self, order: Order) -> Decimal:
        tick = self.ticks[order.market]
        return order.price or order.trigger or (tick.ask if order.side == "Buy" else tick.bid)


def _takes_at_once(order: Order, tick: Tick) -> bool:
    if order.type is OrderType.MARKET:
        return True
    if order.type is OrderType.STOP:
        return _is_triggered(order, tick)
    assert order.price is not None
    return order.price >= tick.ask if order.side == "Buy" else order.price <= tick.bid


def _is_triggered(order: Order, tick: Tick) -> bool:
    assert order.trigger is not None
    return tick.price >= order.trigger if order.side == "Buy" else tick.price <= order.trigger


def _is_traded_through(order: Order, tick: Tick) -> bool:
    assert order.price is not None
    return tick.price < order.price if order.side == "Buy" else tick.price > order.price


def _is_within_reach(order: Order, low: Decimal, high: Decimal) -> bool:
    if order.type is OrderType.STOP:
        assert order.trigger is not None
        return high >= order.trigger if order.side == "Buy" else low <= order.trigger
    if order.price is None:
        return True
    return low < order.price if order.side == "Buy" else high > order.price
