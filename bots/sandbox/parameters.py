"""Parameters of a request: text in, values out, the exchange's own refusal for what makes no sense."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bots.sandbox.errors import bad_parameter
from bots.sandbox.symbols import CATEGORIES

_BIGGEST_MS = 253_402_300_800_000


class Parameters:
    """Query or JSON body. Empty values count as missing, as on the real exchange."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw

    def text(self, name: str, default: str = "") -> str:
        value = self.raw.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, dict | list):
            raise bad_parameter(f"{name} is no text")
        return str(value)

    def need(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise bad_parameter(f"{name} is required")
        return value

    def choice(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(name) or default
        if value not in choices:
            raise bad_parameter(f"{name} invalid")
        return value

    def category(self) -> str:
        return self.choice("category", CATEGORIES)

    def integer(self, name: str, default: int) -> int:
        try:
            value = int(self.text(name) or default)
        except ValueError:
            raise bad_parameter(f"{name} invalid") from None
        if not -1 <= value <= _BIGGEST_MS:
            raise bad_parameter(f"{name} out of range")
        return value

    def time(self, name: str) -> int | None:
        """Milliseconds since the epoch."""
        return self.integer(name, 0) if self.text(name) else None

    def limit(self, default: int, most: int) -> int:
        """Number of rows: more than the most is cut to it."""
        value = self.integer("limit", default)
        if value < 1:
            raise bad_parameter("limit invalid")
        return min(value, most)

    def number(self, name: str) -> Decimal | None:
        """A finite, non-negative number."""
        text = self.text(name)
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise bad_parameter(f"{name} invalid") from None
        if not value.is_finite() or value < 0 or value.adjusted() > 18 or len(text) > 40:
            raise bad_parameter(f"{name} invalid")
        return value

    def flag(self, name: str) -> bool:
        value = self.raw.get(name)
        return value is True or str(value).lower() == "true"
