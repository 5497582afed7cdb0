"""The figures of a session that goes on, kept up as its trades and samples come.

Closed trades are kept as columns (about 200 bytes each), the equity as daily closes and the sums of
`EquityPath`: a sample is forgotten once it has been counted.
"""

from array import array
from collections.abc import Mapping
from typing import Any

import numpy as np

from bots.core.metrics.days import DAY, DailyCloses
from bots.core.metrics.equity_path import EquityPath
from bots.core.metrics.whole import figures
from bots.core.results import TradeBuilder

_BLOCK = 3 * 1024
"""Numbers that wait to be counted together: counting one by one would cost ten times as much."""


class RunningMetrics:
    """Add what comes, ask for `figures()` at any time: they are those of `metrics()` over all of it.

    `start` is the starting balance.
    """

    def __init__(self, start: float) -> None:
        self._path = EquityPath(start)
        self._trades = TradeBuilder()
        self._waiting = array("d")
        self._market_days = array("q")
        self._market_closes = array("d")
        self._market_start = 0.0

    @property
    def trade_count(self) -> int:
        return len(self._trades)

    def add_trade(self, record: Mapping[str, Any]) -> None:
        """Raises ValueError that names the field where it is no trade."""
        self._trades.append({**record, "legs": None})  # their figures are in the trade's own

    def add_equity(self, ts: float, equity: float, drawdown: float) -> None:
        """A sample: Unix seconds, equity, percent below the peak; in order of time."""
        self._waiting.extend((ts, equity, drawdown))
        if len(self._waiting) >= _BLOCK:
            self._count()

    def add_market(self, ts: float, price: float) -> None:
        """A price of the market; the last one of each UTC day counts as its close."""
        day = int(ts // DAY)
        if not self._market_days:
            self._market_start = price
        elif self._market_days[-1] >= day:
            self._market_closes[-1] = price
            return
        self._market_days.append(day)
        self._market_closes.append(price)

    def market_to_json(self) -> dict[str, Any] | None:
        """The market's closes, to go on from after a restart: no file of the session has them."""
        if not self._market_days:
            return None
        days, closes = self._market_days.tolist(), self._market_closes.tolist()
        return {"start": self._market_start, "days": days, "closes": closes}

    def market_from_json(self, data: Mapping[str, Any]) -> None:
        """Raises KeyError, TypeError, ValueError for what `market_to_json` did not give."""
        days, closes = array("q", data["days"]), array("d", data["closes"])
        if len(days) != len(closes):
            raise ValueError(f"{len(days)} days, {len(closes)} closes")
        self._market_start, self._market_days, self._market_closes = float(data["start"]), days, closes

    def figures(self) -> dict[str, Any]:
        self._count()
        return figures(self._trades.table(), self._path, self._market())

    def _count(self) -> None:
        ts, equity, drawdown = np.array(self._waiting, np.float64).reshape(-1, 3).T
        self._path.extend(ts, equity, drawdown)
        self._waiting = array("d")

    def _market(self) -> DailyCloses | None:
        if not self._market_days:
            return None
        days, closes = np.array(self._market_days, np.int64), np.array(self._market_closes, np.float64)
        return DailyCloses(days, closes, self._market_start)
