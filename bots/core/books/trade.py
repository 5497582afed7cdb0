"""A round trip: from flat to flat in one market, with every figure of it.

Exact sums are carried; what is booked is the rounded sum, so each step books the difference of two roundings
and the steps add up to the whole.
"""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from bots.core.events import Fill
from bots.core.instrument import MONEY, ZERO, Instrument, booked

_NONE_LOWEST, _NONE_HIGHEST = Decimal("Infinity"), Decimal("-Infinity")
"""Extremes before the first mark."""


@dataclass(slots=True)
class RoundTrip:
    """An open position and what it has earned and cost so far; closed once all that was entered has left.

    `direction` is 1 (long) or -1 (short). Values and `open_cost` are settlement currency at the fills'
    prices; `slippage` is told (positive: cost) and already inside the prices. `settle_price` is dollars a
    unit of the settlement currency at the last exit. Trips of one `group` are legs of one trade. `lowest` and
    `highest` are the marks seen while it was open, those of entry and exit among them; `entry_bar` and
    `exit_bar` count the bars that were closed before.
    """

    market: str
    direction: int
    entry_time: float
    entry_reason: str
    group: int = 0
    exit_time: float = 0.0
    exit_reason: str = ""
    entered: Decimal = ZERO
    left: Decimal = ZERO
    entry_value: Decimal = ZERO
    exit_value: Decimal = ZERO
    open_cost: Decimal = ZERO
    gross: Decimal = ZERO
    fees: Decimal = ZERO
    funding: Decimal = ZERO
    slippage: Decimal = ZERO
    settle_price: Decimal = ZERO
    lowest: Decimal = _NONE_LOWEST
    highest: Decimal = _NONE_HIGHEST
    entry_bar: int = 0
    exit_bar: int = 0

    @property
    def side(self) -> str:
        return "LONG" if self.direction > 0 else "SHORT"

    @property
    def open_size(self) -> Decimal:
        return self.entered - self.left

    @property
    def signed_size(self) -> Decimal:
        return self.open_size * self.direction

    @property
    def is_closed(self) -> bool:
        return self.left == self.entered

    @property
    def cash(self) -> Decimal:
        """What the trip has added to the cash so far, to the last booked unit."""
        return booked(self.gross) - booked(self.fees) + booked(self.funding)

    @property
    def bars_held(self) -> int:
        """Bars of the session's timeframe that were closed between entry and exit."""
        return self.exit_bar - self.entry_bar

    def see(self, low: Decimal, high: Decimal) -> None:
        """The market was marked from `low` to `high` while the position is open."""
        if low < self.lowest:
            self.lowest = low
        if high > self.highest:
            self.highest = high

    def mae(self, instrument: Instrument) -> Decimal:
        """Maximum adverse excursion: profit of all that was entered at the worst mark, booked, at most 0."""
        return min(self._at(instrument, self.lowest if self.direction > 0 else self.highest), ZERO)

    def mfe(self, instrument: Instrument) -> Decimal:
        """Maximum favourable excursion: the same at the best mark, at least 0."""
        return max(self._at(instrument, self.highest if self.direction > 0 else self.lowest), ZERO)

    def enter(self, instrument: Instrument, fill: Fill, size: Decimal) -> None:
        """Add `size` contracts of the fill to the position."""
        value = instrument.value(size, fill.price)
        self.entered += size
        self.entry_value = MONEY.add(self.entry_value, value)
        self.open_cost = MONEY.add(self.open_cost, value)
        self._pay(instrument, fill, size)

    def leave(self, instrument: Instrument, fill: Fill, size: Decimal, settle_price: Decimal) -> None:
        """Take `size` contracts (at most the open ones) out at the fill's price, at the average entry."""
        value = instrument.value(size, fill.price)
        cost = self.open_cost
        if size != self.open_size:
            cost = MONEY.divide(MONEY.multiply(self.open_cost, size), self.open_size)
        self.gross = MONEY.add(self.gross, instrument.pnl_of_values(self.direction, cost, value))
        self.open_cost = MONEY.subtract(self.open_cost, cost)
        self.left += size
        self.exit_value = MONEY.add(self.exit_value, value)
        self._pay(instrument, fill, size)
        self.exit_time, self.settle_price = fill.ts, settle_price
        self.exit_reason = fill.reason or fill.tag

    def _at(self, instrument: Instrument, price: Decimal) -> Decimal:
        """Profit of all that was entered, from its average price to `price`, booked."""
        if not price.is_finite():
            return ZERO
        value = instrument.value(self.entered, price)
        return booked(instrument.pnl_of_values(self.direction, self.entry_value, value))

    def fund(self, amount: Decimal) -> None:
        self.funding = MONEY.add(self.funding, amount)

    def unrealised(self, instrument: Instrument, price: Decimal) -> Decimal:
        """Profit of what is open, marked at `price`, booked."""
        if self.is_closed:
            return ZERO
        value = instrument.value(self.open_size, price)
        return booked(instrument.pnl_of_values(self.direction, self.open_cost, value))

    @property
    def usd(self) -> Decimal:
        """What a closed trip earned in dollars at the price of its settlement currency when it closed."""
        return booked(MONEY.multiply(self.cash, self.settle_price))

    def entry_usd(self, instrument: Instrument) -> Decimal:
        """Dollars that all that was entered was worth then; a contract of an inverse market is worth one."""
        return self.entered if instrument.is_inverse else self.entry_value

    def entry_price(self, instrument: Instrument) -> Decimal:
        """Average price of what is open."""
        return instrument.average_price(self.open_size, self.open_cost)

    def to_json(self) -> dict[str, Any]:
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in plain.items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "RoundTrip":
        decimals = {field.name for field in fields(cls) if field.type is Decimal}
        values: dict[str, Any] = {
            name: Decimal(value) if name in decimals else value for name, value in data.items()
        }
        return cls(**values)

    def _pay(self, instrument: Instrument, fill: Fill, size: Decimal) -> None:
        rate = instrument.maker_fee if fill.maker else instrument.taker_fee
        self.fees = MONEY.add(self.fees, instrument.fee(size, fill.price, rate))
        signed = size if fill.side == "Buy" else -size
        self.slippage = MONEY.add(self.slippage, instrument.pnl(signed, fill.reference, fill.price))
