"""Funding: every eight hours longs pay shorts, or the other way round."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from bots.sandbox.noise import hash64, series_key
from bots.sandbox.symbols import FUNDING_MINUTES, Symbol

_INTEREST = Decimal("0.0001")
_UNIT = Decimal("0.00000001")
_CAP = Decimal("0.00375")


def next_stamp(minute: int) -> int:
    """The first funding minute after `minute`."""
    return (minute // FUNDING_MINUTES + 1) * FUNDING_MINUTES


def is_stamp(minute: int) -> bool:
    return minute % FUNDING_MINUTES == 0


class FundingRates(Protocol):
    """Rates of a market."""

    def rate(self, symbol: Symbol, stamp: int) -> Decimal:
        """Rate settled at that minute, > 0: longs pay shorts."""


class RecordedRates:
    """Rates of a replay, by symbol and minute. What nobody recorded counts 0."""

    def __init__(self, rates: Mapping[str, Mapping[int, Decimal]]) -> None:
        self._rates = rates

    def rate(self, symbol: Symbol, stamp: int) -> Decimal:
        return self._rates.get(symbol.id, {}).get(stamp, Decimal(0))


class SeededRates:
    """Rates of an invented market."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def rate(self, symbol: Symbol, stamp: int) -> Decimal:
        """Interest of 0.01 % and a premium of up to 0.03 % either way.

        Half of the stamps have no premium beyond what the clamp takes away, as on a calm exchange.
        """
        drawn = hash64(series_key(self._seed, "funding", symbol.coin), stamp // FUNDING_MINUTES) >> 40
        premium = (Decimal(drawn) / (1 << 24) - Decimal("0.5")) * Decimal("0.0012")
        excess = max(abs(premium) - Decimal("0.0003"), Decimal(0)).copy_sign(premium)
        return max(-_CAP, min(_CAP, (_INTEREST + excess).quantize(_UNIT)))
