"""backtesting.py: a Python handler on every bar, and the ladder."""

import warnings

import backtesting
import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy
from serve import CASH, FAST, FEE, FIRST_SELL_BUY_MIDDLE, RUNGS, SLOW, STEP, Clock, load, serve

OPEN, HIGH, LOW, CLOSE, VOLUME = load()
INDEX = pd.date_range("2021-01-01", periods=len(CLOSE), freq="min")
FRAME = pd.DataFrame({"Open": OPEN, "High": HIGH, "Low": LOW, "Close": CLOSE, "Volume": VOLUME}, INDEX)


def _mean(values, window):
    return pd.Series(values).rolling(window).mean().to_numpy()


class Cross(Strategy):
    def init(self):
        self.fast = self.I(_mean, CLOSE, FAST)
        self.slow = self.I(_mean, CLOSE, SLOW)

    def next(self):
        fast, slow = self.fast[-1], self.slow[-1]
        if fast > slow and not self.position:
            self.buy(size=1)
        elif fast < slow and self.position:
            self.position.close()


class Ladder(Strategy):
    """Which orders were filled is seen from their absence: there is no call for a fill."""

    def init(self):
        self.working = []
        self.log = []

    def next(self):
        if not self.working:
            for k in range(1, RUNGS // 2 + 1):
                self._place(1, FIRST_SELL_BUY_MIDDLE - STEP * k)
                self._place(-1, FIRST_SELL_BUY_MIDDLE + STEP * k)
        elif len(self.orders) < RUNGS:
            resting = set(map(id, self.orders))
            filled = [row for row in self.working if id(row[0]) not in resting]
            self.working = [row for row in self.working if id(row[0]) in resting]
            for _, side, price in filled:
                self.log.append((len(self.data) - 1, side, price))
                self._place(-side, price + side * STEP)

    def _place(self, side, price):
        order = self.buy(size=1, limit=price) if side > 0 else self.sell(size=1, limit=price)
        self.working.append((order, side, price))


def _run(strategy, clock):
    """One run; the statistics that it ends with are a stage of their own."""
    statistics = backtesting.backtesting.compute_stats

    def timed(*args, **kwargs):
        with clock.stage("statistics"):
            return statistics(*args, **kwargs)

    backtesting.backtesting.compute_stats = timed
    try:
        with clock.stage("simulation"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Backtest(FRAME, strategy, cash=CASH, commission=FEE).run()
    finally:
        backtesting.backtesting.compute_stats = statistics


def cross(clock: Clock):
    stats = _run(Cross, clock)
    trades = stats["_trades"]
    return lambda: {
        "entry_bar": trades["EntryBar"].to_numpy(),
        "exit_bar": trades["ExitBar"].to_numpy(),
        "entry_price": trades["EntryPrice"].to_numpy(),
        "exit_price": trades["ExitPrice"].to_numpy(),
        "pnl": trades["PnL"].to_numpy(),
        "equity": np.array([stats["_equity_curve"]["Equity"].iloc[-1]]),
    }


def ladder(clock: Clock):
    stats = _run(Ladder, clock)
    fills = stats["_strategy"].log
    return lambda: {
        "bar": np.array([fill[0] for fill in fills]),
        "side": np.array([fill[1] for fill in fills]),
        "price": np.array([fill[2] for fill in fills]),
        "equity": np.array([stats["_equity_curve"]["Equity"].iloc[-1]]),
    }


if __name__ == "__main__":
    serve({"cross": cross, "ladder": ladder}, {"backtesting": backtesting.__version__})
