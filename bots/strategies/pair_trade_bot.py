"""PairTradeBot: sells the dear leg and buys the cheap one, until the spread is back at its mean."""

from decimal import Decimal
from typing import Any, Self

from pydantic import Field, model_validator

from bots.core.bars import Bars
from bots.core.candles import Candles, Floats
from bots.core.strategy import Strategy
from bots.strategies.indicators import log, zscore
from bots.strategies.params import StrategyParams


class PairTradeBot(Strategy):
    """Trades the z-score of the spread: log price of the first leg less log price of the second.

    Beyond `spread_threshold` it enters against the spread, at the mean it exits, at `stop_threshold` it gives
    up and waits until the spread has come back below the entry threshold. Both legs are one trade, entered
    together or not.
    """

    id = "PairTradeBot"
    title = "Pair Trade Bot"
    description = "Statistical arbitrage between two markets"
    markets = ("XBTUSD+ETHUSD", "XBTUSD+SOLUSD")
    legs = 2

    class Params(StrategyParams):
        spread_threshold: float = Field(
            2.0, ge=0.1, le=20, description="z-score of the spread that is entered"
        )
        lookback: int = Field(100, ge=2, le=5000, description="bars over which mean and deviation are taken")
        stop_threshold: float = Field(4.0, ge=0.2, le=100, description="z-score at which a loss is taken")
        leg_size: float = Field(20.0, ge=1, le=100_000_000, description="value of each leg in USD")

        @model_validator(mode="after")
        def _stop_lies_beyond_entry(self) -> Self:
            if self.stop_threshold <= self.spread_threshold:
                raise ValueError("stop_threshold must be above spread_threshold")
            return self

    params: Params

    def __init__(self, params: Any = None) -> None:
        super().__init__(params)
        self._is_armed = True

    def warmup(self) -> int:
        return self.params.lookback

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        (second,) = others
        return {"z": zscore(log(candles.close) - log(second.close), self.params.lookback)}

    def on_bars(self, bars: Bars) -> None:
        z = self.indicator("z")
        self.log.detail("Analyzing spread... value: {:.2f}", z)
        sizes = [self.position(market).size for market in self.all_markets]
        if all(sizes):
            self._watch(z, long=sizes[0] > 0)
        elif any(sizes):
            self.log.warn("One leg stands alone")
            self.close(reason="one leg alone")
        else:
            self._look(z)

    def _watch(self, z: float, long: bool) -> None:
        """Exit at the mean or at the stop."""
        against = -z if long else z
        if against <= 0:
            self.log.info(f"Spread is back at its mean: {z:.2f}")
            self.close(reason="mean")
        elif against >= self.params.stop_threshold:
            self.log.info(f"Spread stop triggered at {z:.2f}")
            self._is_armed = False
            self.close(reason="stop-loss")

    def _look(self, z: float) -> None:
        """Enter where the spread is wide enough."""
        if abs(z) < self.params.spread_threshold:
            self._is_armed = True
        elif self._is_armed and abs(z) < self.params.stop_threshold:
            self.log.info(f"{'BUY' if z < 0 else 'SELL'} spread signal detected - threshold: {abs(z):.2f}")
            first, second = self.all_markets
            dear, cheap = (second, first) if z < 0 else (first, second)
            with self.all_or_none():
                self.buy(self._contracts(cheap), market=cheap, reason="spread")
                self.sell(self._contracts(dear), market=dear, reason="spread")

    def _contracts(self, market: str) -> Decimal:
        """Contracts worth `leg_size` dollars, at least one lot."""
        instrument, price = self.instrument(market), self.quote(market).price
        dollars = Decimal(str(self.params.leg_size))
        size = dollars if instrument.is_inverse else dollars / price
        return max(instrument.round_size(size), instrument.lot)

    def state(self) -> dict[str, Any]:
        return {"is_armed": self._is_armed}

    def restore(self, state: dict[str, Any]) -> None:
        self._is_armed = bool(state.get("is_armed", True))
