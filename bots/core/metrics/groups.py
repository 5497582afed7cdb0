"""The same few figures for each group of trades: by side, by reason, by period."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bots.core.metrics.ordered import distinct
from bots.core.metrics.rounding import MONEY, SECONDS, quotient, rounded, told
from bots.core.results import Ints, TradeTable

_MOST_GROUPS = 100
OTHERS = "(others)"


def side(trades: TradeTable, direction: int) -> dict[str, Any]:
    """Figures of the long (1) or the short (-1) trades."""
    return _figures(trades, (trades.side != direction).astype(np.int64), 2)[0]


def by_entry_reason(trades: TradeTable) -> dict[str, Any]:
    return by_name(trades, trades.entry_reason, trades.reasons)


def by_exit_reason(trades: TradeTable) -> dict[str, Any]:
    return by_name(trades, trades.exit_reason, trades.reasons)


def by_reasons(trades: TradeTable) -> dict[str, Any]:
    """By entry and exit reason together."""
    count = len(trades.reasons)
    pairs, which = distinct(trades.entry_reason * count + trades.exit_reason)
    names = [f"{trades.reasons[pair // count]} → {trades.reasons[pair % count]}" for pair in pairs.tolist()]
    return by_name(trades, which, names)


def by_name(trades: TradeTable, which: Ints, names: Sequence[str]) -> dict[str, Any]:
    """Groups with trades, those of most trades first; what is beyond a hundred groups is one of others."""
    if not len(trades):
        return {}
    counts = np.bincount(which, minlength=len(names))
    order = np.argsort(-counts, kind="stable")[: int(np.count_nonzero(counts))]
    kept = order if len(order) <= _MOST_GROUPS else order[: _MOST_GROUPS - 1]
    place = np.full(len(names), len(kept), dtype=np.int64)
    place[kept] = np.arange(len(kept))
    shown = [names[index] for index in kept.tolist()] + [OTHERS] * (len(kept) < len(order))
    return dict(zip(shown, _figures(trades, place[which], len(shown)), strict=True))


def _figures(trades: TradeTable, which: Ints, groups: int) -> list[dict[str, Any]]:
    """Figures of each group 0 ... `groups` - 1."""
    won, lost, result = trades.pnl > 0, trades.pnl < 0, trades.pnl_usd

    def sums(weights: Any) -> Any:
        return np.bincount(which, weights, groups)

    columns = zip(
        sums(None), sums(won), sums(lost), sums(result), sums(trades.pnl), sums(trades.fees),
        sums(trades.exit_time - trades.entry_time), sums(result * won), -sums(result * lost), strict=True,
    )  # fmt: skip
    return [_group(*map(float, column)) for column in list(columns)[:groups]]


def _group(
    count: float,
    won: float,
    lost: float,
    usd: float,
    pnl: float,
    fees: float,
    held: float,
    gain: float,
    loss: float,
) -> dict[str, Any]:
    return {
        "trade_count": int(count),
        "wins": int(won),
        "losses": int(lost),
        "draws": int(count - won - lost),
        "win_rate": round(100 * won / count, 2) if count else 0.0,
        "total_pnl": rounded(usd, MONEY),
        "avg_pnl": told(usd / count, MONEY) if count else None,
        "net_pnl": rounded(pnl, MONEY),
        "fees": rounded(fees, MONEY),
        "profit_factor": quotient(gain, loss),
        "avg_holding_time": told(held / count, SECONDS) if count else None,
    }
