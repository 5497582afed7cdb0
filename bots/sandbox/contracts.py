"""Money of a contract: value, profit, fee, margin and liquidation price, for inverse and linear ones.

Inverse contracts are sized in USD and worth coins (size / price); linear ones are sized in coins and worth
USDT (size * price). Everything that is booked is rounded to 8 decimals, half to even.
"""

from decimal import ROUND_HALF_EVEN, Decimal

from bots.sandbox.symbols import Symbol

ZERO = Decimal(0)
UNIT = Decimal("0.00000001")
_AVERAGE_DIGITS = Decimal("0.00000001")


def plain(number: Decimal) -> str:
    """As the wire has it: never with an exponent."""
    return f"{number:f}"


def booked(amount: Decimal) -> Decimal:
    """As it is written in the books."""
    return amount.quantize(UNIT, rounding=ROUND_HALF_EVEN)


def value(symbol: Symbol, size: Decimal, price: Decimal) -> Decimal:
    """What `size` (its sign does not count) is worth, in the settlement coin."""
    return booked(abs(size) / price if symbol.inverse else abs(size) * price)


def profit(symbol: Symbol, size: Decimal, entry_value: Decimal, exit_value: Decimal) -> Decimal:
    """Profit of a position of `size` (long > 0) that was worth `entry_value` and now `exit_value`."""
    gain = entry_value - exit_value if symbol.inverse else exit_value - entry_value
    return gain if size > 0 else -gain


def average_price(symbol: Symbol, size: Decimal, worth: Decimal) -> Decimal:
    """The price at which `size` is worth that much; 0 for nothing."""
    if not size or not worth:
        return ZERO
    price = abs(size) / worth if symbol.inverse else worth / abs(size)
    return price.quantize(_AVERAGE_DIGITS)


def liquidation_price(
    symbol: Symbol, size: Decimal, entry_value: Decimal, collateral: Decimal, maintenance: Decimal
) -> Decimal | None:
    """Mark price at which collateral and profit just cover the maintenance margin; None where none does."""
    if symbol.inverse:
        # collateral + entry_value' - size / x = |size| * maintenance / x
        signed = entry_value if size > 0 else -entry_value
        above, below = size + abs(size) * maintenance, collateral + signed
    else:
        # collateral + size * x - entry_value' = |size| * x * maintenance
        signed = entry_value if size > 0 else -entry_value
        above, below = signed - collateral, size - abs(size) * maintenance
    if not below or above / below <= 0:
        return None
    price = (above / below).quantize(symbol.tick)
    return price if ZERO < price < 2_000_000 else None
