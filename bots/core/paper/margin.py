"""Margin: whether an account may take an order on, and when its positions are liquidated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bots.core.assumptions import Assumptions
from bots.core.books.ledger import Ledger
from bots.core.books.trade import RoundTrip
from bots.core.events import Tick
from bots.core.instrument import MONEY, ONE, ZERO, Instrument, booked
from bots.core.orders import Order
from bots.core.paper.matching import is_triggered, is_waiting, would_take
from bots.core.refusals import too_little_margin

Range = tuple[Decimal, Decimal]
_UNIT = Decimal("1e-8")


class Margin:
    """Judges by a ledger's books. Several positions of one settlement currency share its cash."""

    def __init__(
        self, instruments: Mapping[str, Instrument], assumptions: Assumptions, ledger: Ledger
    ) -> None:
        self._instruments, self._ledger = instruments, ledger
        self._leverage = assumptions.leverage
        self._maintenance = assumptions.maintenance_margin
        self._guards: dict[str, _Guard] = {}

    def refusal(self, order: Order, entries: Iterable[Order], ticks: Mapping[str, Tick]) -> str:
        """Why an order cannot be taken on beside `entries` (that work or come with it); empty if it can.

        The position it would make, the other positions and the entry orders, all at the prices expected, may
        be worth at most leverage x (equity - fee), both sides booked. An order needs no margin where all of
        its side together leave the position no larger than it is.
        """
        instrument, entries = self._instruments[order.market], tuple(entries)
        size = self._ledger.size(order.market)
        beside = sum((other.signed_remaining for other in entries if _is_beside(other, order)), ZERO)
        if abs(size + order.signed_remaining + beside) <= abs(size):
            return ""
        price = _expected_price(order, ticks)
        needed = booked(
            instrument.value(size + order.signed_remaining, price)
            + self._committed(order, entries, ticks, instrument.settle)
        )
        fee = instrument.fee(order.remaining, price, max(instrument.taker_fee, ZERO))
        equity = self._ledger.equity(instrument.settle)
        if needed <= booked(MONEY.multiply(self._leverage, equity - fee)):
            return ""
        return too_little_margin(needed, self._leverage, equity, instrument.settle)

    def is_exhausted(self, market: str, price: Decimal) -> bool:
        """Whether the equity in the market's settlement currency no longer covers the maintenance margin.

        `price` is the market's newest mark. Equity (booked) <= maintenance margin x value of all positions.
        """
        settle = self._instruments[market].settle
        trips = self._trips(settle)
        if not trips:
            return False
        if len(trips) == 1 and trips[0].market == market and self._guard(trips[0], settle).is_far(price):
            return False
        return self._falls_short(settle, trips, {})

    def could_be_exhausted(self, settle: str, ranges: Mapping[str, Range]) -> bool:
        """The same for any prices within `ranges`; markets without a range stand at their marks.

        What is left of the equity falls with the price of a long and rises with that of a short, so the
        worst ends decide.
        """
        trips = self._trips(settle)
        worst = {
            trip.market: ranges[trip.market][trip.direction < 0] for trip in trips if trip.market in ranges
        }
        if not worst or (len(trips) == 1 and self._guard(trips[0], settle).is_far(worst[trips[0].market])):
            return False
        return self._falls_short(settle, trips, worst)

    def _trips(self, settle: str) -> list[RoundTrip]:
        instruments = self._instruments
        return [trip for market, trip in self._ledger.trips.items() if instruments[market].settle == settle]

    def _falls_short(self, settle: str, trips: list[RoundTrip], prices: Mapping[str, Decimal]) -> bool:
        equity, value = self._ledger.cash[settle], ZERO
        for trip in trips:
            instrument = self._instruments[trip.market]
            price = prices.get(trip.market, self._ledger.marks.get(trip.market))
            if price is not None:
                equity += trip.unrealised(instrument, price)
                value = MONEY.add(value, instrument.value(trip.open_size, price))
        return equity <= MONEY.multiply(self._maintenance, value)

    def _guard(self, trip: RoundTrip, settle: str) -> "_Guard":
        """The trip's guard, made anew only when its books have changed."""
        cash = self._ledger.cash[settle]
        guard = self._guards.get(settle)
        if guard is None or guard.cash is not cash or guard.cost is not trip.open_cost:
            instrument = self._instruments[trip.market]
            guard = self._guards[settle] = _Guard.of(trip, instrument, cash, self._maintenance)
        return guard

    def _committed(
        self, order: Order, entries: Iterable[Order], ticks: Mapping[str, Tick], settle: str
    ) -> Decimal:
        """Value of the positions in other markets and of entry orders, in the same currency."""
        total = ZERO
        for trip in self._trips(settle):
            if trip.market != order.market:
                instrument = self._instruments[trip.market]
                total += instrument.value(trip.open_size, ticks[trip.market].price)
        for other in entries:
            if not other.reduce_only and other is not order:
                instrument = self._instruments[other.market]
                if instrument.settle == settle:
                    total += instrument.value(other.remaining, _expected_price(other, ticks))
        return total


@dataclass(frozen=True, slots=True)
class _Guard:
    """The price before which a lone position is surely not liquidated: most marks cost one comparison.

    With cash c, cost k and value v of the position, and the maintenance margin m: a linear long and an
    inverse short are due once c + v - k <= m v, that is v <= (k - c) / (1 - m); a linear short and an inverse
    long once c + k - v <= m v, that is v >= (c + k) / (1 + m). A unit is left for rounding.
    """

    cash: Decimal
    cost: Decimal
    is_long: bool
    price: Decimal

    @classmethod
    def of(cls, trip: RoundTrip, instrument: Instrument, cash: Decimal, maintenance: Decimal) -> "_Guard":
        is_long, cost, size = trip.direction > 0, trip.open_cost, trip.open_size
        if is_long != instrument.is_inverse:
            value = MONEY.divide(cost - cash + _UNIT, ONE - maintenance)
        else:
            value = MONEY.divide(cash + cost - _UNIT, ONE + maintenance)
        never, always = (ZERO, Decimal("Infinity")) if is_long else (Decimal("Infinity"), ZERO)
        if value > 0:
            price = MONEY.divide(size, value) if instrument.is_inverse else MONEY.divide(value, size)
        else:
            price = never if is_long != instrument.is_inverse else always
        return cls(cash, cost, is_long, price)

    def is_far(self, price: Decimal) -> bool:
        return price > self.price if self.is_long else price < self.price


def _is_beside(other: Order, order: Order) -> bool:
    """Whether it is another entry order of the same market and side."""
    same_side = (other.market, other.side) == (order.market, order.side)
    return same_side and not other.reduce_only and other is not order


def _expected_price(order: Order, ticks: Mapping[str, Tick]) -> Decimal:
    """Where an order will fill: what takes now at the opposite best, whatever its limit or trigger says."""
    tick = ticks[order.market]
    if is_waiting(order) and order.trigger is not None and not is_triggered(order, tick.price):
        return order.price or order.trigger
    best = tick.ask if order.side == "Buy" else tick.bid
    if order.price is None or would_take(order, tick):
        return best
    return order.price
