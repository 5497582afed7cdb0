"""Candles in a file, for a sandbox that replays them."""

import random
from pathlib import Path

from schema.home import Home

START = 1_700_000_040 // 60 * 60


def candles_file(home: Home, minutes: int = 240) -> Path:
    """A random walk that is the same in every run, one candle a minute from START on."""
    chance = random.Random(7)
    path = home.root / "candles.csv"
    price = 40_000.0
    rows = ["time,open,high,low,close,volume"]
    for minute in range(minutes):
        close = round(price + chance.uniform(-30, 30), 1)
        high, low = max(price, close) + 5, min(price, close) - 5
        rows.append(
            f"{START + 60 * minute},{price:.1f},{high:.1f},{low:.1f},{close:.1f},{chance.uniform(1, 9):.3f}"
        )
        price = close
    path.write_text("\n".join(rows) + "\n")
    return path
