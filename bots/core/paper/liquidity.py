"""What the paper market gives a taker: how much of a print, and at which price."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bots.core.assumptions import Assumptions, slippage_levels
from bots.core.events import Candle, Side, Tick
from bots.core.instrument import ZERO, Instrument


class Liquidity:
    """Shares of prints that are used up, and the volumes by which an order's impact is judged."""

    def __init__(self, instruments: Mapping[str, Instrument], assumptions: Assumptions) -> None:
        self._instruments = instruments
        self._ticks, self._rate = assumptions.slippage_ticks, assumptions.slippage_rate
        self._impact = assumptions.slippage_impact
        self._is_free = not (self._ticks or self._rate or self._impact)
        share = assumptions.volume_share
        self.share = None if share is None else Decimal(repr(share))
        self._left: dict[str, Decimal] = {}
        self._volumes: dict[str, float] = {}

    def on_tick(self, tick: Tick) -> None:
        """A new print: its share is there to be filled. Only needed with a volume share."""
        if self.share is not None:
            self._left[tick.market] = self._instruments[tick.market].round_size(self.share * tick.size)

    def on_candle(self, candle: Candle) -> None:
        """The volume of a market's last closed candle."""
        instrument = self._instruments.get(candle.market)
        if instrument is None:
            return  # not traded here
        self._volumes[candle.market] = float(instrument.contracts(candle.volume, candle.close))

    def available(self, market: str, size: Decimal) -> Decimal:
        """How many of `size` contracts the current print can still fill."""
        return size if self.share is None else min(size, self._left.get(market, ZERO))

    def use(self, market: str, size: Decimal) -> None:
        """Take `size` contracts out of the current print."""
        if self.share is not None:
            self._left[market] = self._left.get(market, ZERO) - size

    def taker_price(self, market: str, side: Side, size: Decimal, best: Decimal) -> Decimal:
        """Where a taker of `size` fills while the opposite best is `best`: worse by the slippage."""
        if self._is_free:
            return best
        tick = self._instruments[market].tick
        volume = self._volumes.get(market, 0.0)
        level = int((best / tick).to_integral_value())
        worse = tick * slippage_levels(level, float(size), volume, self._ticks, self._rate, self._impact)
        return best + worse if side == "Buy" else max(best - worse, tick)

    def unbounded(self) -> None:
        """From now on a print fills any size."""
        self.share = None

    def snapshot(self) -> dict[str, Any]:
        left = {market: str(size) for market, size in self._left.items()}
        return {"left": left, "volumes": dict(self._volumes)}

    def restore(self, data: Mapping[str, Any]) -> None:
        self._left = {market: Decimal(size) for market, size in data["left"].items()}
        self._volumes = dict(data["volumes"])
