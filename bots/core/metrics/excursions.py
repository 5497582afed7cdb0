"""How far trades went against and for them while they were open.

Source: J. Sweeney, "Maximum Adverse Excursion" (1996). Amounts in the settlement currency, of the whole
entered size from the average entry; the edge ratio is all favourable over all adverse excursion.
"""

from typing import Any

import numpy as np

from bots.core.metrics.rounding import PERCENT, extreme, mean, quotient, share
from bots.core.results import TradeTable


def excursions(trades: TradeTable) -> dict[str, Any]:
    """`mfe_captured`: share of the favourable excursion that was there at the exit (before costs)."""
    known = ~(np.isnan(trades.mae) | np.isnan(trades.mfe))
    adverse, favourable = trades.mae[known], trades.mfe[known]
    won, lost = trades.pnl[known] > 0, trades.pnl[known] < 0
    best = float(favourable.sum())
    return {
        "avg_mae": mean(adverse),
        "worst_mae": extreme(adverse, highest=False),
        "avg_mae_wins": mean(adverse[won]),
        "avg_mfe": mean(favourable),
        "best_mfe": extreme(favourable, highest=True),
        "avg_mfe_losses": mean(favourable[lost]),
        "edge_ratio": quotient(best, -float(adverse.sum())),
        "mfe_captured": share(float(trades.gross_pnl[known].sum()), best, PERCENT),
    }
