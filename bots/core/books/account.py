"""What a session has earned: equity now, trades closed, figures for the heartbeat.

A session in one market counts in its settlement currency. One with several legs counts in dollars: its
balance at the prices of its start, plus what its trades earned. So its equity shows trading, not the price of
the collateral.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bots.core.books.equity import Drawdown, Tally
from bots.core.books.ledger import Ledger
from bots.core.books.records import TradeRecord, pair_record, single_record
from bots.core.books.trade import RoundTrip
from bots.core.instrument import MONEY, ZERO, booked


class Account:
    """`origin` (session, exchange, run) goes into every trade record; several legs make one trade."""

    def __init__(self, ledger: Ledger, several_legs: bool, origin: Mapping[str, Any]) -> None:
        self.ledger = ledger
        self.several_legs = several_legs
        self.origin = dict(origin)
        self.tally = Tally()
        self.drawdown = Drawdown()
        self._start: Decimal | None = None
        self._closing: dict[int, list[RoundTrip]] = {}

    @property
    def settle(self) -> str:
        return "USD" if self.several_legs else next(iter(self.ledger.instruments.values())).settle

    @property
    def start(self) -> Decimal:
        """Starting balance in `settle`; in dollars 0 until every leg has a price."""
        if self._start is not None:
            return self._start
        return ZERO if self.several_legs else self.ledger.start

    @property
    def is_open(self) -> bool:
        """Whether the equity is known."""
        return self._start is not None

    def open(self) -> None:
        """Fix the starting balance: in coins at once, in dollars as soon as every leg has a price."""
        if self._start is not None:
            return
        if self.several_legs:
            prices = {
                instrument.settle: self.ledger.settle_price(market)
                for market, instrument in self.ledger.instruments.items()
            }
            if not all(prices.values()):
                return
            self._start = booked(sum((self.ledger.start * price for price in prices.values()), ZERO))
        else:
            self._start = self.ledger.start
        self.drawdown.add(float(self._start))

    def equity(self) -> Decimal:
        if not self.several_legs:
            return self.ledger.equity(self.settle)
        waiting = sum((trip.usd for trips in self._closing.values() for trip in trips), ZERO)
        open_ = sum((self._open_usd(market, trip) for market, trip in self.ledger.trips.items()), ZERO)
        return self.start + self.tally.pnl_usd + waiting + open_

    def sample(self) -> float:
        """The equity in float arithmetic, as the equity curve notes it: quick, and the same everywhere."""
        if not self.several_legs:
            return self.ledger.sample(self.settle)
        waiting = sum((trip.usd for trips in self._closing.values() for trip in trips), ZERO)
        total = float(self.start + self.tally.pnl_usd + waiting)
        for market, trip in self.ledger.trips.items():
            amount = float(trip.cash) + self.ledger.unrealised_sample(market)
            total += amount * float(self.ledger.settle_price(market))
        return total

    def unrealised(self) -> Decimal:
        """In `settle`."""
        if self.several_legs:
            return self.unrealised_usd()
        return sum((self.ledger.unrealised(market) for market in self.ledger.trips), ZERO)

    def unrealised_usd(self) -> Decimal:
        return booked(
            sum(
                (self.ledger.unrealised(name) * self.ledger.settle_price(name) for name in self.ledger.trips),
                ZERO,
            )
        )

    def close(self, trip: RoundTrip) -> TradeRecord | None:
        """Take a closed round trip; gives the trade that it completes, counted."""
        trips = self._closing.setdefault(trip.group, [])
        trips.append(trip)
        if any(other.group == trip.group for other in self.ledger.trips.values()):
            return None
        del self._closing[trip.group]
        origin = {"id": self.tally.trades + 1, **self.origin}
        if self.several_legs:
            record = pair_record(trips, self.ledger.instruments, origin)
        else:
            record = single_record(trip, self.ledger.instruments[trip.market], origin)
        self.tally.add(record.pnl, record.pnl_usd)
        return record

    def counters(self) -> dict[str, Any]:
        """The figures of a heartbeat, as JSON."""
        return {
            "trade_count": self.tally.trades,
            "total_pnl": float(self.tally.pnl_usd),
            "win_rate": self.tally.win_rate,
            "max_drawdown": round(self.drawdown.deepest, 4),
            "equity": float(self.equity()),
            "starting_balance": float(self.start),
            "settle": self.settle,
            "unrealised_pnl": float(self.unrealised()),
            "unrealised_pnl_usd": float(self.unrealised_usd()),
            "position": [self._position(trip) for trip in self.ledger.trips.values()],
        }

    def _position(self, trip: RoundTrip) -> dict[str, Any]:
        instrument = self.ledger.instruments[trip.market]
        mark = self.ledger.marks.get(trip.market)
        return {
            "market": trip.market,
            "side": trip.side,
            "size": float(trip.open_size),
            "entry_price": float(trip.entry_price(instrument)),
            "mark_price": None if mark is None else float(mark),
            "unrealised_pnl": float(self.ledger.unrealised(trip.market)),
            "settle": instrument.settle,
        }

    def _open_usd(self, market: str, trip: RoundTrip) -> Decimal:
        amount = trip.cash + self.ledger.unrealised(market)
        return booked(MONEY.multiply(amount, self.ledger.settle_price(market)))

    def snapshot(self) -> dict[str, Any]:
        return {
            "tally": self.tally.to_json(),
            "drawdown": self.drawdown.to_json(),
            "start": None if self._start is None else str(self._start),
            "closing": [trip.to_json() for trips in self._closing.values() for trip in trips],
        }

    def restore(self, data: Mapping[str, Any]) -> None:
        self.tally = Tally.from_json(data["tally"])
        self.drawdown = Drawdown.from_json(data["drawdown"])
        self._start = None if data["start"] is None else Decimal(data["start"])
        self._closing = {}
        for plain in data["closing"]:
            trip = RoundTrip.from_json(plain)
            self._closing.setdefault(trip.group, []).append(trip)
