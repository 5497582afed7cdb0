"""All figures in one: from columns, or from records and rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bots.core.metrics.calendar import calendar
from bots.core.metrics.costs import costs
from bots.core.metrics.days import DailyCloses, daily_closes
from bots.core.metrics.drawdown import drawdown
from bots.core.metrics.equity_path import EquityPath
from bots.core.metrics.excursions import excursions
from bots.core.metrics.exposure import exposure
from bots.core.metrics.groups import by_entry_reason, by_exit_reason, by_reasons, side
from bots.core.metrics.market import market as against_market
from bots.core.metrics.returns import returns
from bots.core.metrics.risk import risk
from bots.core.metrics.trades import holding, outcomes, streaks
from bots.core.results import EquityCurve, Floats, TradeTable

Market = tuple[Floats, Floats]
"""Opening times (Unix seconds, ascending) and closes of the market's candles."""


def metrics(
    trades: TradeTable | Iterable[Mapping[str, Any]],
    equity: EquityCurve | Iterable[Sequence[float]] = (),
    start: float = 0.0,
    market: Market | None = None,
) -> dict[str, Any]:
    """Every figure, as JSON. `start` is the starting balance; without `market` what needs it is null.

    Raises ValueError that names a record and its field where one is no trade.
    """
    table = trades if isinstance(trades, TradeTable) else TradeTable.of(trades)
    curve = equity if isinstance(equity, EquityCurve) else EquityCurve.of(equity)
    path = EquityPath(start)
    path.extend(curve.ts, curve.equity, curve.drawdown)
    closes = None
    if market is not None and len(market[0]):
        closes = daily_closes(*market, start=float(market[1][0]))
    return figures(table, path, closes)


def figures(trades: TradeTable, path: EquityPath, closes: DailyCloses | None) -> dict[str, Any]:
    """Every figure, from trades, the way of the equity, and the market's daily closes."""
    days = path.days()
    daily = days.returns()
    whole = returns(path)
    return {
        "trade_count": len(trades),
        "settle": trades.settle if len(trades) else None,
        **whole,
        **risk(daily),
        **drawdown(path),
        **outcomes(trades),
        **streaks(trades),
        **holding(trades),
        **excursions(trades),
        **costs(trades, path),
        **exposure(trades, path),
        **against_market(daily, closes, whole["total_return"]),
        "long": side(trades, 1),
        "short": side(trades, -1),
        "by_entry_reason": by_entry_reason(trades),
        "by_exit_reason": by_exit_reason(trades),
        "by_reasons": by_reasons(trades),
        **calendar(trades, days),
    }
