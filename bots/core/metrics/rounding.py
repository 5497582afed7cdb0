"""How figures are told: so many decimals, and null for what is not defined."""

from collections.abc import Sequence
from math import fsum, isfinite

from bots.core.results import Floats

MONEY = 8
RATIO = 6
PERCENT = 6
SECONDS = 3


def told(value: float | None, digits: int = RATIO) -> float | None:
    """The value rounded; None for NaN, infinity and None."""
    if value is None or not isfinite(value):
        return None
    return rounded(value, digits)


def rounded(value: float, digits: int) -> float:
    """The value rounded; what is rounded to nothing is 0, not -0."""
    return round(float(value), digits) + 0.0


def total(values: Floats | Sequence[float]) -> float:
    """Their sum, rounded like money, whatever their order."""
    return rounded(fsum(values if isinstance(values, list) else list(map(float, values))), MONEY)


def mean(values: Floats, digits: int = MONEY) -> float | None:
    return told(float(values.mean()), digits) if len(values) else None


def extreme(values: Floats, highest: bool, digits: int = MONEY) -> float | None:
    if not len(values):
        return None
    return told(float(values.max() if highest else values.min()), digits)


def share(part: float, whole: float, digits: int = PERCENT) -> float | None:
    """Part of the whole in percent; None where the whole is not above zero."""
    return told(100 * part / whole, digits) if whole > 0 else None


def quotient(above: float | None, below: float | None, digits: int = RATIO) -> float | None:
    """None where one is not known or the lower is not above zero."""
    if above is None or below is None or below <= 0:
        return None
    return told(above / below, digits)
