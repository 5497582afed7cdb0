"""An open position that reckons its figures when they are asked for."""

from decimal import Decimal
from functools import partial
from typing import Protocol

from bots.core.instrument import ZERO
from bots.core.position import Position

_NEVER = -2

HELD_BY_NOBODY = 3
"""References to a position that only the desk, who asks and the count itself hold."""


class Valuer(Protocol):
    def unrealised_after(self, bar: int) -> Decimal: ...
    def entry_price(self) -> Decimal: ...


class OpenPosition(Position):
    """As `Position`. It belongs to the books as they stand now: `settle` before they, or the bar, change.

    Only while nobody else holds it, `bar` may be set: it is marked after another bar then.
    """

    __slots__ = ("_desk", "_entry_price", "_marked", "_unrealised", "bar")

    __bool__ = staticmethod(partial(bool, True))  # a call into C: asked at every bar

    def __init__(self, size: Decimal, entry_time: float, desk: Valuer, bar: int) -> None:
        self.size, self.entry_time = size, entry_time
        self._desk, self.bar = desk, bar
        self._entry_price: Decimal | None = None
        self._unrealised, self._marked = ZERO, _NEVER

    @property
    def entry_price(self) -> Decimal:
        if self._entry_price is None:
            self._entry_price = self._desk.entry_price()
        return self._entry_price

    @property
    def unrealised_pnl(self) -> Decimal:
        if self._marked != self.bar:
            self._unrealised, self._marked = self._desk.unrealised_after(self.bar), self.bar
        return self._unrealised

    def settle(self) -> None:
        """Reckon everything now."""
        _ = self.entry_price, self.unrealised_pnl
