"""Candles for the tests of the archive."""

import numpy as np

from schema.archive.candles import Candles

START = 1705881600  # 2024-01-22 00:00 UTC
DAY = 86_400


def minutes(number: int, start: int = START, step: int = 60, seed: int = 1) -> Candles:
    """A random walk on a grid of 0.5, volumes with three digits."""
    random = np.random.default_rng(seed)
    close = np.round(80_000 + random.normal(0, 20, number).cumsum()) / 2
    opening = np.r_[40_000.0, close[:-1]][:number]
    high, low = np.maximum(opening, close) + 0.5, np.minimum(opening, close) - 0.5
    stamps = start + step * np.arange(number, dtype=np.int64)
    return Candles(stamps, opening, high, low, close, np.round(random.random(number), 3))


def same(left: Candles, right: Candles) -> bool:
    return list(left) == list(right)
