"""Who trades with whom: an account's order against the market, never against another account's.

- An order that crosses takes the levels of the book, best first; what it took is gone until the next print.
- A resting order is filled whole, at its own price, when the market goes through it (the opposite best price
  reaches it). When a print hits its very price, the size that stood there first is used up before it, then it
  gets what is left of that print.
"""

from collections.abc import Iterator
from decimal import Decimal

from bots.sandbox.book import Book
from bots.sandbox.contracts import ZERO
from bots.sandbox.orders import Order
from bots.sandbox.state import MarketState
from bots.sandbox.symbols import Symbol
from bots.sandbox.tape import Print

PROTECTION = Decimal("0.05")
"""How far beyond the last price a market order goes."""
_DEEPEST_SWEEP = 100_000


class Matching:
    """Fills against the market as it stands."""

    def __init__(self, state: MarketState) -> None:
        self._state = state
        self._taken: dict[str, tuple[int, dict[int, int]]] = {}

    def crosses(self, order: Order, at: Print) -> bool:
        """It would trade at once."""
        return order.price >= at.ask if order.side == "Buy" else order.price <= at.bid

    def protected_price(self, symbol: Symbol, side: str, at: Print) -> Decimal:
        """The limit of a market order."""
        factor = 1 + PROTECTION if side == "Buy" else 1 - PROTECTION
        return max((at.price * factor / symbol.tick).to_integral_value(), Decimal(1)) * symbol.tick

    def take(self, order: Order, at: Print, whole_or_nothing: bool = False) -> list[tuple[Decimal, Decimal]]:
        """Prices and sizes that the order takes from the book now."""
        symbol, wanted = order.symbol, order.leaves
        taken = self._gone(symbol.id, at.n)
        fills: list[tuple[Decimal, Decimal]] = []
        used: dict[int, int] = {}
        for level in self._levels(order, at):
            if wanted <= 0:
                break
            there = self._state.books[symbol.id].size(level, at) - taken.get(level, 0)
            lots = min(there, int(wanted / symbol.lot))
            if lots > 0:
                used[level] = taken.get(level, 0) + lots
                fills.append((level * symbol.tick, lots * symbol.lot))
                wanted -= lots * symbol.lot
        if whole_or_nothing and wanted > 0:
            return []
        taken |= used
        return fills

    def _levels(self, order: Order, at: Print) -> Iterator[int]:
        """Price levels (in ticks) that the order may take, best first."""
        limit = int(order.price / order.symbol.tick)
        if order.side == "Buy":
            best = int(at.ask / order.symbol.tick)
            return iter(range(best, min(limit, best + _DEEPEST_SWEEP) + 1))
        best = int(at.bid / order.symbol.tick)
        return iter(range(best, max(limit, best - _DEEPEST_SWEEP, 1) - 1, -1))

    def _gone(self, symbol_id: str, n: int) -> dict[int, int]:
        """Lots by level that were taken since print `n`."""
        found = self._taken.get(symbol_id)
        if found is None or found[0] != n:
            found = self._taken[symbol_id] = (n, {})
        return found[1]

    def queue(self, order: Order, at: Print) -> Decimal:
        """Size that stands before a new order at its price; nothing where it improves on the best price."""
        better = order.price > at.bid if order.side == "Buy" else order.price < at.ask
        if better:
            return ZERO
        book: Book = self._state.books[order.symbol_id]
        return book.size(int(order.price / order.symbol.tick), at) * order.symbol.lot

    def touch(self, order: Order, at: Print) -> Decimal:
        """Size that a print fills of a resting order; what stands before it in the queue shrinks."""
        if self.crosses(order, at):
            return order.leaves
        if at.price != order.price or at.side == order.side:
            return ZERO
        before = min(order.queue, at.size)
        order.queue -= before
        return min(order.leaves, at.size - before)
