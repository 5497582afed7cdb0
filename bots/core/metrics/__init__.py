"""Figures of a session from its trades and its equity: of a whole run at once (`metrics`), or as they come
(`RunningMetrics`); one computation, over columns, null for what is not defined.

Results of trades (`total_pnl`, averages, extremes, groups) are dollars; `gross_pnl`, `fees`, `funding`,
`slippage`, `net_pnl` and other costs, excursions and equity are in the trades' settlement currency, `settle`.
Rates, returns and drawdowns are percentages, times seconds. `schema.metrics_catalogue` has a label and a unit
for each.
"""

from bots.core.metrics.running import RunningMetrics
from bots.core.metrics.whole import metrics

__all__ = ["RunningMetrics", "metrics"]
