"""BollingerReversion: bids at the lower band and offers at the upper one, out at the mean or at a stop."""

from pydantic import Field

from bots.core.candles import Candles, Floats
from bots.core.strategy import Bar, Strategy
from bots.strategies.indicators import sma, stddev
from bots.strategies.params import StrategyParams


class BollingerReversion(Strategy):
    """Enters by limit orders at the bands. An example of orders with exits, and of orders that go together.

    The orders are placed anew at each bar, where the bands are then. A filled one brings its own target, at
    the mean of that bar, and its stop, `stop` deviations beyond the band.
    """

    id = "BollingerReversion"
    title = "Bollinger Reversion"
    description = "Buys at the lower Bollinger band and sells at the upper one, back to the mean"

    class Params(StrategyParams):
        window: int = Field(20, ge=2, le=5000, description="bars of mean and standard deviation")
        deviations: float = Field(2.0, ge=0.1, le=20, description="distance of the bands from the mean")
        stop: float = Field(1.5, ge=0.1, le=20, description="distance of the stop from the band")
        size: float = Field(100.0, ge=0.000001, le=100_000_000, description="contracts per trade")
        allow_short: bool = Field(True, description="whether it sells at the upper band")

    params: Params

    def warmup(self) -> int:
        return self.params.window

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {
            "mean": sma(candles.close, self.params.window),
            "deviation": stddev(candles.close, self.params.window),
        }

    def on_bar(self, bar: Bar) -> None:
        for order in self.orders():
            if not order.reduce_only:
                self.cancel(order)
        if self.position() or self.orders():
            return  # its stop and target work
        mean, deviation = self.indicator("mean"), self.indicator("deviation")
        tick, size = float(self.instrument().tick), self.params.size
        band = self.params.deviations * deviation
        out = band + self.params.stop * deviation
        if min(deviation, band, out - band) < tick or mean - out < tick:
            return  # too quiet, or too wild, for limit, target and stop to be prices of their own
        with self.one_cancels_other():
            self.buy(size, limit=mean - band, target=mean, stop=mean - out, reason="lower band")
            if self.params.allow_short:
                self.sell(size, limit=mean + band, target=mean, stop=mean + out, reason="upper band")
