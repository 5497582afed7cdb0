"""Books what happens to the account, and tells it: trades, log lines, equity."""

from collections.abc import Callable

from bots.core.books.account import Account
from bots.core.books.ledger import Ledger
from bots.core.events import Fill, Funding
from bots.core.instrument import ZERO
from bots.core.narration import closed_line, fill_lines
from bots.core.ports import Journal


class Bookkeeper:
    """Writes `ledger` and `account`, and what becomes of them into `journal`, at the market's time `now`."""

    def __init__(self, ledger: Ledger, account: Account, journal: Journal, now: Callable[[], float]) -> None:
        self._ledger, self._account, self._journal, self._now = ledger, account, journal, now

    def fill(self, fill: Fill) -> None:
        """Book a fill; a trade that it completes goes into the journal."""
        trip = self._ledger.trips.get(fill.market)
        left, cash = (ZERO, ZERO) if trip is None else (trip.left, trip.cash)
        closed = self._ledger.apply(fill)
        if fill.tag == "liquidation":
            self._journal.log("error", f"{fill.market} is liquidated: the equity no longer covers the margin")
        instruments = self._ledger.instruments
        lines = fill_lines(fill, instruments[fill.market], trip, left, cash, len(instruments) > 1)
        for level, message, data in lines:
            self._journal.log(level, message, data)
        record = None if closed is None else self._account.close(closed)
        if record is not None:
            self._journal.trade(record.data)
            self._journal.log("info", closed_line(fill, record.pnl_usd))
            self.sample()

    def fund(self, funding: Funding) -> None:
        """Book a funding stamp."""
        is_open = funding.market in self._ledger.trips
        amount = self._ledger.fund(funding)
        if is_open:
            settle = self._ledger.instruments[funding.market].settle
            self._journal.log(
                "info", f"Funding {funding.market} at rate {funding.rate}: {amount:+f} {settle}"
            )

    def sample(self) -> None:
        """Note the equity, only when a bar or a trade closes: so ticks that fill nothing may be skipped."""
        if self._account.is_open:
            equity = self._account.sample()
            self._journal.equity(self._now(), equity, self._account.drawdown.add(equity))
