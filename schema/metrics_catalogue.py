"""What the figures of a session are called, what they are counted in, and in which groups they are shown.

Pure data, for tables, reports and the API's documentation. A figure that is not listed here does not exist:
a test holds the catalogue and the figures equal.
"""

from typing import Literal, NamedTuple

Unit = Literal["count", "percent", "ratio", "settle", "usd", "seconds", "time", "bars", "text", "table"]
"""`settle` is the currency that the session settles in; `time` Unix seconds; `table` an object by names whose
values are objects of `COLUMNS` (or, in `by_day`, returns).
"""


class Figure(NamedTuple):
    """How a figure is shown: label, unit, and one sentence for those who ask what it is."""

    label: str
    unit: Unit
    meaning: str = ""


_DAILY = "of daily returns (UTC days, 365 a year)"

_GROUPS: dict[str, dict[str, Figure]] = {
    "Returns": {
        "start_time": Figure("First sample", "time"),
        "end_time": Figure("Last sample", "time"),
        "period": Figure("Period", "seconds", "from the first sample of the equity to the last"),
        "start_equity": Figure("Starting balance", "settle"),
        "end_equity": Figure("Final equity", "settle"),
        "lowest_equity": Figure("Lowest equity", "settle"),
        "highest_equity": Figure("Highest equity", "settle"),
        "profit": Figure("Profit", "settle", "final equity less starting balance, open positions included"),
        "total_return": Figure("Total return", "percent", "profit over the starting balance"),
        "cagr": Figure("CAGR", "percent", "compound annual growth rate; none under one day"),
        "avg_daily_profit": Figure("Average daily profit", "settle", "profit over the days of the period"),
        "r_squared": Figure(
            "R²", "ratio", "how straight the daily closes of the equity rise or fall, 0 to 1"
        ),
    },
    "Risk": {
        "sharpe": Figure("Sharpe", "ratio", f"mean over standard deviation {_DAILY}"),
        "sortino": Figure("Sortino", "ratio", f"mean over downside deviation {_DAILY}"),
        "smart_sharpe": Figure("Smart Sharpe", "ratio", "Sharpe over the penalty for autocorrelation"),
        "smart_sortino": Figure("Smart Sortino", "ratio", "Sortino over the penalty for autocorrelation"),
        "calmar": Figure("Calmar", "ratio", "CAGR over the deepest drawdown"),
        "omega": Figure("Omega", "ratio", "sum of winning over sum of losing daily returns, threshold 0"),
        "gain_to_pain": Figure("Gain to pain", "ratio", "sum of monthly returns over sum of the losing ones"),
        "martin_ratio": Figure("Martin ratio", "ratio", "CAGR over the ulcer index"),
        "serenity_index": Figure("Serenity index", "ratio", "return over ulcer index and depth of drawdowns"),
        "recovery_factor": Figure("Recovery factor", "ratio", "profit over the largest fall of the equity"),
        "risk_return_ratio": Figure("Return to risk", "ratio", "Sharpe of one day, not annualised"),
        "volatility": Figure("Volatility", "percent", f"standard deviation {_DAILY}"),
        "downside_deviation": Figure("Downside deviation", "percent", f"root mean square of losses {_DAILY}"),
        "var_95": Figure("VaR 95 %", "percent", "daily loss exceeded on 5 of 100 days, historical"),
        "cvar_95": Figure("CVaR 95 %", "percent", "mean loss on the days at or beyond VaR 95 %"),
        "var_99": Figure("VaR 99 %", "percent", "daily loss exceeded on 1 of 100 days, historical"),
        "cvar_99": Figure("CVaR 99 %", "percent", "mean loss on the days at or beyond VaR 99 %"),
        "tail_ratio": Figure(
            "Tail ratio", "ratio", "95th percentile over the size of the 5th, of daily returns"
        ),
        "skew": Figure("Skewness", "ratio", "of daily returns, corrected for small samples"),
        "kurtosis": Figure("Excess kurtosis", "ratio", "of daily returns, corrected for small samples"),
    },
    "Drawdown": {
        "max_drawdown": Figure("Deepest", "percent", "largest fall below the highest equity so far"),
        "max_drawdown_amount": Figure("Largest fall", "settle"),
        "max_drawdown_top": Figure("Equity at its start", "settle"),
        "max_drawdown_bottom": Figure("Equity at its bottom", "settle"),
        "max_drawdown_start": Figure("Start", "time", "last time at the peak before the deepest drawdown"),
        "max_drawdown_low": Figure("Bottom", "time"),
        "max_drawdown_end": Figure("Recovered", "time", "null while the peak was not reached again"),
        "max_drawdown_fall": Figure("Time to its bottom", "seconds"),
        "max_drawdown_recovery": Figure("Time to recover", "seconds", "from the bottom to the peak again"),
        "max_drawdown_duration": Figure("Longest time under a peak", "seconds"),
        "current_drawdown": Figure("Now", "percent"),
        "current_drawdown_duration": Figure("Now, since", "seconds"),
        "drawdown_count": Figure("Drawdowns", "count"),
        "avg_drawdown": Figure("Average depth", "percent"),
        "avg_drawdown_duration": Figure("Average duration", "seconds"),
        "time_underwater": Figure("Time under a peak", "percent", "of the period"),
        "ulcer_index": Figure(
            "Ulcer index", "ratio", "root mean square of the drawdown in percent, all samples"
        ),
        "pain_index": Figure("Pain index", "ratio", "mean of the drawdown in percent, all samples"),
    },
    "Trades": {
        "trade_count": Figure("Closed trades", "count"),
        "settle": Figure("Settled in", "text"),
        "total_pnl": Figure("Result", "usd", "sum of the trades' results at the prices of their exits"),
        "wins": Figure("Won", "count", "trades with a pnl above zero, costs paid"),
        "losses": Figure("Lost", "count"),
        "draws": Figure("Drawn", "count"),
        "win_rate": Figure("Win rate", "percent"),
        "gross_profit": Figure("Sum of wins", "usd"),
        "gross_loss": Figure("Sum of losses", "usd"),
        "profit_factor": Figure("Profit factor", "ratio", "sum of wins over sum of losses"),
        "expectancy": Figure("Expectancy", "usd", "mean result of a trade"),
        "expectancy_100": Figure("Expected from 100 trades", "usd"),
        "expectancy_ratio": Figure("Expectancy ratio", "ratio", "win rate x (1 + payoff ratio) - 1"),
        "payoff_ratio": Figure("Payoff ratio", "ratio", "average win over average loss"),
        "avg_win": Figure("Average win", "usd"),
        "avg_loss": Figure("Average loss", "usd"),
        "median_trade": Figure("Median trade", "usd"),
        "trade_deviation": Figure("Standard deviation", "usd"),
        "best_trade": Figure("Best trade", "usd"),
        "worst_trade": Figure("Worst trade", "usd"),
        "smallest_win": Figure("Smallest win", "usd"),
        "smallest_loss": Figure("Smallest loss", "usd"),
        "avg_trade_return": Figure("Average return", "percent", "of its value at the entry"),
        "best_trade_return": Figure("Best return", "percent", "of its value at the entry"),
        "worst_trade_return": Figure("Worst return", "percent", "of its value at the entry"),
        "sqn": Figure(
            "SQN", "ratio", "system quality number: sqrt(trades) x mean / deviation of the results"
        ),
        "kelly": Figure("Kelly share", "percent", "win rate less loss rate over payoff ratio"),
        "max_win_streak": Figure("Most wins in a row", "count"),
        "max_loss_streak": Figure("Most losses in a row", "count"),
        "current_streak": Figure("Now in a row", "count", "negative: losses"),
        "trades_per_day": Figure("Trades a day", "ratio"),
    },
    "Holding times": {
        "avg_holding_time": Figure("Average", "seconds"),
        "median_holding_time": Figure("Median", "seconds"),
        "max_holding_time": Figure("Longest", "seconds"),
        "min_holding_time": Figure("Shortest", "seconds"),
        "avg_holding_time_wins": Figure("Average of wins", "seconds"),
        "max_holding_time_wins": Figure("Longest win", "seconds"),
        "min_holding_time_wins": Figure("Shortest win", "seconds"),
        "avg_holding_time_losses": Figure("Average of losses", "seconds"),
        "max_holding_time_losses": Figure("Longest loss", "seconds"),
        "min_holding_time_losses": Figure("Shortest loss", "seconds"),
        "avg_bars_held": Figure("Average in bars", "bars"),
        "max_bars_held": Figure("Longest in bars", "bars"),
        "longest_flat": Figure("Longest time without a trade", "seconds", "between two trades"),
        "exposure": Figure("Time in the market", "percent", "of the period; trades that overlap count once"),
        "exposure_long": Figure("Time long", "percent"),
        "exposure_short": Figure("Time short", "percent"),
    },
    "Excursions": {
        "avg_mae": Figure("Average MAE", "settle", "maximum adverse excursion: how far a trade was behind"),
        "worst_mae": Figure("Worst MAE", "settle"),
        "avg_mae_wins": Figure("Average MAE of wins", "settle"),
        "avg_mfe": Figure("Average MFE", "settle", "maximum favourable excursion: how far a trade was ahead"),
        "best_mfe": Figure("Best MFE", "settle"),
        "avg_mfe_losses": Figure("Average MFE of losses", "settle"),
        "edge_ratio": Figure("Edge ratio", "ratio", "all favourable over all adverse excursion"),
        "mfe_captured": Figure("MFE captured", "percent", "gross result over the favourable excursion"),
    },
    "Costs": {
        "gross_pnl": Figure("Gross result", "settle", "before fees and funding, after slippage"),
        "fees": Figure("Fees", "settle", "positive: paid"),
        "slippage": Figure("Slippage", "settle", "positive: paid; already inside the gross result"),
        "funding": Figure("Funding", "settle", "positive: received"),
        "net_pnl": Figure("Net result", "settle", "gross result - fees + funding"),
        "costs": Figure("All costs", "settle", "fees + slippage - funding"),
        "fees_share": Figure(
            "Fees of gross", "percent", "of the gross result before slippage; null for a loss"
        ),
        "slippage_share": Figure("Slippage of gross", "percent", "of the gross result before slippage"),
        "funding_share": Figure("Funding paid of gross", "percent", "of the gross result before slippage"),
        "costs_share": Figure("All costs of gross", "percent", "of the gross result before slippage"),
        "avg_fees": Figure("Fees of a trade", "settle"),
        "fee_rate": Figure("Fees of traded value", "percent", "of the traded value"),
        "slippage_rate": Figure("Slippage of traded value", "percent", "of the traded value"),
        "volume": Figure("Traded value", "settle", "entries and exits"),
        "volume_usd": Figure(
            "Traded value in dollars", "usd", "entries and exits, at the prices of the exits"
        ),
        "avg_position_value": Figure("Average value of a trade", "settle", "at its entry"),
        "turnover": Figure("Turnover", "ratio", "traded value over the average equity"),
    },
    "Market": {
        "market_return": Figure("Market's own return", "percent", "from its first close to its last"),
        "market_max_drawdown": Figure("Market's deepest drawdown", "percent", "of daily closes"),
        "excess_return": Figure("Return beyond it", "percent"),
        "alpha": Figure("Alpha", "percent", "Jensen's, a year; riskless rate 0"),
        "beta": Figure("Beta", "ratio", "against the market's daily returns"),
        "correlation": Figure("Correlation", "ratio", "with the market's daily returns"),
        "treynor": Figure("Treynor", "ratio", "mean daily return a year over beta"),
        "tracking_error": Figure(
            "Tracking error", "percent", "deviation of the difference of daily returns, a year"
        ),
        "information_ratio": Figure("Information ratio", "ratio", "mean difference over tracking error"),
        "up_capture": Figure("Up capture", "percent", "mean return over the market's, on its rising days"),
        "down_capture": Figure(
            "Down capture", "percent", "mean return over the market's, on its falling days"
        ),
    },
    "Periods": {
        "best_day": Figure("Best day", "percent"),
        "worst_day": Figure("Worst day", "percent"),
        "avg_day": Figure("Average day", "percent"),
        "avg_winning_day": Figure("Average winning day", "percent"),
        "avg_losing_day": Figure("Average losing day", "percent"),
        "best_day_profit": Figure("Best day's profit", "settle"),
        "worst_day_profit": Figure("Worst day's profit", "settle"),
        "winning_days": Figure("Winning days", "count"),
        "draw_days": Figure("Days without a change", "count"),
        "losing_days": Figure("Losing days", "count"),
        "best_week": Figure("Best week", "percent"),
        "worst_week": Figure("Worst week", "percent"),
        "avg_week": Figure("Average week", "percent"),
        "winning_weeks": Figure("Winning weeks", "count"),
        "losing_weeks": Figure("Losing weeks", "count"),
        "best_month": Figure("Best month", "percent"),
        "worst_month": Figure("Worst month", "percent"),
        "avg_month": Figure("Average month", "percent"),
        "winning_months": Figure("Winning months", "count"),
        "losing_months": Figure("Losing months", "count"),
    },
    "Breakdown": {
        "long": Figure("Long", "table", "trades that bought first"),
        "short": Figure("Short", "table", "trades that sold first"),
        "by_entry_reason": Figure("By entry reason", "table"),
        "by_exit_reason": Figure("By exit reason", "table"),
        "by_reasons": Figure("By entry and exit reason", "table"),
        "by_weekday": Figure("By weekday", "table", "return: mean of the daily returns"),
        "by_year": Figure("By year", "table"),
        "by_month": Figure("By month", "table"),
        "by_week": Figure("By ISO week", "table"),
        "by_day": Figure("By day", "table", "return of each UTC day in percent"),
    },
}

GROUPS: dict[str, list[str]] = {title: list(figures) for title, figures in _GROUPS.items()}
"""Keys by the group in which they are shown, both in order."""

CATALOGUE: dict[str, Figure] = {key: figure for group in _GROUPS.values() for key, figure in group.items()}

COLUMNS: dict[str, Figure] = {
    "days": Figure("Days", "count"),
    "return": Figure("Return", "percent"),
    "profit": Figure("Profit", "settle", "change of the equity"),
    "trade_count": Figure("Trades", "count"),
    "wins": Figure("Won", "count"),
    "losses": Figure("Lost", "count"),
    "draws": Figure("Drawn", "count"),
    "win_rate": Figure("Win rate", "percent"),
    "total_pnl": Figure("Result", "usd"),
    "avg_pnl": Figure("Average", "usd"),
    "net_pnl": Figure("Net result", "settle"),
    "fees": Figure("Fees", "settle"),
    "profit_factor": Figure("Profit factor", "ratio"),
    "avg_holding_time": Figure("Held", "seconds"),
}
"""Figures of one row of a table."""
