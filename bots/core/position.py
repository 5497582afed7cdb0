"""A position as a strategy sees it."""

from decimal import Decimal

from bots.core.instrument import ZERO


class Position:
    """An open position, or none: false when flat. `size` is contracts, negative when short."""

    __slots__ = ("_entry", "_profit", "entry_time", "size")

    def __init__(
        self, size: Decimal, entry_price: Decimal, entry_time: float, unrealised_pnl: Decimal
    ) -> None:
        self.size, self.entry_time = size, entry_time
        self._entry, self._profit = entry_price, unrealised_pnl

    @property
    def entry_price(self) -> Decimal:
        """Average price of what is open."""
        return self._entry

    @property
    def unrealised_pnl(self) -> Decimal:
        """In the settlement currency, at the last price."""
        return self._profit

    def __bool__(self) -> bool:
        return bool(self.size)

    @property
    def side(self) -> str:
        """LONG, SHORT or FLAT."""
        if not self.size:
            return "FLAT"
        return "LONG" if self.size > 0 else "SHORT"


class _Flat(Position):
    __slots__ = ()

    __bool__ = staticmethod(bool)  # false, by a call into C: asked at every bar


FLAT: Position = _Flat(ZERO, ZERO, 0.0, ZERO)
