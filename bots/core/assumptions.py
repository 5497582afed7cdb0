"""What a paper fill assumes of the market: parameters with defaults, written into every result."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from math import ceil
from typing import Any, Literal

WithinBar = Literal["pessimistic", "path"]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Assumptions of the paper broker and of the way from candles to ticks.

    Attributes:
        leverage: most a position may be worth, as a multiple of the equity.
        maintenance_margin: share of the position's value below which the equity must not fall: the position
            is liquidated.
        spread_ticks: distance of bid and ask on the ways made of candles (real ticks carry their own).
        slippage_ticks, slippage_rate, slippage_impact: how much worse than the best opposite price a taker
            fills: ticks, a share of the price, and a share of the price times the square of the order's share
            in the volume of the last closed candle; the three add up, rounded up to a tick.
        volume_share: most of a print's size that one session may fill; None: no limit.
        fill_at_touch: whether a resting limit order fills when the market trades at its price; otherwise the
            market must trade through it.
        latency_ms: from a decision to its arrival at the exchange, for orders, amendments and cancels.
        within_bar: what decides a candle that reaches both stop and target where no finer data is there: the
            worse of the two, or the way the candle is assumed to have gone.
        path_steps: ticks that a candle is made of.
    """

    leverage: Decimal = Decimal(1)
    maintenance_margin: Decimal = Decimal("0.005")
    spread_ticks: int = 1
    slippage_ticks: int = 0
    slippage_rate: float = 0.0
    slippage_impact: float = 0.0
    volume_share: float | None = None
    fill_at_touch: bool = False
    latency_ms: int = 0
    within_bar: WithinBar = "pessimistic"
    path_steps: int = 60

    def as_dict(self) -> dict[str, Any]:
        """The assumptions as JSON."""
        return {
            name: float(value) if isinstance(value, Decimal) else value
            for name, value in asdict(self).items()
        }


def slippage_levels(level: int, size: float, volume: float, ticks: int, rate: float, impact: float) -> int:
    """Ticks that a taker of `size` pays beyond the best opposite price, which is `level` ticks.

    `volume` is what the last closed candle traded, in the unit of `size`; 0 where none is known yet: then
    the impact counts as that of the whole volume. The same arithmetic in Python and compiled, so that both
    round alike; a billionth of a tick is not a tick.
    """
    share = 0.0
    if impact > 0.0:
        share = min(size / volume, 1.0) if volume > 0.0 else 1.0
    return ceil(ticks + level * rate + level * impact * share * share - 1e-9)
