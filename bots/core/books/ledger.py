"""The books: cash for each settlement currency, the open round trips, and what they are worth.

Always true, to the last booked unit: cash = start + the booked cash of every round trip, closed and open.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bots.core.books.trade import RoundTrip
from bots.core.events import Fill, Funding
from bots.core.instrument import ZERO, Instrument


class Ledger:
    """Positions and cash of one account; each settlement currency starts with `start`."""

    def __init__(self, instruments: Mapping[str, Instrument], start: Decimal) -> None:
        self.instruments = instruments
        self.start = start
        self.cash: dict[str, Decimal] = {instrument.settle: start for instrument in instruments.values()}
        self.trips: dict[str, RoundTrip] = {}
        self.marks: dict[str, Decimal] = {}
        self.group = 0
        self.bars = 0

    def mark(self, market: str, price: Decimal) -> None:
        """From now on positions in `market` are valued at `price`."""
        self.marks[market] = price
        trip = self.trips.get(market)
        if trip is not None:
            trip.see(price, price)

    def reach(self, market: str, low: Decimal, high: Decimal) -> None:
        """The market went from `low` to `high`, and nobody looked at each price."""
        trip = self.trips.get(market)
        if trip is not None:
            trip.see(low, high)

    def count_bar(self) -> None:
        """A bar of the session's timeframe was closed."""
        self.bars += 1

    def size(self, market: str) -> Decimal:
        """Open contracts, negative when short."""
        trip = self.trips.get(market)
        return trip.signed_size if trip else ZERO

    @property
    def is_flat(self) -> bool:
        return not self.trips

    def apply(self, fill: Fill) -> RoundTrip | None:
        """Book a fill; what is left over opens the next trip. Gives the round trip that it closed, if any."""
        instrument = self.instruments[fill.market]
        trip = self.trips.get(fill.market)
        direction = 1 if fill.side == "Buy" else -1
        rest, closed = fill.size, None
        if trip is not None and trip.direction != direction:
            leaving = min(rest, trip.open_size)
            before = trip.cash
            trip.leave(
                instrument, fill, leaving, instrument.settle_price(self.marks.get(fill.market, fill.price))
            )
            self.cash[instrument.settle] += trip.cash - before
            rest -= leaving
            if trip.is_closed:
                closed = self.trips.pop(fill.market)
                closed.exit_bar = self.bars
                trip = None
                # What opens after a leg of a trade was closed belongs to the next trade.
                self.group = max(self.group, closed.group + 1)
        if rest:
            if trip is None:
                trip = RoundTrip(fill.market, direction, fill.ts, fill.reason or fill.tag, self.group)
                trip.entry_bar = self.bars
                if (mark := self.marks.get(fill.market)) is not None:
                    trip.see(mark, mark)  # the print of the entry counts, as that of the exit does
                self.trips[fill.market] = trip
            before = trip.cash
            trip.enter(instrument, fill, rest)
            self.cash[instrument.settle] += trip.cash - before
        return closed

    def fund(self, funding: Funding) -> Decimal:
        """Book funding on the open position; gives the amount received (negative: paid)."""
        trip = self.trips.get(funding.market)
        mark = funding.mark or self.marks.get(funding.market)
        if trip is None or mark is None:
            return ZERO
        instrument = self.instruments[funding.market]
        before = trip.cash
        trip.fund(instrument.funding(trip.signed_size, mark, funding.rate))
        change = trip.cash - before
        self.cash[instrument.settle] += change
        return change

    def unrealised(self, market: str) -> Decimal:
        """Profit of the open position at the mark, in its settlement currency."""
        trip = self.trips.get(market)
        mark = self.marks.get(market)
        if trip is None or mark is None:
            return ZERO
        return trip.unrealised(self.instruments[market], mark)

    def equity(self, settle: str) -> Decimal:
        """Cash and unrealised profit in one settlement currency."""
        return self.cash[settle] + sum(
            (self.unrealised(market) for market in self.trips if self.instruments[market].settle == settle),
            ZERO,
        )

    def sample(self, settle: str) -> float:
        """The equity in float arithmetic: not booked, for the equity curve."""
        total = float(self.cash[settle])
        for market in self.trips:
            if self.instruments[market].settle == settle:
                total += self.unrealised_sample(market)
        return total

    def unrealised_sample(self, market: str) -> float:
        """Profit of the open position at the mark in float arithmetic."""
        trip, mark = self.trips.get(market), self.marks.get(market)
        if trip is None or mark is None:
            return 0.0
        inverse = self.instruments[market].is_inverse
        size, price, cost = float(trip.open_size), float(mark), float(trip.open_cost)
        value = size / price if inverse else size * price
        return value - cost if (trip.direction > 0) != inverse else cost - value

    def settle_price(self, market: str) -> Decimal:
        """Dollars a unit of the market's settlement currency now; 0 before its first price."""
        mark = self.marks.get(market)
        return ZERO if mark is None else self.instruments[market].settle_price(mark)

    def snapshot(self) -> dict[str, Any]:
        return {
            "start": str(self.start),
            "group": self.group,
            "bars": self.bars,
            "cash": {settle: str(amount) for settle, amount in self.cash.items()},
            "marks": {market: str(price) for market, price in self.marks.items()},
            "trips": [trip.to_json() for trip in self.trips.values()],
        }

    def restore(self, data: Mapping[str, Any]) -> None:
        self.start = Decimal(data["start"])
        self.group, self.bars = int(data["group"]), int(data["bars"])
        self.cash |= {settle: Decimal(amount) for settle, amount in data["cash"].items()}
        self.marks = {market: Decimal(price) for market, price in data["marks"].items()}
        trips = [RoundTrip.from_json(trip) for trip in data["trips"]]
        self.trips = {trip.market: trip for trip in trips}
