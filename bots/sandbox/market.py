"""The seeded market: candles of any minute, past or future, as a pure function of seed, coin and minute.

All coins follow one common walk, each with its own weight, and a walk of its own that returns to 0 within a
few days: prices move together and their spreads revert. A coin's inverse and linear contract have one price.
"""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from bots.sandbox.blocks import DAY_MINUTES, Block
from bots.sandbox.noise import Floats, Ints, hash64, normals, series_key, smooth, walk
from bots.sandbox.symbols import LAUNCH_MINUTE, SYMBOLS, Symbol

_SLOT = 64  # minutes over which activity stays the same
_COMMON_LEVELS, _OWN_LEVELS = 20, 13  # two years; 5.7 days
_COMMON_VOLATILITY = 0.5
_MINUTES_A_YEAR = 525_600
_CACHED_DAYS = 512
_CHUNK_DAYS = 8
_LEAST_LOTS = 1_200  # more than one a tick, however many steps a minute has


@dataclass(frozen=True)
class _Coin:
    """Price level, weight of the common walk, volatility of its own a year, USD traded a minute."""

    level: float
    beta: float
    own: float
    usd: float


_COINS = {
    "BTC": _Coin(90_000.0, 1.0, 0.15, 3_000_000.0),
    "ETH": _Coin(3_000.0, 1.15, 0.28, 1_500_000.0),
    "SOL": _Coin(130.0, 1.25, 0.40, 500_000.0),
    "XRP": _Coin(2.0, 1.1, 0.40, 400_000.0),
    "DOGE": _Coin(0.15, 1.3, 0.45, 300_000.0),
    "LTC": _Coin(85.0, 1.05, 0.35, 200_000.0),
}
_INVERSE_SHARE = 0.15


class SeededMarket:
    """Candles invented from a seed. Ranges are in minutes since the epoch."""

    title = "seeded"

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.identity = f"seed {seed}"
        self.symbols = tuple(SYMBOLS)
        self.first = LAUNCH_MINUTE
        self.end: int | None = None
        self._days: OrderedDict[tuple[str, int], Block] = OrderedDict()
        self._common = self._common_scales()
        self._own = np.ones(_OWN_LEVELS)

    @staticmethod
    def _common_scales() -> Floats:
        """Stronger waves of half an hour to a working day, weaker ones of months: trends, but no runaway."""
        scales = np.ones(_COMMON_LEVELS)
        scales[4:9] = 1.3
        scales[15:] = 0.6
        return scales

    def block(self, symbol: Symbol, day: int) -> Block:
        """Candles of a UTC day (days since the epoch)."""
        key = (symbol.id, day)
        found = self._days.get(key)
        if found is None:
            first = day - day % _CHUNK_DAYS
            for number, block in enumerate(self._make(symbol, first).days(_CHUNK_DAYS), start=first):
                self._days[symbol.id, number] = block
            found = self._days[key]
            while len(self._days) > _CACHED_DAYS:
                self._days.popitem(last=False)
        return found

    def ticks(self, symbol: Symbol) -> None:
        """Nothing is recorded here."""

    def _make(self, symbol: Symbol, first_day: int) -> Block:
        """Some days at once: always the same ones, so that every number is always made in the same way."""
        first = first_day * DAY_MINUTES
        minutes = np.arange(first, first + _CHUNK_DAYS * DAY_MINUTES + 1, dtype=np.int64)
        coin, activity = _COINS[symbol.coin], self._activity(minutes)
        sigma = float(np.hypot(_COMMON_VOLATILITY * coin.beta, coin.own)) / np.sqrt(_MINUTES_A_YEAR)
        by_minute = sigma * activity[minutes // _SLOT - minutes[0] // _SLOT]
        price = np.exp(self._log_price(symbol.coin, coin, minutes, activity))
        opens, closes = price[:-1], price[1:]
        high = np.maximum(opens, closes) * (
            1.0 + self._wick(symbol.coin, "high", minutes[:-1]) * by_minute[:-1]
        )
        low = np.minimum(opens, closes) * (
            1.0 - self._wick(symbol.coin, "low", minutes[:-1]) * by_minute[:-1]
        )
        prices = [_to_ticks(symbol, price) for price in (opens, high, low, closes)]
        usd = self._usd(
            symbol, coin, minutes[:-1], np.log(closes / opens) / by_minute[:-1], by_minute[:-1] / sigma
        )
        return Block.of(symbol, prices, usd, _LEAST_LOTS)

    def _activity(self, minutes: Ints) -> Floats:
        """How lively the market is, by slot: in clusters, busier in the UTC afternoon."""
        slots = np.arange(minutes[0] // _SLOT, minutes[-1] // _SLOT + 1, dtype=np.int64)
        hour = (slots * _SLOT / 60.0) % 24.0
        daily = 0.25 * np.cos((hour - 15.0) * (2.0 * np.pi / 24.0))
        key = series_key(self.seed, "activity")
        clusters = 0.4 * smooth(key, slots, 72) + 0.35 * smooth(key + 1, slots, 6)
        return np.asarray(np.exp(daily + clusters - 0.2))

    def _log_price(self, name: str, coin: _Coin, minutes: Ints, activity: Floats) -> Floats:
        common_key = series_key(self.seed, "common")
        shifted = minutes + hash64(common_key, 0) % (1 << _COMMON_LEVELS) // _SLOT * _SLOT
        common = walk(common_key, shifted, self._common, activity, _SLOT) * _COMMON_VOLATILITY * coin.beta
        own_key = series_key(self.seed, "own", name)
        shifted = minutes + hash64(own_key, 0) % (1 << _OWN_LEVELS) // _SLOT * _SLOT
        own = walk(own_key, shifted, self._own, activity, _SLOT) * coin.own
        return np.asarray(np.log(coin.level) + (common + own) / np.sqrt(_MINUTES_A_YEAR))

    def _wick(self, name: str, which: str, minutes: Ints) -> Floats:
        return np.asarray(0.5 * np.abs(normals(series_key(self.seed, which, name), minutes)))

    def _usd(self, symbol: Symbol, coin: _Coin, minutes: Ints, move: Floats, activity: Floats) -> Floats:
        """Dollars traded: more in lively times and in minutes that move far."""
        noise = np.exp(0.5 * normals(series_key(self.seed, "volume", symbol.id), minutes))
        share = _INVERSE_SHARE if symbol.inverse else 1.0
        return np.asarray(coin.usd * share * noise * activity * (0.4 + 0.6 * np.abs(move)))


def _to_ticks(symbol: Symbol, price: Floats) -> Ints:
    return np.maximum(np.rint(price / float(symbol.tick)), 1).astype(np.int64)
