"""backtrader: a Python handler on every bar."""

import backtrader as bt
import numpy as np
from serve import CASH, FAST, FEE, SLOW, Clock, load, serve

OPEN, HIGH, LOW, CLOSE, VOLUME = load()
FIRST = bt.date2num(__import__("datetime").datetime(2021, 1, 1))


class Feed(bt.feed.DataBase):
    """Rows of arrays, without a detour over text or pandas."""

    params = (("timeframe", bt.TimeFrame.Minutes), ("compression", 1))

    def start(self):
        super().start()
        self.row = 0
        self.columns = [column.tolist() for column in (OPEN, HIGH, LOW, CLOSE, VOLUME)]

    def _load(self):
        row = self.row
        if row >= len(CLOSE):
            return False
        lines = self.lines
        lines.datetime[0] = FIRST + row / 1440
        open_, high, low, close, volume = self.columns
        lines.open[0], lines.high[0], lines.low[0], lines.close[0] = (
            open_[row],
            high[row],
            low[row],
            close[row],
        )
        lines.volume[0], lines.openinterest[0] = volume[row], 0.0
        self.row = row + 1
        return True


class Cross(bt.Strategy):
    def __init__(self):
        self.fast = bt.indicators.SimpleMovingAverage(self.data.close, period=FAST)
        self.slow = bt.indicators.SimpleMovingAverage(self.data.close, period=SLOW)
        self.log = []

    def next(self):
        # Sums of backtrader's own mean are taken anew at every bar, and exact as everybody's.
        fast, slow = self.fast[0], self.slow[0]
        if fast > slow and not self.position:
            self.buy(size=1)
        elif fast < slow and self.position:
            self.close()

    def notify_trade(self, trade):
        if trade.isclosed:
            self.log.append((trade.baropen - 1, trade.barclose - 1, trade.price, trade.pnlcomm))


def cross(clock: Clock):
    with clock.stage("simulation"):
        cerebro = bt.Cerebro(stdstats=False)
        cerebro.adddata(Feed())
        cerebro.addstrategy(Cross)
        cerebro.broker.setcash(CASH)
        cerebro.broker.setcommission(commission=FEE)
        log = cerebro.run()[0].log
    exit_bar = np.array([row[1] for row in log])
    return lambda: {
        "entry_bar": np.array([row[0] for row in log]),
        "exit_bar": exit_bar,
        "entry_price": np.array([row[2] for row in log]),
        "exit_price": OPEN[exit_bar],  # its trade records have none; the profit below tells that it is right
        "pnl": np.array([row[3] for row in log]),
        "equity": np.array([cerebro.broker.getvalue()]),
    }


if __name__ == "__main__":
    serve({"cross": cross}, {"backtrader": bt.__version__})
