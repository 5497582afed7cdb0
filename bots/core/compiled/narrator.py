"""Writes a compiled run into a journal: the lines, trades and samples of the general engine, in its order."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from bots.core.books.trade import RoundTrip
from bots.core.compiled import layout as L
from bots.core.compiled.grid import Grid
from bots.core.compiled.state import State
from bots.core.compiled.valuation import UNIT
from bots.core.events import Fill, Funding
from bots.core.instrument import Instrument
from bots.core.narration import closed_line, fill_lines
from bots.core.ports import Journal
from bots.core.results import TradeTable


class Narrator:
    """Keeps count of what is written; `trades` gives the table of trades from a row on."""

    def __init__(
        self,
        journal: Journal,
        instrument: Instrument,
        grid: Grid,
        trades: Callable[[int], TradeTable],
        funding: list[Funding],
    ) -> None:
        self._journal, self._instrument, self._grid = journal, instrument, grid
        self._is_brief = bool(getattr(journal, "warnings_only", False))
        self._table, self._funding = trades, funding
        self._samples = self._trades = 0
        self._records: list[dict[str, Any]] = []

    def begin(self, state: State) -> None:
        """Events of one return of the kernel are about to be told."""
        count = 0 if self._is_brief else int(state.i[L.TRADES])
        self._records = self._table(self._trades).records() if count > self._trades else []

    def samples(self, state: State, until: int) -> None:
        """Write the samples up to this row."""
        if until > self._samples and not self._is_brief:
            part = slice(self._samples, until)
            columns = state.sample_ts[part], state.sample_equity[part], state.sample_drawdown[part]
            write = self._journal.equity
            for ts, equity, drawdown in zip(*(column.tolist() for column in columns), strict=True):
                write(ts, equity, drawdown)
            self._samples = until

    def refused(self, event: list[float], size: Decimal, text: str) -> None:
        side = "Buy" if event[L.E_BUY] > 0 else "Sell"
        self._journal.log("warn", f"{side} {size} {self._instrument.market} refused: {text}")

    def funded(self, event: list[float]) -> None:
        if self._is_brief:
            return
        stamp = self._funding[int(event[L.E_ID])]
        amount = int(event[L.E_PNL]) * UNIT
        instrument = self._instrument
        self._journal.log(
            "info", f"Funding {instrument.market} at rate {stamp.rate}: {amount:+f} {instrument.settle}"
        )

    def filled(self, event: list[float], fill: Fill) -> None:
        """The lines of a fill, and the trade that it closed."""
        instrument, leaving = self._instrument, event[L.E_LEAVING]
        if fill.tag == "liquidation":
            self._journal.log("error", f"{fill.market} is liquidated: the equity no longer covers the margin")
        if self._is_brief:
            return
        trip, cash = None, Decimal(0)
        if leaving:
            trip = _Left(event, fill, self._grid)
        for level, message, data in fill_lines(fill, instrument, trip, Decimal(0), cash, False):
            if data is not None and "entry_price" in data and data["action"] == "exit":
                data["entry_price"] = int(event[L.E_ENTRY_PRICE]) / 10**8
            self._journal.log(level, message, data)
        if event[L.E_CLOSED]:
            record = self._records[int(event[L.E_TRADES]) - self._trades]
            self._journal.trade(record)
            self._journal.log("info", closed_line(fill, Decimal(repr(record["pnl_usd"]))))

    def end(self, state: State) -> None:
        """All of it is told."""
        self._trades = int(state.i[L.TRADES])
        self.samples(state, int(state.i[L.SAMPLES]))


class _Left(RoundTrip):
    """What a fill took out of a position, as far as the log tells it."""

    def __init__(self, event: list[float], fill: Fill, grid: Grid) -> None:
        super().__init__(fill.market, 1 if fill.side == "Sell" else -1, fill.ts, "")
        self.left = grid.size(event[L.E_LEAVING])
        self.entered = self.left if event[L.E_CLOSED] else self.left * 2
        self.entry_value = Decimal(1)
        self.gross = int(event[L.E_PNL]) * UNIT
