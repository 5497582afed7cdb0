"""The paper broker: fills orders against real prices without sending any. The same live and in backtests.

- A taker fills at the best opposite price of the current print, worse by the assumed slippage; a marketable
  limit order never beyond its limit. What a print cannot fill (volume share) goes on at the next ones.
- A resting limit order fills at its own price, as maker, when the market trades strictly beyond it.
- A conditional order waits for the last price to reach its trigger; then it is a market or limit order.
- Reduce-only orders are cut to what is open, and cancelled once there is nothing left to reduce.
- An order whose position would be worth more than leverage x equity is refused with that reason; positions
  whose maintenance margin is no longer covered are liquidated.

At one print: requests due before it (against the earlier prints), liquidation, expiry, resting orders in
order of acceptance, orders that re-arm filled ones, requests due at that instant.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bots.core.assumptions import Assumptions
from bots.core.books.ledger import Ledger
from bots.core.events import Candle, Tick
from bots.core.instrument import Instrument
from bots.core.orders import Order, OrderError, OrderEvent, OrderState
from bots.core.paper.admission import Admission
from bots.core.paper.execution import Execution, Report
from bots.core.paper.groups import Ambiguity, Inside, OcoGroups, Range
from bots.core.paper.liquidity import Liquidity
from bots.core.paper.margin import Margin
from bots.core.paper.requests import Request, Requests
from bots.core.paper.working import WorkingOrders
from bots.core.refusals import no_price

_MOST_REARMED = 10_000


def _ignore(order: Order) -> None:
    """Nobody wants to hear of refusals."""


class PaperBroker:
    """Orders that work, and the last tick of each market. `attach` tells it whose money it guards."""

    def __init__(self, instruments: Mapping[str, Instrument], assumptions: Assumptions | None = None) -> None:
        self.instruments = instruments
        self.assumptions = assumptions or Assumptions()
        self.ticks: dict[str, Tick] = {}
        self._latency = self.assumptions.latency_ms / 1000
        self._orders = WorkingOrders(self.assumptions.fill_at_touch)
        self._requests = Requests()
        self._groups = OcoGroups(self._orders)
        self._ambiguity = Ambiguity(self.assumptions.within_bar)
        self._liquidity = Liquidity(instruments, self.assumptions)
        self._ledger: Ledger
        self._margin: Margin
        self._execution: Execution
        self._admission: Admission

    def attach(
        self,
        ledger: Ledger,
        report: Report,
        next_id: Callable[[], int],
        refused: Callable[[Order], None] = _ignore,
    ) -> None:
        """Check orders against `ledger`; tell every fill to `report` at once, which must book it.

        `next_id` numbers the orders that the broker places itself. `refused` hears of every order, amendment
        and woken order that is refused, whenever that happens (`order.rejection` says why).
        """
        self._ledger = ledger
        self._margin = Margin(self.instruments, self.assumptions, ledger)
        self._execution = Execution(
            self.assumptions, self.ticks, self._orders, self._groups, self._ambiguity, self._liquidity,
            ledger, report, next_id, refused,
        )  # fmt: skip
        self._admission = Admission(
            self.ticks, self._orders, self._groups, self._margin, self._execution, refused
        )

    @property
    def working(self) -> Mapping[int, Order]:
        """Open orders by id: accepted ones in the order of their matching, then those on their way."""
        if not self._requests:
            return self._orders.by_id
        return self._orders.by_id | {order.id: order for order in self._requests.orders()}

    @property
    def ambiguous(self) -> dict[str, int]:
        """Candles that held both a target and the stop of its group when one was due, by what decided."""
        return self._ambiguity.counts

    def on_tick(self, tick: Tick, inside: Inside | None = None) -> None:
        """Take a print, whose price is the mark already, and do all that follows from it.

        `inside`: the candle in which the print lies, where it is not the first of that.
        """
        if self._requests:
            self.advance(tick.ts)
        self.ticks[tick.market] = tick
        self._liquidity.on_tick(tick)
        if self._ledger.trips and self._margin.is_exhausted(tick.market, tick.price):
            self._liquidate(self.instruments[tick.market].settle, tick.ts)
        if self._orders and not self._orders.is_untouched(tick):
            self._execution.match(tick, inside)
            self._send_rearmed()
        if self._requests:
            self._execute(tick.ts, inclusive=True)
        if self._groups:
            self._groups.forget(self.working.values())

    def advance(self, now: float) -> None:
        """Carry out the requests that arrive before `now`, at the prints and marks that still stand.

        To be called before a later print is marked or funding is booked.
        """
        if self._requests:
            self._execute(now, inclusive=False)

    def on_candle(self, candle: Candle) -> None:
        """A candle was closed: its volume measures the impact of what is taken from now on."""
        self._liquidity.on_candle(candle)

    def new_candle(self) -> None:
        """The next candle of every market begins: ambiguity is counted once in each."""
        self._ambiguity.new_candle()

    def submit(self, order: Order, now: float) -> None:
        """Send an order. Without latency it is taken on and filled where it can be, or refused, at once."""
        tick = self.ticks.get(order.market)
        if tick is None:
            self._admission.refuse(order, no_price(order.market))
            return
        order.reference = order.trigger or tick.mid
        self._send(order, now)
        self._send_rearmed()

    def submit_together(self, orders: Sequence[Order], now: float) -> None:
        """Send orders of which none is taken on unless all can be when they arrive."""
        if missing := [order.market for order in orders if order.market not in self.ticks]:
            for order in orders:
                self._admission.refuse(order, no_price(missing[0]))
            return
        for order in orders:
            order.reference = order.trigger or self.ticks[order.market].mid
        if not self._latency:
            self._admission.accept_together(orders, now)
            self._send_rearmed()
        elif orders:
            for order in orders:
                order.on(OrderEvent.SEND)
            first, *others = orders
            self._requests.send(Request(now + self._latency, "new", first, others=tuple(others)))

    def amend(
        self,
        order: Order,
        now: float,
        *,
        size: Decimal | None = None,
        price: Decimal | None = None,
        trigger: Decimal | None = None,
    ) -> None:
        """Ask to change a working order; without effect once it is done.

        `size` counts what is filled: where as much is filled already, the rest is cancelled. A new price or a
        larger size puts the order behind all others. A change that would be refused leaves it as it was.
        """
        if not order.is_open:
            return
        request = Request(now + self._latency, "amend", order, size, price, trigger)
        if self._latency:
            self._requests.send(request)
        else:
            self._admission.amend(request)
            self._send_rearmed()

    def cancel(self, order: Order, now: float) -> bool:
        """Cancel an order, or ask to: a fill may still come first. False if it was no longer open."""
        if not order.is_open:
            return False
        if not self._latency:
            self._orders.end(order)
        elif order.state is not OrderState.CANCELLING:
            order.on(OrderEvent.ASK_CANCEL)
            self._requests.send(Request(now + self._latency, "cancel", order))
        return True

    def close_down(self, now: float) -> None:
        """Cancel everything at once; what follows arrives without delay and fills whatever the volume."""
        for order in list(self.working.values()):
            if order.state is OrderState.SENT:
                order.on(OrderEvent.ASK_CANCEL)
            self._orders.end(order)
        self._requests.clear()
        self._latency = 0.0
        self._liquidity.unbounded()

    def rewind(self, now: float) -> None:
        """Market time went back to `now`: what is on its way arrives as if it had been sent then."""
        self._requests.shift(now + self._latency)

    def refusal(self, orders: Sequence[Order]) -> str:
        """Why these orders cannot all be taken on together; empty if they can."""
        return self._admission.refusal(orders)

    def can_fill_between(self, market: str, low: Decimal, high: Decimal, until: float | None = None) -> bool:
        """Whether anything could happen to orders or positions while `market` trades within [low, high].

        Fills, triggers, trailing stops that move, liquidation, expiry before `until`, requests on their way.
        Other markets stand at their marks: where several move at once ask `can_happen`.
        """
        return self.can_happen({market: (low, high)}, until)

    def can_happen(self, ranges: Mapping[str, Range], until: float | None = None) -> bool:
        """The same for several markets that trade within their ranges at the same time."""
        if self._requests:
            return True
        if self._ledger.trips:
            settles = {self.instruments[market].settle for market in ranges}
            for settle in settles:
                if self._margin.could_be_exhausted(settle, ranges):
                    return True
        if self._orders:
            for market, (low, high) in ranges.items():
                if self._orders.could_change(market, low, high, until):
                    return True
        return False

    def snapshot(self) -> dict[str, Any]:
        return {
            "working": self._orders.snapshot(),
            "requests": self._requests.snapshot(),
            "ticks": [[t.market, t.ts, *map(str, (t.price, t.size)), t.side, *map(str, (t.bid, t.ask))]
                      for t in self.ticks.values()],
            "liquidity": self._liquidity.snapshot(),
            "groups": self._groups.snapshot(),
            "ambiguity": self._ambiguity.snapshot(),
        }  # fmt: skip

    def restore(self, data: Mapping[str, Any]) -> None:
        self._orders.restore(data["working"])
        self._requests.restore(data["requests"], self._orders.by_id)
        for market, ts, price, size, side, bid, ask in data["ticks"]:
            figures = map(Decimal, (price, size, bid, ask))
            price, size, bid, ask = figures
            self.ticks[market] = Tick(market, ts, price, size, side, bid, ask)
        self._liquidity.restore(data["liquidity"])
        self._groups.restore(data["groups"])
        self._ambiguity.restore(data["ambiguity"])

    def _send(self, order: Order, now: float) -> None:
        if self._latency:
            order.on(OrderEvent.SEND)
            self._requests.send(Request(now + self._latency, "new", order))
        else:
            self._admission.accept(order, now)

    def _execute(self, until: float, inclusive: bool) -> None:
        """Carry out what arrives until then."""
        for request in self._requests.arrived(until, inclusive):
            order = request.order
            if request.kind == "new" and request.others:
                self._admission.accept_together((order, *request.others), request.due)
            elif request.kind == "new":
                self._admission.accept(order, request.due)
            elif order.is_open:
                if request.kind == "cancel":
                    self._orders.end(order)
                else:
                    self._admission.amend(request)
            self._send_rearmed()

    def _send_rearmed(self) -> None:
        """Send what fills have brought forth. Only with bid above ask it could fill and bring forth more."""
        for _ in range(_MOST_REARMED):
            if not self._execution.rearmed:
                return
            order, now = self._execution.rearmed.pop(0)
            order.reference = self.ticks[order.market].mid
            self._send(order, now)
        raise OrderError("orders re-arm each other without end within one instant")

    def _liquidate(self, settle: str, now: float) -> None:
        """Cancel the orders of all markets of the currency and close its positions."""
        markets = {name for name, instrument in self.instruments.items() if instrument.settle == settle}
        for order in list(self._orders.by_id.values()):
            if order.market in markets:
                self._orders.end(order)
        for market in [market for market in self._ledger.trips if market in markets]:
            self._execution.liquidate(market, now)
