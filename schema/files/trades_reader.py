"""Reading a session's trades by page, by filter or whole, in constant memory, while the bot may append."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schema.files import rows
from schema.files.trades_sort import FILE_ORDER, Keys, TradeSort
from schema.files.trades_view import TradesView, open_view

Trade = dict[str, Any]
_BLOCK = 256  # rows read at once where all have to be looked at


@dataclass(frozen=True)
class TradeFilter:
    """Which trades are wanted; None wants all.

    Attributes:
        side: "LONG" or "SHORT", in any case.
        market: of the trade, or of one of its legs.
        start, end: Unix seconds of the exit, the end exclusive.
        won: True for a pnl above zero, False for the others.
        text: found in one of the reasons, in any case.
        run: number of the launch.
    """

    side: str | None = None
    market: str | None = None
    start: float | None = None
    end: float | None = None
    won: bool | None = None
    text: str | None = None
    run: int | None = None

    def matches(self, trade: Trade) -> bool:
        return (
            (self.side is None or str(trade.get("side")).upper() == self.side.upper())
            and (self.market is None or self.market in _markets(trade))
            and (self.start is None or trade.get("exit_time", 0) >= self.start)
            and (self.end is None or trade.get("exit_time", 0) < self.end)
            and (self.won is None or (trade.get("pnl", 0) > 0) == self.won)
            and (self.text is None or self.text.casefold() in _reasons(trade))
            and (self.run is None or trade.get("run") == self.run)
        )


def _markets(trade: Trade) -> list[Any]:
    return [trade.get("market"), *(leg.get("market") for leg in trade.get("legs") or ())]


def _reasons(trade: Trade) -> str:
    return f"{trade.get('entry_reason', '')}\n{trade.get('exit_reason', '')}".casefold()


@dataclass(frozen=True)
class TradePage:
    """Some trades, and how many there are in all (of those that the filter wants)."""

    trades: list[Trade]
    total: int


class TradesReader:
    """Reads one trades file. A file that is not there (yet) holds no trades.

    Args:
        decimals: numbers come back as exact Decimals instead of floats (amounts always, times never).
    """

    def __init__(self, path: Path, decimals: bool = False) -> None:
        self.path = path
        self._decimals = decimals

    def count(self) -> int:
        with open_view(self.path) as view:
            return view.count if view else 0

    def sorted_page(
        self, offset: int, limit: int, sort: TradeSort, where: TradeFilter | None = None
    ) -> TradePage:
        """Trades `offset` to `offset + limit` in an order of any field, see `trades_sort`.

        Every row is looked at, block by block; what is kept meanwhile is a key a row.
        """
        if sort.field == FILE_ORDER:
            return self.page(offset, limit, sort.descending, where)
        keys = Keys(sort)
        with open_view(self.path) as view:
            if view is None:
                return TradePage([], 0)
            for first in range(0, view.count, _BLOCK):
                for row, line in enumerate(view.lines(first, min(first + _BLOCK, view.count)), first):
                    trade = rows.decode(line)
                    if trade is not None and (where is None or where.matches(trade)):
                        keys.add(row, trade)
            found = (self._block(view, row, row + 1) for row in keys.page(offset, limit))
            return TradePage([trade for block in found for trade in block], len(keys))

    def page(
        self, offset: int = 0, limit: int = 50, newest_first: bool = True, where: TradeFilter | None = None
    ) -> TradePage:
        """Trades `offset` to `offset + limit` in the order asked for.

        Without a filter only the page's own bytes are read; with one, every row is looked at, block by block.
        """
        with open_view(self.path) as view:
            if view is None:
                return TradePage([], 0)
            if where is None:
                return TradePage(self._slice(view, offset, limit, newest_first), view.count)
            return self._search(view, offset, limit, newest_first, where)

    def _slice(self, view: TradesView, offset: int, limit: int, newest_first: bool) -> list[Trade]:
        first, stop = min(offset, view.count), min(offset + limit, view.count)
        if newest_first:
            first, stop = view.count - stop, view.count - first
        trades = self._block(view, first, stop)
        return trades[::-1] if newest_first else trades

    def _search(
        self, view: TradesView, offset: int, limit: int, newest_first: bool, where: TradeFilter
    ) -> TradePage:
        page: list[Trade] = []
        total = 0
        for first in range(0, view.count, _BLOCK):
            for trade in filter(where.matches, self._slice(view, first, _BLOCK, newest_first)):
                if offset <= total < offset + limit:
                    page.append(trade)
                total += 1
        return TradePage(page, total)

    def _block(self, view: TradesView, first: int, stop: int) -> list[Trade]:
        if first >= stop:
            return []
        decoded = (rows.decode(line, self._decimals) for line in view.lines(first, stop))
        return [trade for trade in decoded if trade is not None]

    def __iter__(self) -> Iterator[Trade]:
        return self.iterate()

    def iterate(self, where: TradeFilter | None = None) -> Iterator[Trade]:
        """Every trade from the oldest on, as far as the file went when this began."""
        with open_view(self.path) as view:
            for first in range(0, view.count if view else 0, _BLOCK):
                assert view is not None
                trades = self._block(view, first, min(first + _BLOCK, view.count))
                yield from trades if where is None else filter(where.matches, trades)
