"""What trades were worth when they were entered and left."""

import numpy as np

from bots.core.results import Floats, TradeTable

_DOLLARS = ("USD", "USDT", "USDC")


def entry_values(trades: TradeTable) -> Floats:
    """Value at the average entry, in the settlement currency."""
    return _values(trades, trades.entry_price)


def exit_values(trades: TradeTable) -> Floats:
    """Value at the average exit; of a trade with legs its value at the entry, since its size is dollars."""
    return _values(trades, trades.exit_price)


def _values(trades: TradeTable, prices: Floats) -> Floats:
    """Contracts that settle in a coin are worth a dollar a piece (inverse), others a coin a piece."""
    if "+" in trades.market:
        return trades.size
    if trades.settle in _DOLLARS:
        return trades.size * prices
    values: Floats = np.divide(trades.size, prices, out=np.full(len(trades), np.nan), where=prices > 0)
    return values
