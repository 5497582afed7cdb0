"""The kernel's books as money: cash, the open position, and what it is worth."""

from decimal import Decimal
from typing import Any

from bots.core.compiled import layout as L
from bots.core.compiled.grid import Grid
from bots.core.compiled.state import State
from bots.core.instrument import MONEY, ZERO, Instrument, booked

UNIT = Decimal("1e-8")


class Valuation:
    """The account of a run, to the last digit as `ledger` has it."""

    def __init__(self, instrument: Instrument, grid: Grid, state: State) -> None:
        self._instrument, self._grid = instrument, grid
        self._i, self._f = memoryview(state.i), memoryview(state.f)

    def amount(self, units: float) -> Decimal:
        """Booked units as money."""
        return int(units) * UNIT

    @property
    def cash(self) -> Decimal:
        return self.amount(self._i[L.CASH])

    @property
    def size(self) -> Decimal:
        """Open contracts, negative when short."""
        i = self._i
        size = self._grid.size(i[L.ENTERED] - i[L.LEFT])
        return size if i[L.DIRECTION] > 0 else -size

    def unrealised(self) -> Decimal:
        """Profit of the open position at the mark, booked."""
        return self.unrealised_at(self._i[L.MARK])

    def unrealised_at(self, level: int) -> Decimal:
        """Profit of the open position marked at `level`, booked."""
        i = self._i
        if not i[L.DIRECTION]:
            return ZERO
        value = self._instrument.value(self._grid.size(i[L.ENTERED] - i[L.LEFT]), self._grid.price(level))
        return booked(self._instrument.pnl_of_values(i[L.DIRECTION], self._carried(L.OPEN_COST), value))

    def entry_price(self) -> Decimal:
        """Average price of what is open."""
        return self._instrument.average_price(abs(self.size), self._carried(L.OPEN_COST))

    def in_dollars(self, amount: Decimal) -> Decimal:
        """An amount of the settlement currency in dollars at the mark, booked."""
        return booked(
            MONEY.multiply(amount, self._instrument.settle_price(self._grid.price(self._i[L.MARK])))
        )

    def open_positions(self) -> list[dict[str, Any]]:
        """The open position as a heartbeat shows it."""
        i = self._i
        if not i[L.DIRECTION]:
            return []
        return [
            {
                "market": self._instrument.market,
                "side": "LONG" if i[L.DIRECTION] > 0 else "SHORT",
                "size": float(abs(self.size)),
                "entry_price": float(self.entry_price()),
                "mark_price": float(self._grid.price(i[L.MARK])),
                "unrealised_pnl": float(self.unrealised()),
                "settle": self._instrument.settle,
            }
        ]

    def _carried(self, at: int) -> Decimal:
        """A carried sum: both halves of the double-double, exactly."""
        return MONEY.add(Decimal(self._f[at]), Decimal(self._f[at + 1]))
