"""What arrives at the paper market: orders and amendments, which it takes on or refuses."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from bots.core.events import Tick
from bots.core.orders import Order, OrderEvent
from bots.core.paper.execution import Execution
from bots.core.paper.groups import OcoGroups
from bots.core.paper.margin import Margin
from bots.core.paper.matching import is_waiting, trail, would_take
from bots.core.paper.requests import Request
from bots.core.paper.working import WorkingOrders
from bots.core.refusals import EXPIRED, NOTHING_TO_REDUCE, WOULD_CROSS, no_price, stop_reached, trail_too_long


class Admission:
    """Takes orders on against `ticks`, the newest print of each market, or tells `refused`."""

    def __init__(
        self,
        ticks: Mapping[str, Tick],
        working: WorkingOrders,
        groups: OcoGroups,
        margin: Margin,
        execution: Execution,
        refused: Callable[[Order], None],
    ) -> None:
        self._ticks, self._orders, self._groups = ticks, working, groups
        self._margin, self._execution, self._refused = margin, execution, refused

    def refusal(self, orders: Sequence[Order]) -> str:
        """Why these orders cannot all be taken on together; empty if they can."""
        for count, order in enumerate(orders):
            if order.market not in self._ticks:
                return no_price(order.market)
            if order.reduce_only:
                if not self._execution.reducible(order):
                    return NOTHING_TO_REDUCE
            elif reason := self._margin_refusal(order, orders[:count]):
                return reason
        return ""

    def accept_together(self, orders: Sequence[Order], now: float) -> None:
        """Orders arrive of which none is taken on unless all can be."""
        reason = self.refusal(orders) or next(
            filter(None, (_arrival_refusal(order, self._ticks[order.market], now) for order in orders)), ""
        )
        for order in orders:
            if reason:
                self.refuse(order, reason)
            elif order.reduce_only and not self._execution.reducible(order):
                self.refuse(order, NOTHING_TO_REDUCE)  # one before it has reduced it all
            else:
                self._take_on(order, now)

    def accept(self, order: Order, now: float) -> None:
        """An order arrives: it is refused, or works from now on."""
        tick = self._ticks[order.market]
        if reason := self.refusal([order]) or _arrival_refusal(order, tick, now):
            self.refuse(order, reason)
        else:
            self._take_on(order, now)

    def _take_on(self, order: Order, now: float) -> None:
        order.on(OrderEvent.ACCEPT)
        if order.oco and not self._groups.joins(order):
            return
        trail(order, self._ticks[order.market].price)
        self._orders.place(order)
        self._execution.activate(order, now)

    def amend(self, request: Request) -> None:
        """A change of a working order arrives: it is made (the order may wake or take by it) or refused."""
        order, before = request.order, _terms(request.order)
        if order.id not in self._orders.by_id:
            return  # it never arrived
        if request.size is not None and request.size <= order.filled:
            self._orders.end(order)
            return
        if request.trigger is not None and is_waiting(order):
            order.trigger = order.reference = request.trigger
        order.size, order.price = request.size or order.size, request.price or order.price
        is_moved = (order.price, order.trigger) != before[1:3]
        is_larger = order.size > before[0]
        reason = ""
        if (is_moved or is_larger) and not order.reduce_only:
            reason = self._margin_refusal(order, ())
        if not reason and order.post_only and not is_waiting(order):
            reason = WOULD_CROSS if would_take(order, self._ticks[order.market]) else ""
        if reason:
            order.size, order.price, order.trigger, order.reference = before
            order.rejection = f"amendment: {reason}"
            self._refused(order)
        elif is_moved or is_larger:
            order.taking = order.taking and not is_moved
            self._orders.place(order)
            if is_moved:
                self._execution.activate(order, request.due)

    def refuse(self, order: Order, reason: str) -> None:
        """The order is not taken on, and it is told why."""
        order.reject(reason)
        self._refused(order)

    def _margin_refusal(self, order: Order, together: Sequence[Order]) -> str:
        return self._margin.refusal(order, (*self._orders.by_id.values(), *together), self._ticks)


def _arrival_refusal(order: Order, tick: Tick, now: float) -> str:
    if order.post_only and not is_waiting(order) and would_take(order, tick):
        return WOULD_CROSS
    if _would_be_stopped_out(order, tick):
        assert order.stop is not None
        return stop_reached(order.stop, tick.price)
    if order.expires is not None and order.expires <= now:
        return EXPIRED
    if order.trail is not None and order.side == "Sell" and order.trail >= tick.price:
        return trail_too_long(order.trail, tick.price)
    return ""


def _would_be_stopped_out(order: Order, tick: Tick) -> bool:
    """Whether it would take at this print, and the stop of what it took would be woken by the same one."""
    if order.stop is None or order.reduce_only or is_waiting(order) or not would_take(order, tick):
        return False
    return tick.price <= order.stop if order.side == "Buy" else tick.price >= order.stop


def _terms(order: Order) -> tuple[Decimal, Decimal | None, Decimal | None, Decimal]:
    return order.size, order.price, order.trigger, order.reference
