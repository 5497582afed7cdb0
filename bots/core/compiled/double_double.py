"""Numbers of twice a float's precision: the unevaluated sum of two floats, good to about 31 digits.

Sums and products of floats are split into the rounded result and its exact error (T. J. Dekker, "A
floating-point technique for extending the available precision", 1971; Y. Hida, X. S. Li, D. H. Bailey,
"Library for double-double and quad-double arithmetic", 2007). A number is a tuple (high, low) with high the
float nearest to the whole.
"""

import math

from bots.core.compiled.cache import kernel
from bots.core.compiled.state import UNITS as UNITS

Double = tuple[float, float]


_SPLITTER = 134217729.0  # 2**27 + 1
_EXACT = 1 << 53
_SNAP = 0.5e-12
"""Half of 1e-20, in booked units: what lies nearer to a half than this is that half."""


@kernel
def two_sum(a: float, b: float) -> Double:
    """a + b and its rounding error."""
    high = a + b
    part = high - a
    return high, (a - (high - part)) + (b - part)


@kernel
def quick_sum(a: float, b: float) -> Double:
    """As `two_sum`, for |a| >= |b|."""
    high = a + b
    return high, b - (high - a)


@kernel
def two_product(a: float, b: float) -> Double:
    """a * b and its rounding error."""
    high = a * b
    scaled = _SPLITTER * a
    a_high = scaled - (scaled - a)
    a_low = a - a_high
    scaled = _SPLITTER * b
    b_high = scaled - (scaled - b)
    b_low = b - b_high
    return high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low


@kernel
def add(a: Double, b: Double) -> Double:
    high, low = two_sum(a[0], b[0])
    more, rest = two_sum(a[1], b[1])
    high, low = quick_sum(high, low + more)
    return quick_sum(high, low + rest)


@kernel
def negative(a: Double) -> Double:
    return -a[0], -a[1]


@kernel
def subtract(a: Double, b: Double) -> Double:
    return add(a, negative(b))


@kernel
def multiply(a: Double, b: Double) -> Double:
    high, low = two_product(a[0], b[0])
    return quick_sum(high, low + (a[0] * b[1] + a[1] * b[0]))


@kernel
def divide(a: Double, b: Double) -> Double:
    """Long division, two digits of a float's length: what is left of the first decides the second."""
    first = a[0] / b[0]
    rest = subtract(a, multiply(b, (first, 0.0)))
    return quick_sum(first, rest[0] / b[0])


@kernel
def of_int(number: int) -> Double:
    """Exactly; `number` below 2**62 in size."""
    high = float(number)
    return high, float(number - int(high))


@kernel
def ratio(numerator: int, denominator: int) -> Double:
    """numerator / denominator; both below 2**62 in size."""
    if abs(numerator) < _EXACT and abs(denominator) < _EXACT:
        above, below = float(numerator), float(denominator)
        first = above / below
        high, low = two_product(first, below)
        return quick_sum(first, ((above - high) - low) / below)
    return divide(of_int(numerator), of_int(denominator))


@kernel
def less_or_equal(a: Double, b: Double) -> bool:
    return a[0] < b[0] or (a[0] == b[0] and a[1] <= b[1])


@kernel
def booked(amount: Double) -> int:
    """The amount in units of 1e-8 as it stands in the books: half to even, as `instrument.booked` does it."""
    scaled = multiply(amount, (UNITS, 0.0))
    whole = math.floor(scaled[0] + 0.5) if abs(scaled[0]) < 4503599627370496.0 else int(scaled[0])
    high, low = two_sum(scaled[0] - float(whole), scaled[1])
    # The low part of a large number may hold whole units of its own.
    more = math.floor(high + 0.5)
    if more != 0.0:
        whole += int(more)
        high, low = two_sum(high - more, low)
    # Now -0.5 <= high < 0.5, or at a half itself, where the low part and the rule decide.
    above = (high - 0.5) + low
    below = (high + 0.5) + low
    if above >= -_SNAP:
        if above > _SNAP or whole % 2 != 0:
            whole += 1
    elif below <= _SNAP and (below < -_SNAP or whole % 2 != 0):
        whole -= 1
    return whole
