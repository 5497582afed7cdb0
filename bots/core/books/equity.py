"""Equity over time: its peak, its drawdown from the peak, and the tally of closed trades."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from bots.core.instrument import ZERO


@dataclass(slots=True)
class Drawdown:
    """Peak of the equity and how deep it fell below it, in percent of the peak (never negative)."""

    peak: float = 0.0
    deepest: float = 0.0

    def add(self, equity: float) -> float:
        """Take a new equity; gives the drawdown now."""
        if equity > self.peak:
            self.peak = equity
        if self.peak <= 0.0:
            return 0.0
        now = (self.peak - equity) / self.peak * 100.0
        if now > self.deepest:
            self.deepest = now
        return now

    def to_json(self) -> dict[str, Any]:
        return {"peak": self.peak, "deepest": self.deepest}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Drawdown":
        return cls(float(data["peak"]), float(data["deepest"]))


@dataclass(slots=True)
class Tally:
    """Closed trades counted: how many, how many won (pnl above 0), and what they earned in dollars."""

    trades: int = 0
    wins: int = 0
    pnl_usd: Decimal = ZERO

    def add(self, pnl: Decimal, pnl_usd: Decimal) -> None:
        self.trades += 1
        self.wins += pnl > 0
        self.pnl_usd += pnl_usd

    @property
    def win_rate(self) -> float:
        """Percentage of trades that won; 0 before the first."""
        return round(100 * self.wins / self.trades, 2) if self.trades else 0.0

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"pnl_usd": str(self.pnl_usd)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Tally":
        return cls(int(data["trades"]), int(data["wins"]), Decimal(data["pnl_usd"]))
