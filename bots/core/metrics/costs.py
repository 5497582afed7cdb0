"""What trading cost: fees, slippage, funding; in the settlement currency, and as shares."""

from typing import Any

import numpy as np

from bots.core.metrics.equity_path import EquityPath
from bots.core.metrics.rounding import MONEY, mean, quotient, rounded, share, told, total
from bots.core.metrics.values import entry_values, exit_values
from bots.core.results import TradeTable


def costs(trades: TradeTable, path: EquityPath) -> dict[str, Any]:
    """Fees and slippage positive where they cost, funding where it was received.

    Shares are percentages of the gross result before slippage, null where that is not above zero; rates are
    percentages of the traded value. Turnover: traded value over the mean of the daily closes of the equity.
    """
    gross, fees, funding, slippage = (
        total(column) for column in (trades.gross_pnl, trades.fees, trades.funding, trades.slippage)
    )
    traded = entry_values(trades) + exit_values(trades)
    volume = float(np.nansum(traded))
    before = gross + slippage
    closes = path.days().closes
    return {
        "gross_pnl": gross,
        "fees": fees,
        "funding": funding,
        "slippage": slippage,
        "net_pnl": total(trades.pnl),
        "costs": rounded(fees + slippage - funding, MONEY),
        "avg_fees": mean(trades.fees),
        "fees_share": share(fees, before),
        "slippage_share": share(slippage, before),
        "funding_share": share(-funding, before),
        "costs_share": share(fees + slippage - funding, before),
        "fee_rate": share(fees, volume),
        "slippage_rate": share(slippage, volume),
        "volume": round(volume, MONEY),
        "volume_usd": _in_dollars(trades, traded),
        "avg_position_value": mean(entry_values(trades)),
        "turnover": quotient(volume, float(closes.mean())) if len(closes) else None,
    }


def _in_dollars(trades: TradeTable, traded: Any) -> float | None:
    """At the settlement currency's price of the exits; null where records do not tell it."""
    prices = np.ones(len(trades)) if "+" in trades.market else trades.settle_usd
    return told(float((traded * prices).sum()), MONEY) if len(trades) else 0.0
