"""A whole run as a user of vectorbt writes it: read candles, cross two averages, print the statistics.

python vectorbt_script.py bars.parquet
"""

import sys

import pandas as pd
import vectorbt as vbt

frame = pd.read_parquet(sys.argv[1]).set_index("date")
close, next_open = frame["close"], frame["open"].shift(-1)
fast, slow = vbt.MA.run(close, 10), vbt.MA.run(close, 30)
portfolio = vbt.Portfolio.from_signals(
    close,
    fast.ma_crossed_above(slow),
    fast.ma_crossed_below(slow),
    price=next_open,
    size=1.0,
    init_cash=10_000_000.0,
    fees=0.0005,
    freq="1min",
)
print(portfolio.stats())
