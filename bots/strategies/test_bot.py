"""TestBot: follows a straight move, out at a stop or a target in multiples of the average true range."""

from decimal import Decimal

from pydantic import Field

from bots.core.candles import Candles, Floats
from bots.core.narration import price_text
from bots.core.strategy import Bar, Strategy
from bots.strategies.indicators import atr, efficiency
from bots.strategies.params import StrategyParams


class TestBot(Strategy):
    """Buys (or sells) when the momentum score reaches the threshold.

    The score is the efficiency of the last `momentum_window` bars: the net move divided by the way travelled,
    0 for noise, 1 for a straight line.
    """

    id = "TestBot"
    title = "Test Bot"
    description = "Simple test strategy for single market"
    markets = ("XBTUSD", "ETHUSD", "SOLUSD")
    __test__ = False  # pytest would take the name for a test class

    class Params(StrategyParams):
        threshold: float = Field(0.5, ge=0, le=1, description="momentum score (0 to 1) from which it enters")
        position_size: int = Field(100, ge=1, le=100_000_000, description="contracts per trade")
        momentum_window: int = Field(10, ge=2, le=500, description="bars over which momentum is measured")
        atr_window: int = Field(14, ge=2, le=500, description="bars of the average true range")
        stop_atr: float = Field(
            2.0, ge=0.1, le=100, description="distance of the stop in average true ranges"
        )
        target_atr: float = Field(
            3.0, ge=0.1, le=100, description="distance of the target in average true ranges"
        )
        allow_short: bool = Field(True, description="whether falling momentum is sold short")

    params: Params

    def warmup(self) -> int:
        return max(self.params.momentum_window, self.params.atr_window) + 1

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {
            "momentum": efficiency(candles.close, self.params.momentum_window),
            "atr": atr(candles, self.params.atr_window),
        }

    def on_bar(self, bar: Bar) -> None:
        if self.log.is_detailed:
            quote = self.quote()
            self.log.detail("Market data received - bid: {} ask: {}", Price(quote.bid), Price(quote.ask))
        if self.position():
            if self.log.is_detailed:
                self.log.detail("Monitoring position... current: {}", Price(self.quote().price))
            return
        self.log.detail("Calculating indicators...")
        momentum = self.indicator("momentum")
        self.log.detail("Analyzing momentum... value: {:.2f}", abs(momentum))
        if momentum != 0 and abs(momentum) >= self.params.threshold:
            self._enter(bar, momentum)

    def _enter(self, bar: Bar, momentum: float) -> None:
        rising = momentum > 0
        if not rising and not self.params.allow_short:
            return
        side = 1 if rising else -1
        reach, close = self.indicator("atr"), float(bar.close)
        stop = close - side * self.params.stop_atr * reach
        target = close + side * self.params.target_atr * reach
        tick = float(self.instrument().tick)
        if abs(close - stop) < tick or min(stop, target) < tick:
            return  # too quiet, or too wild, for exits that can be
        self.log.info(f"{'BUY' if rising else 'SELL'} signal detected - threshold: {abs(momentum):.2f}")
        enter = self.buy if rising else self.sell
        enter(self.params.position_size, stop=stop, target=target, reason="momentum")


class Price:
    """A price that is written out only where it is logged."""

    __slots__ = ("price",)

    def __init__(self, price: Decimal) -> None:
        self.price = price

    def __format__(self, spec: str) -> str:
        return price_text(self.price)
