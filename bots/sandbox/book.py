"""The order book that stands around the best bid and ask: invented depth, the same at every look.

Accounts' own orders are not shown in it: they are taken as too small to be seen.
"""

from decimal import Decimal

from bots.sandbox.noise import hash64, series_key
from bots.sandbox.symbols import Symbol
from bots.sandbox.tape import Print

DEPTHS = (1, 50, 200, 1000)
DEEPEST = 1000
_LIFE = 16  # ticks for which a level's size stays

_LEVEL_USD = {"BTC": 150_000, "ETH": 90_000, "SOL": 40_000, "XRP": 30_000, "DOGE": 20_000, "LTC": 20_000}


class Book:
    """Depth of one symbol."""

    def __init__(self, symbol: Symbol, seed: int) -> None:
        self.symbol = symbol
        self._key = series_key(seed, "book", symbol.id)

    def size(self, level: int, at: Print) -> int:
        """Lots that stand at a price (in ticks)."""
        usd = _LEVEL_USD[self.symbol.coin]
        price = level * float(self.symbol.tick)
        typical = (usd if self.symbol.inverse else usd / price) / float(self.symbol.lot)
        drawn = hash64(self._key, (level << 32) + (at.n + level * 7) // _LIFE) >> 40
        return max(1, int(typical * (0.2 + 1.6 * drawn / (1 << 24))))

    def bids(self, at: Print, depth: int) -> dict[int, int]:
        """The best `depth` bids: price in ticks to lots, best first."""
        best = int(at.bid / self.symbol.tick)
        return {level: self.size(level, at) for level in range(best, max(best - depth, 0), -1)}

    def asks(self, at: Print, depth: int) -> dict[int, int]:
        """The best `depth` asks: price in ticks to lots, best first."""
        best = int(at.ask / self.symbol.tick)
        return {level: self.size(level, at) for level in range(best, best + depth)}

    def rows(self, levels: dict[int, int]) -> list[list[str]]:
        """Levels as the wire has them."""
        tick, lot = self.symbol.tick, self.symbol.lot
        return [[str(level * tick), str(lots * lot)] for level, lots in levels.items()]


def changes(before: dict[int, int], after: dict[int, int]) -> dict[int, int]:
    """What a delta says: new and changed levels, and those that are gone with size 0."""
    changed = {level: lots for level, lots in after.items() if before.get(level) != lots}
    return changed | {level: 0 for level in before if level not in after}


def best_sizes(book: Book, at: Print) -> tuple[Decimal, Decimal]:
    """Size at the best bid and the best ask."""
    lot, tick = book.symbol.lot, book.symbol.tick
    return book.size(int(at.bid / tick), at) * lot, book.size(int(at.ask / tick), at) * lot
