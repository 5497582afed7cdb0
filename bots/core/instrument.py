"""Contracts: what a position in one is worth, inverse (settled in the coin) or linear (settled in dollars).

The one place for two rules of money. Sums are carried with 60 digits; an amount is booked to 8 decimals, half
to even. Before that it is snapped to 20 decimals, so that thirds that add up to a whole are that whole again,
splitting a fill never moves the last unit, and arithmetic that is only good to 24 decimals books the same.
"""

from dataclasses import dataclass
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Literal

MONEY = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
ZERO = Decimal(0)
ONE = Decimal(1)

_BOOKED = Decimal("1e-8")
_NOTHING = Decimal("0E-8")
_SNAP = Decimal("1e-20")
_DOLLARS = frozenset({"USD", "USDT", "USDC"})

Kind = Literal["inverse", "linear"]


def booked(amount: Decimal) -> Decimal:
    """The amount as it stands in the books: 8 decimals, half to even; never -0."""
    return amount.quantize(_SNAP, context=MONEY).quantize(_BOOKED, context=MONEY) or _NOTHING


@dataclass(frozen=True, slots=True)
class Instrument:
    """One contract. An inverse one is worth a dollar a piece, a linear one a coin a piece.

    `tick` and `lot` are the grids of price and quantity; fee rates are fractions (0.00055 is 0.055 %), a
    negative one is a rebate. Raises ValueError for what cannot be.
    """

    market: str
    kind: Kind
    settle: str
    base: str
    quote: str
    tick: Decimal
    lot: Decimal
    taker_fee: Decimal = Decimal("0.00055")
    maker_fee: Decimal = Decimal("0.0002")

    def __post_init__(self) -> None:
        if self.kind not in ("inverse", "linear"):
            raise ValueError(f"{self.market}: kind is inverse or linear, not {self.kind!r}")
        if self.tick <= 0 or self.lot <= 0:
            raise ValueError(f"{self.market}: tick and lot must be above 0, not {self.tick} and {self.lot}")

    @property
    def is_inverse(self) -> bool:
        return self.kind == "inverse"

    def value(self, size: Decimal, price: Decimal) -> Decimal:
        """Value of `size` contracts at `price` in the settlement currency, never negative, not yet booked."""
        if self.is_inverse:
            return MONEY.divide(abs(size), price)
        return MONEY.multiply(abs(size), price)

    def pnl(self, size: Decimal, entry: Decimal, exit: Decimal) -> Decimal:
        """Profit of `size` contracts (negative: short) from `entry` to `exit`, not yet booked."""
        return self.pnl_of_values(size, self.value(size, entry), self.value(size, exit))

    def pnl_of_values(self, side: Decimal | int, entry_value: Decimal, exit_value: Decimal) -> Decimal:
        """Profit of a position from its values; of `side` only the sign counts."""
        rise = MONEY.subtract(exit_value, entry_value)
        return rise if (side > 0) != self.is_inverse else MONEY.minus(rise)

    def average_price(self, size: Decimal, value: Decimal) -> Decimal:
        """The one price at which `size` contracts have `value` (inverse: harmonic mean of the fills)."""
        size = abs(size)
        price = MONEY.divide(size, value) if self.is_inverse else MONEY.divide(value, size)
        return booked(price)

    def fee(self, size: Decimal, price: Decimal, rate: Decimal) -> Decimal:
        """Fee of a fill in the settlement currency (positive: paid), not yet booked."""
        return MONEY.multiply(self.value(size, price), rate)

    def funding(self, size: Decimal, mark: Decimal, rate: Decimal) -> Decimal:
        """Funding received for `size` contracts (negative: short). A positive rate: longs pay shorts."""
        paid = MONEY.multiply(self.value(size, mark), rate)
        return MONEY.minus(paid) if size > 0 else paid

    def contracts(self, volume: Decimal, price: Decimal) -> Decimal:
        """Contracts traded, of a candle's volume: archives hold that of inverse markets in coins."""
        if not self.is_inverse:
            return volume
        return Decimal(repr(float(volume) * float(price)))

    def settle_price(self, price: Decimal) -> Decimal:
        """Dollars for a unit of the settlement currency while the contract trades at `price`."""
        return price if self.is_inverse and self.settle not in _DOLLARS else ONE

    def round_price(self, price: Decimal) -> Decimal:
        """The nearest price on the grid."""
        return (price / self.tick).to_integral_value(rounding=ROUND_HALF_EVEN) * self.tick

    def round_size(self, size: Decimal) -> Decimal:
        """The next smaller quantity on the grid."""
        return (size / self.lot).to_integral_value(rounding=ROUND_DOWN) * self.lot
