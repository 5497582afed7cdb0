from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.compiled import double_double as dd
from bots.core.compiled.cache import entry
from bots.core.instrument import MONEY, booked

WHOLE = st.integers(1, 10**12)


@entry
def _ratio_booked(a: int, b: int) -> tuple[float, float, int]:
    ratio = dd.ratio(a, b)
    return ratio[0], ratio[1], dd.booked(ratio)


@entry
def _arithmetic(a: int, b: int, c: int) -> tuple[tuple[float, float], tuple[float, float]]:
    left, right = dd.ratio(a, c), dd.ratio(b, c)
    return dd.multiply(left, right), dd.subtract(dd.add(left, right), dd.ratio(a + b, c))


@entry
def _booked(high: float, low: float) -> int:
    return dd.booked((high, low))


def exact(value: tuple[float, float]) -> Fraction:
    return Fraction(value[0]) + Fraction(value[1])


@given(WHOLE, st.integers(1000, 10**9))
@settings(deadline=None, max_examples=300)
def test_a_ratio_is_good_to_31_digits_and_booked_as_decimals_book_it(a: int, b: int) -> None:
    high, low, units = _ratio_booked(a, b)
    assert abs(exact((high, low)) / Fraction(a, b) - 1) < Fraction(1, 10**30)
    assert units == int(booked(MONEY.divide(Decimal(a), Decimal(b))).scaleb(8))


@given(WHOLE, WHOLE, st.integers(1, 10**9))
@settings(deadline=None, max_examples=200)
def test_products_and_sums_keep_their_digits(a: int, b: int, c: int) -> None:
    product, difference = _arithmetic(a, b, c)
    assert abs(exact(product) / Fraction(a * b, c * c) - 1) < Fraction(1, 10**30)
    assert abs(exact(difference)) < Fraction(a + b, c) / 10**30


@given(st.integers(-(10**14), 10**14), st.sampled_from((8, 9, 10, 12)))
@settings(deadline=None, max_examples=300)
def test_decimals_are_booked_half_to_even(number: int, places: int) -> None:
    amount = Decimal(number).scaleb(-places)
    high = float(amount)
    assert _booked(high, float(amount - Decimal(high))) == int(booked(amount).scaleb(8))


@given(st.integers(-(10**12), 10**12))
@settings(deadline=None, max_examples=300)
def test_a_half_of_the_last_unit_goes_to_the_even_one(number: int) -> None:
    amount = (2 * number + 1) * Decimal("0.5e-8")
    high = float(amount)
    assert _booked(high, float(amount - Decimal(high))) == int(booked(amount).scaleb(8))
