"""Numbers as people read them."""

import pytest

from schema.words import counted, digits, duration, signed


def test_one_is_singular_and_all_others_are_not() -> None:
    assert [counted(number, "gap") for number in (0, 1, 2, 2000)] == [
        "0 gaps",
        "1 gap",
        "2 gaps",
        "2,000 gaps",
    ]
    assert counted(2, "process", "processes") == "2 processes"


def test_zero_has_no_minus() -> None:
    assert [signed(value, 2) for value in (-0.0, -0.004, 0.004, -1234.5)] == ["+0.00"] * 3 + ["-1,234.50"]
    assert signed(-1e-9, 8) == "+0.00000000"


def test_dollars_have_cents_and_coins_eight_digits() -> None:
    assert [digits(currency) for currency in ("USD", "USDT", "BTC", "")] == [2, 2, 8, 8]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0s"),
        (0.4, "0s"),
        (59.6, "1m"),
        (61, "1m 1s"),
        (3600, "1h"),
        (90_061, "1d 1h"),
        (86_459, "1d 59s"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float, told: str) -> None:
    assert duration(seconds) == told
