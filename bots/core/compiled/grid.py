"""Levels and lots as Decimals and back, each reckoned once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from bots.core.compiled.errors import NotCompiled
from bots.core.compiled.setup import most_levels, most_lots
from bots.core.instrument import Instrument

_MOST = 1 << 16


class Grid:
    """The grid of one market. What was reckoned is kept up to a bound, so that a long run stays small."""

    def __init__(self, instrument: Instrument) -> None:
        self._tick, self._lot = instrument.tick, instrument.lot
        self._most_lots, self._most_levels = most_lots(instrument), most_levels(instrument) // 4
        self.price: Callable[[float], Decimal] = _Memo(lambda level: int(level) * self._tick).__getitem__
        self.size: Callable[[float], Decimal] = _Memo(lambda lots: int(lots) * self._lot).__getitem__
        self._half: Callable[[float], Decimal] = _Memo(lambda half: int(half) * self._tick / 2).__getitem__

    def half_price(self, half_levels: float) -> Decimal:
        """The price at so many half ticks."""
        return self._half(half_levels) if half_levels % 2 else self.price(half_levels // 2)

    def level(self, price: Decimal | None) -> int:
        """0 where there is no price. Raises NotCompiled for prices beyond the kernel's numbers."""
        if price is None:
            return 0
        level = int(price / self._tick)
        if level > self._most_levels:
            raise NotCompiled(f"a price of {price}")
        return level

    def lots(self, size: Decimal) -> int:
        """Raises NotCompiled for sizes that have no place in the kernel's numbers."""
        lots = int(size / self._lot)
        if lots > self._most_lots:
            raise NotCompiled(f"an order of {size}")
        return lots


class _Memo(dict[float, Decimal]):
    def __init__(self, make: Callable[[float], Decimal]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: float) -> Any:
        if len(self) >= _MOST:
            self.clear()
        value = self[key] = self._make(key)
        return value
