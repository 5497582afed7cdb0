"""Trades and equity out of the kernel's arrays, as columns."""

from typing import Any

import numpy as np

from bots.core.candles import Floats
from bots.core.compiled import layout as L
from bots.core.compiled.state import UNITS, Array, State
from bots.core.instrument import Instrument
from bots.core.results import EquityCurve, TradeTable

_EXACT = 1 << 53


def trade_table(
    s: State, first: int, texts: list[str], instrument: Instrument, exchange: str, session: str, run: int
) -> TradeTable:
    """Closed trades from row `first` on."""
    count = int(s.i[L.TRADES])
    rows, times = s.trades[first:count], s.trade_times[first:count]
    # All at once: a session writes one trade after the other, and each call of NumPy costs as much as a row.
    amounts = np.ascontiguousarray(money(rows[:, list(_MONEY.values())]).T)
    columns: dict[str, Any] = dict(zip(_MONEY, amounts, strict=True))
    settle_usd = np.ones(len(rows))
    if s.i[L.IN_COINS]:
        settle_usd = _ratio(rows[:, L.R_MARK], int(s.i[L.PRICE_UP]), int(s.i[L.PRICE_DOWN]))
    return TradeTable(
        **columns,
        entry_time=times[:, 0].copy(),
        exit_time=times[:, 1].copy(),
        size=_ratio(rows[:, L.R_SIZE], int(s.i[L.SIZE_UP]), int(s.i[L.SIZE_DOWN])),
        settle_usd=settle_usd,
        side=rows[:, L.R_SIDE].copy(),
        bars_held=rows[:, L.R_BARS].copy(),
        entry_reason=rows[:, L.R_ENTRY_REASON].copy(),
        exit_reason=rows[:, L.R_EXIT_REASON].copy(),
        reasons=list(texts),
        settle=instrument.settle,
        market=instrument.market,
        exchange=exchange,
        session=session,
        run=run,
        ids=range(first + 1, count + 1) if first else None,
    )


def equity_curve(s: State) -> EquityCurve:
    """Samples so far; views, nothing is copied."""
    part = slice(0, int(s.i[L.SAMPLES]))
    return EquityCurve(s.sample_ts[part], s.sample_equity[part], s.sample_drawdown[part])


def money(units: Array) -> Floats:
    """Booked units as the floats nearest to the amounts."""
    amounts: Floats = units / UNITS  # one correctly rounded division, where the units are exact as floats
    for at in np.flatnonzero(np.abs(units) > _EXACT).tolist():
        amounts.flat[at] = int(units.flat[at]) / int(UNITS)
    return amounts


def _ratio(numbers: Array, up: int, down: int) -> Floats:
    ratio: Floats = (numbers * up) / float(down)
    return ratio


_MONEY = {
    "entry_price": L.R_ENTRY_PRICE,
    "exit_price": L.R_EXIT_PRICE,
    "gross_pnl": L.R_GROSS,
    "fees": L.R_FEES,
    "funding": L.R_FUNDING,
    "slippage": L.R_SLIPPAGE,
    "pnl": L.R_PNL,
    "pnl_usd": L.R_USD,
    "mae": L.R_MAE,
    "mfe": L.R_MFE,
}
