"""Numbers and times as people read them; the same in tables, tiles and facts. Times are UTC."""

from datetime import UTC, datetime
from typing import Any

from schema import words as shared

NONE = "\u2013"
MINUS = "\u2212"


def number(value: float | None, digits: int = 2) -> str:
    """With thousands apart, without zeros at the end."""
    if value is None:
        return NONE
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", MINUS)


def signed(value: float | None, digits: int = 2) -> str:
    """With its sign, where it is not zero."""
    text = number(value, digits)
    return f"+{text}" if value is not None and value > 0 and text != "0" else text


def amount(value: float | None, currency: str) -> str:
    """Signed, in a currency: cents of dollars, eight digits of a coin."""
    if value is None:
        return NONE
    if currency in shared.DOLLARS:
        text = shared.signed(value, shared.digits(currency)).replace("-", MINUS)
    else:
        text = signed(value, shared.digits(currency))
    return f"{text} {currency}".strip()


def percent(value: float | None, places: int = 2) -> str:
    return NONE if value is None else f"{number(value, _places(value, places))} %"


def change(value: float | None, places: int = 2) -> str:
    """A signed percentage."""
    return NONE if value is None else f"{signed(value, _places(value, places))} %"


def _places(value: float, places: int) -> int:
    """More of them for what would otherwise look like nothing."""
    return places if value == 0 or abs(value) >= 10.0 ** (1 - places) else places + 2


def when(seconds: float | None) -> str:
    if seconds is None:
        return NONE
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def duration(seconds: float | None) -> str:
    return NONE if seconds is None else shared.duration(seconds)


def plain(value: Any) -> str:
    """A parameter or a setting, whatever it is."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value, 10)
    if isinstance(value, dict):
        return ", ".join(f"{name} {plain(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value)) or "none"
    return str(value)


def words(name: str) -> str:
    """A name of the program as a person writes it."""
    return name.replace("_", " ")
