"""The paper broker: fills orders against real prices without sending any. The same live and in backtests.

- A taker fills at the best opposite price of the current print, worse by the assumed slippage; a marketable
  limit order never beyond its limit. What a print cannot fill (volume share) goes on at the next ones.
- A resting limit order fills at its own price, as maker, when the market trades strictly beyond it.
- A conditional order waits for the last price to reach its trigger; then it is a market or limit order.
- Reduce-only orders are cut to what is open, and cancelled once there is nothing left to reduce.
- An order whose position would be worth more than leverage x equity is refused with that reason; positions
  whose maintenance margin is no longer covered are liquidated.

At one print: requests due before it (against the earlier prints), liquidation, expiry, resting orders in
order of acceptance, what followed from their fills, requests due at that instant.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bots.core.assumptions import Assumptions
from bots.core.events import Candle, Fill, Side, Tick
from bots.core.instrument import ZERO, Instrument
from bots.core.ledger import Ledger
from bots.core.liquidity import Liquidity
from bots.core.margin import Margin
from bots.core.matching import (
    Quiet,
    could_happen,
    is_traded_through,
    is_triggered,
    is_waiting,
    quiet,
    trail,
    would_take,
)
from bots.core.orders import Order, OrderEvent, OrderState, OrderType, TimeInForce
from bots.core.requests import Request, Requests

Report = Callable[[Order, Fill], None]
Range = tuple[Decimal, Decimal]

WOULD_CROSS = "post-only would cross"
LIQUIDATION = "liquidation"
_AT_ONCE = (TimeInForce.IOC, TimeInForce.FOK)


def _ignore(order: Order) -> None:
    """Nobody wants to hear of refusals."""


class PaperBroker:
    """Orders that work, and the last tick of each market. `attach` tells it whose money it guards.

    `ambiguous` counts the candles in which both a stop and a target of one group could be reached, and those
    of them that were decided for the stop.
    """

    def __init__(self, instruments: Mapping[str, Instrument], assumptions: Assumptions | None = None) -> None:
        self.instruments = instruments
        self.assumptions = assumptions or Assumptions()
        self.ticks: dict[str, Tick] = {}
        self.ambiguous = {"candles": 0, "pessimistic": 0}
        self._ambiguous_now: set[str] = set()
        self._book: dict[int, Order] = {}
        self._quiet: dict[str, Quiet] = {}
        self._group_fills: dict[int, Decimal] = {}
        self._requests = Requests()
        self._latency = self.assumptions.latency_ms / 1000
        self._at_touch = self.assumptions.fill_at_touch
        self._liquidity = Liquidity(instruments, self.assumptions)
        self._is_matching = False
        self._rearmed: list[tuple[Order, float]] = []
        self._ledger: Ledger
        self._margin: Margin
        self._report: Report
        self._next_id: Callable[[], int]
        self._refused: Callable[[Order], None]

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
        self._ledger, self._report, self._next_id, self._refused = ledger, report, next_id, refused
        self._margin = Margin(self.instruments, self.assumptions, ledger)

    @property
    def working(self) -> Mapping[int, Order]:
        """Open orders by id: accepted ones in the order of their matching, then those on their way."""
        if not self._requests:
            return self._book
        return self._book | {order.id: order for order in self._requests.orders()}

    def on_tick(self, tick: Tick, bar_range: Range | None = None) -> None:
        """Take a print, whose price is the mark already, and do all that follows from it.

        `bar_range`: lowest and highest price of the candle that the print was made of, after its first one.
        """
        if self._requests:
            self.advance(tick.ts)
        self.ticks[tick.market] = tick
        self._liquidity.on_tick(tick)
        if self._ledger.trips and self._margin.is_exhausted(tick.market, tick.price):
            self._liquidate(self.instruments[tick.market].settle, tick.ts)
        if self._book:
            now = self._quiet.get(tick.market) or self._make_quiet(tick.market)
            if not (now.low < tick.price < now.high and tick.ts < now.until):
                self._match(tick, bar_range)
        if self._requests:
            self._execute(tick.ts, inclusive=True)
        if self._group_fills:
            self._forget_groups()

    def advance(self, now: float) -> None:
        """Carry out the requests that arrive before `now`, at the prints and marks that still stand.

        To be called before a later print is marked or funding is booked.
        """
        if self._requests:
            self._execute(now, inclusive=False)

    def on_candle(self, candle: Candle) -> None:
        """A candle was closed: its volume measures the impact of what is taken from now on."""
        self._liquidity.on_candle(candle)

    def new_candle(self, market: str = "") -> None:
        """A candle begins, of `market` or of all: ambiguity is counted once in each."""
        if market:
            self._ambiguous_now.discard(market)
        else:
            self._ambiguous_now.clear()

    def submit(self, order: Order, now: float) -> None:
        """Send an order. Without latency it is taken on and filled where it can be, or refused, at once."""
        tick = self.ticks.get(order.market)
        if tick is None:
            self._refuse(order, f"{order.market} has no price yet")
            return
        order.reference = order.trigger or tick.mid
        if self._latency:
            order.on(OrderEvent.SEND)
            self._requests.send(Request(now + self._latency, "new", order))
        else:
            self._accept(order, now)

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
        if self._latency:
            self._requests.send(Request(now + self._latency, "amend", order, size, price, trigger))
        else:
            self._amend(order, size, price, trigger, now)

    def cancel(self, order: Order, now: float) -> bool:
        """Cancel an order, or ask to: a fill may still come first. False if it was no longer open."""
        if not order.is_open:
            return False
        if not self._latency:
            self._drop(order)
        elif order.state is not OrderState.CANCELLING:
            order.on(OrderEvent.ASK_CANCEL)
            self._requests.send(Request(now + self._latency, "cancel", order))
        return True

    def close_down(self, now: float) -> None:
        """Cancel everything at once; what follows arrives without delay and fills whatever the volume."""
        for order in list(self.working.values()):
            if order.state is OrderState.SENT:
                order.on(OrderEvent.ASK_CANCEL)
            self._drop(order)
        self._requests.clear()
        self._latency = 0.0
        self._liquidity.unbounded()

    def rewind(self, now: float) -> None:
        """Market time went back to `now`: what is on its way arrives as if it had been sent then."""
        self._requests.shift(now + self._latency)

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
            for settle in {self.instruments[market].settle for market in ranges}:
                if self._margin.could_be_exhausted(settle, ranges):
                    return True
        return bool(self._book) and any(
            self._could_match(market, low, high, until) for market, (low, high) in ranges.items()
        )

    def snapshot(self) -> dict[str, Any]:
        return {
            "working": [order.to_json() for order in self._book.values()],
            "requests": self._requests.snapshot(),
            "ticks": [[t.market, t.ts, *map(str, (t.price, t.size)), t.side, *map(str, (t.bid, t.ask))]
                      for t in self.ticks.values()],
            "liquidity": self._liquidity.snapshot(),
            "group_fills": [[group, str(size)] for group, size in self._group_fills.items()],
            "ambiguous": dict(self.ambiguous),
            "ambiguous_now": sorted(self._ambiguous_now),
        }  # fmt: skip

    def restore(self, data: Mapping[str, Any]) -> None:
        orders = [Order.from_json(order) for order in data["working"]]
        self._book = {order.id: order for order in orders}
        self._requests.restore(data["requests"], self._book)
        self.ticks = {
            market: Tick(market, ts, Decimal(price), Decimal(size), side, Decimal(bid), Decimal(ask))
            for market, ts, price, size, side, bid, ask in data["ticks"]
        }
        self._liquidity.restore(data["liquidity"])
        self._group_fills = {int(group): Decimal(size) for group, size in data["group_fills"]}
        self.ambiguous = dict(data["ambiguous"])
        self._ambiguous_now = set(data["ambiguous_now"])
        self._quiet.clear()

    # What arrives at the market.

    def _execute(self, until: float, inclusive: bool) -> None:
        for request in self._requests.arrived(until, inclusive):
            order = request.order
            if request.kind == "new":
                self._accept(order, request.due)
            elif request.kind == "cancel":
                if order.is_open:
                    self._drop(order)
            elif order.is_open:
                self._amend(order, request.size, request.price, request.trigger, request.due)

    def _accept(self, order: Order, now: float) -> None:
        """An order arrives: it is refused, or works from now on."""
        tick = self.ticks[order.market]
        reason = self.refusal([order])
        if not reason and order.post_only and not is_waiting(order) and would_take(order, tick):
            reason = WOULD_CROSS
        if not reason and order.expires is not None and order.expires <= now:
            reason = "it had expired before it arrived"
        if reason:
            self._refuse(order, reason)
            return
        order.on(OrderEvent.ACCEPT)
        if order.oco and not self._shrink(order, self._group_fills.get(order.oco, ZERO)):
            return
        trail(order, tick.price)
        self._place(order)
        self._activate(order, now)

    def _amend(
        self, order: Order, size: Decimal | None, price: Decimal | None, trigger: Decimal | None, now: float
    ) -> None:
        before = order.size, order.price, order.trigger, order.reference
        if size is not None and size <= order.filled:
            self._drop(order)
            return
        if trigger is not None and is_waiting(order):
            order.trigger = order.reference = trigger
        order.size, order.price = size or order.size, price or order.price
        is_moved = (order.price, order.trigger) != before[1:3]
        is_larger = order.size > before[0]
        reason = ""
        if (is_moved or is_larger) and not order.reduce_only:
            reason = self._margin_refusal(order, ())
        if not reason and order.post_only and not is_waiting(order):
            reason = WOULD_CROSS if would_take(order, self.ticks[order.market]) else ""
        if reason:
            order.size, order.price, order.trigger, order.reference = before
            order.rejection = f"amendment: {reason}"
            self._refused(order)
            return
        if is_moved or is_larger:
            del self._book[order.id]
            self._place(order)
        if is_moved:
            order.taking = False
            self._activate(order, now)

    def _refuse(self, order: Order, reason: str) -> None:
        order.reject(reason)
        self._refused(order)

    def _place(self, order: Order) -> None:
        """Put it behind all working orders."""
        self._book[order.id] = order
        self._quiet.pop(order.market, None)

    def _drop(self, order: Order, event: OrderEvent = OrderEvent.CANCEL) -> None:
        order.on(event)
        self._remove(order)

    def _remove(self, order: Order) -> None:
        self._book.pop(order.id, None)
        self._quiet.pop(order.market, None)

    # Matching.

    def _match(self, tick: Tick, bar_range: Range | None) -> None:
        """Everything that this print does to the working orders of its market, oldest first."""
        orders = [order for order in self._book.values() if order.market == tick.market]
        for order in orders:
            if order.expires is not None and tick.ts >= order.expires:
                self._drop(order, OrderEvent.EXPIRE)
        self._is_matching = True
        try:
            for order in orders:
                if order.is_open:  # else an earlier fill of this very tick ended it
                    self._meet(order, tick, bar_range)
        finally:
            self._is_matching = False
        rearmed, self._rearmed = self._rearmed, []
        for order, now in rearmed:
            self.submit(order, now)

    def _meet(self, order: Order, tick: Tick, bar_range: Range | None) -> None:
        """A working order meets a print."""
        if is_waiting(order):
            if trail(order, tick.price):
                self._quiet.pop(order.market, None)
            self._activate(order, tick.ts)
            return
        if order.taking and would_take(order, tick):
            self._take(order, tick.ts)
            return
        if order.taking:
            order.taking = False
            self._quiet.pop(order.market, None)
        if is_traded_through(order, tick.price, self._at_touch):
            size = self._available(order)
            if not size:
                return
            stop = self._stop_instead(order, bar_range)
            if stop is None:
                assert order.price is not None
                self._fill(order, size, order.price, tick.ts, maker=True)
            else:
                self._wake(stop)
                self._take(stop, tick.ts, stop.trigger)

    def _activate(self, order: Order, now: float) -> None:
        """See whether an order is awake, and let it take what it can."""
        tick = self.ticks[order.market]
        if is_waiting(order):
            if not is_triggered(order, tick.price):
                return
            self._wake(order)
        if would_take(order, tick):
            if order.post_only:
                order.rejection = WOULD_CROSS
                self._drop(order)
                self._refused(order)
            else:
                self._take(order, now)
        elif order.time_in_force in _AT_ONCE:
            self._drop(order)

    def _wake(self, order: Order) -> None:
        assert order.trigger is not None
        order.triggered, order.reference = True, order.trigger
        self._quiet.pop(order.market, None)

    def _take(self, order: Order, now: float, best: Decimal | None = None) -> None:
        """Fill what can be filled now as taker; `best` in place of the best opposite price."""
        tick = self.ticks[order.market]
        if best is None:
            best = tick.ask if order.side == "Buy" else tick.bid
        size = self._available(order)
        if size and not (order.time_in_force is TimeInForce.FOK and size < order.remaining):
            price = self._liquidity.taker_price(order.market, order.side, size, best)
            if order.price is not None:
                price = min(price, order.price) if order.side == "Buy" else max(price, order.price)
            self._fill(order, size, price, now, maker=False)
        if not order.is_open:
            return
        if order.time_in_force in _AT_ONCE:
            self._drop(order)
        elif not order.taking:
            order.taking = True
            self._quiet.pop(order.market, None)

    def _available(self, order: Order) -> Decimal:
        size = min(order.remaining, self._reducible(order)) if order.reduce_only else order.remaining
        return self._liquidity.available(order.market, size)

    def _fill(self, order: Order, size: Decimal, price: Decimal, now: float, maker: bool) -> None:
        """Book a fill, and what follows from it for other orders."""
        rearms = order.rearm is not None and order.state is not OrderState.CANCELLING
        order.fill(size)
        self._liquidity.use(order.market, size)
        if not order.is_open:
            self._remove(order)
        if order.oco:
            self._shrink_group(order, size)
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

    def _rearm(self, order: Order, now: float) -> None:
        """Place the opposite of a limit order that was filled whole, or do so after this print's matching."""
        assert order.price is not None
        assert order.rearm is not None
        is_buy = order.side == "Buy"
        side: Side = "Sell" if is_buy else "Buy"
        other = Order(
            self._next_id(),
            order.market,
            side,
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
        if other.price <= 0:
            self._refuse(other, f"a price of {other.price} is not above 0")
        elif self._is_matching:
            self._rearmed.append((other, now))
        else:
            self.submit(other, now)

    # Groups of which one cancels the other.

    def _shrink_group(self, order: Order, size: Decimal) -> None:
        """The other orders of its group are smaller by what it filled."""
        self._group_fills[order.oco] = self._group_fills.get(order.oco, ZERO) + size
        for other in [other for other in self._book.values() if other.oco == order.oco]:
            if other is not order:
                self._shrink(other, size)

    def _shrink(self, order: Order, size: Decimal) -> bool:
        """Whether anything is left of an order that shrinks by `size`; else it is cancelled."""
        if size >= order.remaining:
            self._drop(order)
            return False
        order.size -= size
        return True

    def _forget_groups(self) -> None:
        open_ = {order.oco for order in self.working.values()}
        self._group_fills = {group: size for group, size in self._group_fills.items() if group in open_}

    def _stop_instead(self, target: Order, bar_range: Range | None) -> Order | None:
        """The stop to fill in place of a target, where the candle holds both and nothing finer is known."""
        if bar_range is None or not target.oco or not target.reduce_only or target.tag != "target":
            return None
        low, high = bar_range
        for other in self._book.values():
            if other.oco == target.oco and other.type is OrderType.STOP and not other.triggered:
                assert other.trigger is not None
                if low <= other.trigger <= high:
                    is_pessimistic = self.assumptions.within_bar == "pessimistic"
                    if target.market not in self._ambiguous_now:
                        self._ambiguous_now.add(target.market)
                        self.ambiguous["candles"] += 1
                        self.ambiguous["pessimistic"] += is_pessimistic
                    return other if is_pessimistic else None
        return None

    # Margin.

    def _margin_refusal(self, order: Order, together: Sequence[Order]) -> str:
        return self._margin.refusal(order, (*self._book.values(), *together), self.ticks)

    def _reducible(self, order: Order) -> Decimal:
        """How many open contracts the order could take out."""
        size = self._ledger.size(order.market)
        return max(-size if order.side == "Buy" else size, ZERO)

    def _cancel_useless(self, market: str) -> None:
        for order in list(self._book.values()):
            if order.market == market and order.reduce_only and not self._reducible(order):
                self._drop(order)

    def _liquidate(self, settle: str, now: float) -> None:
        """Cancel the orders of all markets of the currency and close its positions, whatever the volume."""
        markets = {name for name, instrument in self.instruments.items() if instrument.settle == settle}
        for order in list(self._book.values()):
            if order.market in markets:
                self._drop(order)
        for trip in [trip for market, trip in self._ledger.trips.items() if market in markets]:
            side: Side = "Sell" if trip.direction > 0 else "Buy"
            tick, size = self.ticks[trip.market], trip.open_size
            order = Order(
                self._next_id(), trip.market, side, OrderType.MARKET, size, reduce_only=True, created_at=now,
                tag=LIQUIDATION, reason=LIQUIDATION, reference=tick.mid,
            )  # fmt: skip
            order.on(OrderEvent.ACCEPT)
            order.fill(size)
            best = tick.ask if side == "Buy" else tick.bid
            price = self._liquidity.taker_price(trip.market, side, size, best)
            self._tell(order, size, price, now, maker=False)

    # What cannot happen.

    def _make_quiet(self, market: str) -> Quiet:
        made = quiet(order for order in self._book.values() if order.market == market)
        self._quiet[market] = made
        return made

    def _could_match(self, market: str, low: Decimal, high: Decimal, until: float | None) -> bool:
        now = self._quiet.get(market) or self._make_quiet(market)
        if until is not None and until > now.until:
            return True
        if now.low < low and high < now.high:
            return False
        return any(
            could_happen(order, low, high, self._at_touch)
            for order in self._book.values()
            if order.market == market
        )
