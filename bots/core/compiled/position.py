"""An open position that reckons its figures when they are asked for."""

from decimal import Decimal
from typing import Protocol

from bots.core.position import Position


class Valuer(Protocol):
    def unrealised_after(self, bar: int) -> Decimal: ...
    def entry_price(self) -> Decimal: ...


class OpenPosition(Position):
    """As `Position`. It belongs to the books as they stand now: `settle` before they, or the bar, change."""

    __slots__ = ("_desk", "_entry_price", "_unrealised", "bar")

    def __init__(self, size: Decimal, entry_time: float, desk: Valuer, bar: int) -> None:
        self.size, self.entry_time = size, entry_time
        self._desk, self.bar = desk, bar
        self._entry_price: Decimal | None = None
        self._unrealised: Decimal | None = None

    @property
    def entry_price(self) -> Decimal:  # type: ignore[override]
        if self._entry_price is None:
            self._entry_price = self._desk.entry_price()
        return self._entry_price

    @property
    def unrealised_pnl(self) -> Decimal:  # type: ignore[override]
        if self._unrealised is None:
            self._unrealised = self._desk.unrealised_after(self.bar)
        return self._unrealised

    def move(self, bar: int) -> None:
        """It is marked after another bar now. Only while nobody else holds it."""
        self.bar, self._unrealised = bar, None

    def settle(self) -> None:
        """Reckon everything now."""
        _ = self.entry_price, self.unrealised_pnl
