"""vectorbt with its Rust engine."""

import numpy as np
import pandas as pd
import vectorbt as vbt
from serve import CASH, FAST, FEE, SLOW, Clock, load, serve

OPEN, _HIGH, _LOW, CLOSE, _ = load()
# An index without a time zone: with one vectorbt takes 60 times as long.
INDEX = pd.date_range("2021-01-01", periods=len(CLOSE), freq="min")
CLOSES = pd.Series(CLOSE, INDEX)
NEXT_OPEN = pd.Series(np.append(OPEN[1:], np.nan), INDEX)


def cross(clock: Clock):
    """The documented way: indicators, crossings, simulation, trade records and the curve of the equity."""
    with clock.stage("indicators"):
        fast, slow = vbt.MA.run(CLOSES, FAST), vbt.MA.run(CLOSES, SLOW)
    with clock.stage("signals"):
        entries, exits = fast.ma_crossed_above(slow), fast.ma_crossed_below(slow)
    return _simulate(entries, exits, clock)


def cross_numpy(clock: Clock):
    """The same with crossings found by NumPy, which is the fastest that it can be fed."""
    with clock.stage("indicators"):
        fast, slow = vbt.MA.run(CLOSES, FAST).ma.to_numpy(), vbt.MA.run(CLOSES, SLOW).ma.to_numpy()
    with clock.stage("signals"):
        above, below = fast > slow, fast < slow
        entries, exits = above & ~np.append(False, above[:-1]), below & ~np.append(False, below[:-1])
    return _simulate(entries, exits, clock)


def _simulate(entries, exits, clock: Clock):
    with clock.stage("simulation"):
        portfolio = vbt.Portfolio.from_signals(
            CLOSES, entries, exits, price=NEXT_OPEN, size=1.0, init_cash=CASH, fees=FEE, freq="1min"
        )
    with clock.stage("trades"):
        trades = portfolio.trades.values
    with clock.stage("equity"):
        value = portfolio.value()
    return lambda: {
        "entry_bar": trades["entry_idx"] + 1,  # the bar that decided; the price is of the next one
        "exit_bar": trades["exit_idx"] + 1,
        "entry_price": trades["entry_price"],
        "exit_price": trades["exit_price"],
        "pnl": trades["pnl"],
        "equity": np.array([value.iloc[-1]]),
    }


if __name__ == "__main__":
    serve(
        {"cross": cross, "cross-numpy": cross_numpy},
        {"vectorbt": vbt.__version__, "rust": str(vbt._engine.is_rust_available())},
    )
