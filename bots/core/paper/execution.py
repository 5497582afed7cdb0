"""What the paper market does with an order: wakes it, fills it, and what follows from a fill."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from bots.core.assumptions import Assumptions
from bots.core.books.ledger import Ledger
from bots.core.events import Fill, Side, Tick
from bots.core.instrument import ZERO
from bots.core.orders import Order, OrderEvent, OrderState, OrderType, TimeInForce
from bots.core.paper.groups import Ambiguity, Inside, OcoGroups
from bots.core.paper.liquidity import Liquidity
from bots.core.paper.matching import is_traded_through, is_triggered, is_waiting, trail, would_take
from bots.core.paper.working import WorkingOrders
from bots.core.refusals import WOULD_CROSS, price_too_low

Report = Callable[[Order, Fill], None]

LIQUIDATION = "liquidation"
_AT_ONCE = (TimeInForce.IOC, TimeInForce.FOK)


class Execution:
    """Fills working orders against `ticks`, the newest print of each market; `report` books every fill.

    `rearmed` are orders that fills have brought forth and that wait to be sent.
    """

    def __init__(
        self,
        assumptions: Assumptions,
        ticks: Mapping[str, Tick],
        working: WorkingOrders,
        groups: OcoGroups,
        ambiguity: Ambiguity,
        liquidity: Liquidity,
        ledger: Ledger,
        report: Report,
        next_id: Callable[[], int],
        refused: Callable[[Order], None],
    ) -> None:
        self.rearmed: list[tuple[Order, float]] = []
        self._at_touch = assumptions.fill_at_touch
        self._ticks, self._working, self._groups = ticks, working, groups
        self._ambiguity, self._liquidity, self._ledger = ambiguity, liquidity, ledger
        self._report, self._next_id, self._refused = report, next_id, refused

    def match(self, tick: Tick, inside: Inside | None) -> None:
        """Everything that a print does to the working orders of its market, oldest first."""
        orders = self._working.of(tick.market)
        for order in orders:
            if order.expires is not None and tick.ts >= order.expires:
                self._working.end(order, OrderEvent.EXPIRE)
        for order in orders:
            if order.is_open:  # else an earlier fill of this very tick ended it
                self._meet(order, tick, inside)

    def activate(self, order: Order, now: float) -> None:
        """See whether an order is awake, and let it take what it can."""
        tick = self._ticks[order.market]
        if is_waiting(order):
            if not is_triggered(order, tick.price):
                return
            self._wake(order)
        if would_take(order, tick):
            if order.post_only:
                order.rejection = WOULD_CROSS
                self._working.end(order)
                self._refused(order)
            else:
                self._take(order, now, tick.ask if order.side == "Buy" else tick.bid)
        elif order.time_in_force in _AT_ONCE:
            self._working.end(order)

    def reducible(self, order: Order) -> Decimal:
        """How many open contracts the order could take out."""
        size = self._ledger.size(order.market)
        return max(-size if order.side == "Buy" else size, ZERO)

    def liquidate(self, market: str, now: float) -> None:
        """Close the position at once at the opposite best and worse, whatever the volume."""
        trip, tick = self._ledger.trips[market], self._ticks[market]
        side: Side = "Sell" if trip.direction > 0 else "Buy"
        size = trip.open_size
        order = Order(
            self._next_id(), market, side, OrderType.MARKET, size, reduce_only=True,
            tag=LIQUIDATION, reason=LIQUIDATION, reference=tick.mid, created_at=now,
        )  # fmt: skip
        order.on(OrderEvent.ACCEPT)
        order.fill(size)
        best = tick.ask if side == "Buy" else tick.bid
        self._tell(order, size, self._liquidity.taker_price(market, side, size, best), now, maker=False)

    def _meet(self, order: Order, tick: Tick, inside: Inside | None) -> None:
        """A working order meets a print."""
        if is_waiting(order):
            if trail(order, tick.price):
                self._working.changed(order)
            if is_triggered(order, tick.price):
                self._ambiguity.stop_instead(order, inside, self._working)  # counted; it is the stop itself
            self.activate(order, tick.ts)
            return
        if order.taking:
            if would_take(order, tick):
                self._take(order, tick.ts, self._ambiguity.best(order, tick))
                return
            order.taking = False
            self._working.changed(order)
        if is_traded_through(order, tick.price, self._at_touch) and (size := self._available(order)):
            stop = self._ambiguity.stop_instead(order, inside, self._working)
            if stop is None:
                assert order.price is not None
                self._fill(order, size, order.price, tick.ts, maker=True)
            else:
                assert stop.trigger is not None
                self._wake(stop)
                self._take(stop, tick.ts, stop.trigger)

    def _wake(self, order: Order) -> None:
        assert order.trigger is not None
        order.triggered, order.reference = True, order.trigger
        self._working.changed(order)

    def _take(self, order: Order, now: float, best: Decimal) -> None:
        """Fill what can be filled now as taker at `best` and worse; the rest goes on, or is cancelled."""
        size = self._available(order)
        if size and not (order.time_in_force is TimeInForce.FOK and size < order.remaining):
            price = self._liquidity.taker_price(order.market, order.side, size, best)
            if order.price is not None:
                price = min(price, order.price) if order.side == "Buy" else max(price, order.price)
            self._fill(order, size, price, now, maker=False)
        if not order.is_open:
            return
        if order.time_in_force in _AT_ONCE:
            self._working.end(order)
        elif not order.taking:
            order.taking = True
            self._working.changed(order)

    def _available(self, order: Order) -> Decimal:
        size = min(order.remaining, self.reducible(order)) if order.reduce_only else order.remaining
        return self._liquidity.available(order.market, size)

    def _fill(self, order: Order, size: Decimal, price: Decimal, now: float, maker: bool) -> None:
        """Book a fill, and what follows from it for other orders."""
        rearms = order.rearm is not None and order.state is not OrderState.CANCELLING
        order.fill(size)
        self._liquidity.use(order.market, size)
        if not order.is_open:
            self._working.remove(order)
        if order.oco:
            self._groups.filled(order, size)
        self._tell(order, size, price, now, maker)
        self._cancel_useless(order.market)
        if rearms and order.state is OrderState.FILLED:
            self._rearm(order, now)

    def _tell(self, order: Order, size: Decimal, price: Decimal, now: float, maker: bool) -> None:
        reference = price if maker else order.reference
        fill = Fill(
            now, order.market, order.id, order.side, size, price, maker, reference, order.tag, order.reason
        )
        self._report(order, fill)

    def _cancel_useless(self, market: str) -> None:
        """Reduce-only orders go with what they could have reduced."""
        for order in self._working.of(market):
            if order.reduce_only and not self.reducible(order):
                self._working.end(order)

    def _rearm(self, order: Order, now: float) -> None:
        """The opposite of a limit order that was filled whole, at its distance."""
        assert order.price is not None
        assert order.rearm is not None
        is_buy = order.side == "Buy"
        other = Order(
            self._next_id(),
            order.market,
            "Sell" if is_buy else "Buy",
            OrderType.LIMIT,
            order.size,
            price=order.price + order.rearm if is_buy else order.price - order.rearm,
            tag=order.tag,
            reason=order.reason,
            created_at=now,
            post_only=order.post_only,
            time_in_force=order.time_in_force,
            expires=order.expires,
            rearm=order.rearm,
        )
        assert other.price is not None
        if other.price > 0:
            self.rearmed.append((other, now))
        else:
            other.reject(price_too_low(other.price))
            self._refused(other)
