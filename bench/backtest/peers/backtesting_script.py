"""A whole run as a user of backtesting.py writes it: read candles, cross two averages, print the statistics.

python backtesting_script.py bars.parquet
"""

import sys

import pandas as pd
from backtesting import Backtest, Strategy


def mean(values, window):
    return pd.Series(values).rolling(window).mean()


class Cross(Strategy):
    def init(self):
        self.fast = self.I(mean, self.data.Close, 10)
        self.slow = self.I(mean, self.data.Close, 30)

    def next(self):
        fast, slow = self.fast[-1], self.slow[-1]
        if fast > slow and not self.position:
            self.buy(size=1)
        elif fast < slow and self.position:
            self.position.close()


frame = pd.read_parquet(sys.argv[1]).set_index("date")
frame.columns = ["Open", "High", "Low", "Close", "Volume"]
print(Backtest(frame, Cross, cash=10_000_000.0, commission=0.0005).run())
