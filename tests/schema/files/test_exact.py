import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.files import exact


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**12), max_value=10**12))
def test_a_decimal_comes_back_with_all_its_digits(number: Decimal) -> None:
    text = exact.dumps({"n": number})
    assert Decimal(exact.loads(text, decimals=True)["n"]) == number
    assert "e" not in text.lower()
    json.loads(text)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x)))
def test_it_writes_what_the_standard_library_reads(value: object) -> None:
    assert json.loads(exact.dumps(value)) == value


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.50", "1.5"), ("-0.00", "0"), ("1E+3", "1000"), ("0E-8", "0"), ("1E-8", "0.00000001")],
)
def test_literals_are_short_and_plain(number: str, text: str) -> None:
    assert exact.literal(Decimal(number)) == text


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity"), object(), {1}]
)
def test_what_json_lacks_is_refused_or_becomes_text(value: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        exact.dumps([value])
    assert isinstance(json.loads(exact.dumps([value], lenient=True))[0], str)


def test_nan_in_a_file_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        exact.loads('{"a":NaN}')
