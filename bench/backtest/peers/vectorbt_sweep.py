"""A sweep with parameters as columns, in chunks that memory can hold; one process for each core.

    python vectorbt_sweep.py bars.parquet part parts columns < pairs.json

Prints a JSON line: for every pair of windows of this part [fast, slow, trades, profit, sharpe, drawdown].
"""

import json
import sys

import numpy as np
import pandas as pd
import vectorbt as vbt

CASH = 10_000_000.0

path, part, parts, columns = sys.argv[1], *map(int, sys.argv[2:])
frame = pd.read_parquet(path).set_index("date")
close, next_open = frame["close"], frame["open"].shift(-1)
pairs = json.load(sys.stdin)[part::parts]
rows = []
for first in range(0, len(pairs), columns):
    chunk = pairs[first : first + columns]
    # Every window is averaged once in a chunk; `run_unique` sees to it.
    fast = vbt.MA.run(close, [pair[0] for pair in chunk], short_name="fast", run_unique=True).ma.to_numpy()
    slow = vbt.MA.run(close, [pair[1] for pair in chunk], short_name="slow", run_unique=True).ma.to_numpy()
    above, below = fast > slow, fast < slow
    del fast, slow
    entries, exits = above.copy(), below.copy()
    entries[1:] &= ~above[:-1]
    exits[1:] &= ~below[:-1]
    portfolio = vbt.Portfolio.from_signals(
        close, entries, exits, price=next_open, size=1.0, init_cash=CASH, fees=0.0005, freq="1min"
    )
    figures = (
        np.atleast_1d(portfolio.trades.count()),
        np.atleast_1d(portfolio.total_profit()),
        np.atleast_1d(portfolio.sharpe_ratio()),
        np.atleast_1d(portfolio.max_drawdown()),
    )
    for number, (fast_window, slow_window) in enumerate(chunk):
        rows.append([fast_window, slow_window, *(float(figure[number]) for figure in figures)])
print(json.dumps(rows))
