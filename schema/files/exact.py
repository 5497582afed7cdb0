"""JSON in which a Decimal is a number literal with all its digits, and can be read back as one.

The standard encoder knows floats only: 0.1 + 0.2 would be stored as 0.30000000000000004.
"""

import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def literal(number: Decimal) -> str:
    """A Decimal as JSON writes numbers: no exponent, no trailing zeros, no minus zero."""
    if not number.is_finite():
        raise ValueError(f"{number} is no JSON number")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def dumps(value: Any, lenient: bool = False) -> str:
    """One line of compact JSON, text as it is (not escaped to ASCII).

    With `lenient` nothing raises: what JSON does not know (also NaN and infinities) becomes its text.

    Raises:
        ValueError: NaN, an infinity, or a type that JSON does not know.
    """
    try:
        return _ENCODER.encode(value)
    except (TypeError, ValueError):  # a Decimal is in it, or what it does not know
        return _dumps(value, lenient)


def _dumps(value: Any, lenient: bool) -> str:
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float | Decimal):
        return _number(value, lenient)
    if isinstance(value, Mapping):
        items = (f"{encode_basestring(str(key))}:{_dumps(item, lenient)}" for key, item in value.items())
        return "{" + ",".join(items) + "}"
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return "[" + ",".join(_dumps(item, lenient) for item in value) + "]"
    if lenient:
        return encode_basestring(_text(value))
    raise ValueError(f"{type(value).__name__} has no place in JSON")


def _number(value: float | Decimal, lenient: bool) -> str:
    if isinstance(value, Decimal):
        if value.is_finite():
            return literal(value)
    elif math.isfinite(value):
        return float.__repr__(value)
    if lenient:
        return encode_basestring(str(value))
    raise ValueError(f"{value} is no JSON number")


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception as error:
        return f"<{type(value).__name__}: {error}>"


def loads(text: str | bytes, decimals: bool = False) -> Any:
    """Read JSON; with `decimals` every number that is no whole one becomes a Decimal with all its digits."""
    return json.loads(text, parse_float=Decimal if decimals else None, parse_constant=_refuse)


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")
