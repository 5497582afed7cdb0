"""PairTradeBot: sells the dear leg and buys the cheap one, until the spread is back at its mean."""

from decimal import Decimal
from typing import Any, Self

from pydantic import Field, model_validator

from bots.core.bars import Bars
from bots.core.candles import Candles, Floats
from bots.core.instrument import ONE
from bots.core.strategy import Fill, Order, Strategy
from bots.strategies.hedge import hedge
from bots.strategies.indicators import log
from bots.strategies.params import StrategyParams

RATIOS = (0.1, 10.0)
"""Hedge ratios that are traded: beyond them the legs do not move together, or one hardly moves."""
_MOST_UNEVEN = Decimal("0.25")
"""Most that rounding to whole lots may take the second leg from its hedged value, as a share of it."""


class PairTradeBot(Strategy):
    """Trades the z-score of the spread: log price of the first leg less hedge ratio times that of the second.

    Beyond `spread_threshold` it enters against the spread, at the mean it exits, at `stop_threshold` it gives
    up and waits until the spread has come back below the entry threshold. The second leg is worth the hedge
    ratio times the first. Both legs are one trade, entered together or not; what is left of one without the
    other is closed at once.
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
        lookback: int = Field(
            100, ge=2, le=5000, description="bars over which hedge ratio, mean and deviation are taken"
        )
        stop_threshold: float = Field(4.0, ge=0.2, le=100, description="z-score at which a loss is taken")
        leg_size: float = Field(20.0, ge=1, le=100_000_000, description="value of the first leg in USD")

        @model_validator(mode="after")
        def _stop_lies_beyond_entry(self) -> Self:
            if self.stop_threshold <= self.spread_threshold:
                raise ValueError("stop_threshold must be above spread_threshold")
            return self

    params: Params

    def __init__(self, params: Any = None) -> None:
        super().__init__(params)
        self._is_armed = True
        self._wanted_sizes: dict[str, Decimal] = {}

    def warmup(self) -> int:
        return self.params.lookback

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        (second,) = others
        ratio, z = hedge(log(candles.close), log(second.close), self.params.lookback)
        return {"ratio": ratio, "z": z}

    def on_bars(self, bars: Bars) -> None:
        z, ratio = self.indicator("z"), self.indicator("ratio")
        self.log.detail("Analyzing spread... value: {:.2f}, hedge ratio {:.2f}", z, ratio)
        on_their_way = self._on_their_way()
        for order in on_their_way:
            if not order.reduce_only:  # what a bar did not fill is given up
                self.cancel(order)
        if any(order.reduce_only for order in on_their_way):
            return
        sizes = self._sizes()
        if not any(sizes):
            if not self._on_their_way():
                self._look(z, ratio)
        elif all(sizes):
            if not self._even_up():
                self._watch(z, ratio, long=sizes[0] > 0)
        else:
            self._close_lone_leg()

    def on_fill(self, fill: Fill) -> None:
        """A leg that was refused, liquidated or closed leaves the other alone, unless more is on its way."""
        sizes = self._sizes()
        if any(sizes) and not all(sizes) and not self._on_their_way():
            self._close_lone_leg()

    def _watch(self, z: float, ratio: float, long: bool) -> None:
        """Exit at the mean or at the stop."""
        against = -z if long else z
        if ratio <= 0:
            self.log.info(f"The legs no longer move together: hedge ratio {ratio:.2f}")
            self.close(reason="hedge lost")
        elif against <= 0:
            self.log.info(f"Spread is back at its mean: {z:.2f}")
            self.close(reason="mean")
        elif against >= self.params.stop_threshold:
            self.log.info(f"Spread stop triggered at {z:.2f}")
            self._is_armed = False
            self.close(reason="stop-loss")

    def _look(self, z: float, ratio: float) -> None:
        """Enter where the spread is wide enough."""
        if abs(z) < self.params.spread_threshold:
            self._is_armed = True
        elif self._is_armed and abs(z) < self.params.stop_threshold:
            if not RATIOS[0] <= ratio <= RATIOS[1]:
                self.log.detail("No entry: hedge ratio {:.2f}", ratio)
                return
            self.log.info(f"{'BUY' if z < 0 else 'SELL'} spread signal detected - threshold: {abs(z):.2f}")
            self._enter(ratio, is_cheap=z < 0)

    def _enter(self, ratio: float, is_cheap: bool) -> None:
        first, second = self.all_markets
        value = Decimal(str(self.params.leg_size))
        sizes = {first: self._contracts(first, value)}
        hedged = Decimal(repr(ratio)) * sizes[first] * self._unit(first)
        sizes[second] = self._contracts(second, hedged)
        if abs(sizes[second] * self._unit(second) - hedged) > _MOST_UNEVEN * hedged:
            self.log.warn(f"No entry: {second} trades in lots too large for a hedge of {hedged:.2f} USD")
            return
        self._wanted_sizes = sizes
        dear, cheap = (second, first) if is_cheap else (first, second)
        with self.all_or_none():
            self.buy(sizes[cheap], market=cheap, reason="spread")
            self.sell(sizes[dear], market=dear, reason="spread")

    def _even_up(self) -> bool:
        """Where one leg was filled further than the other, reduce it to the hedge; whether one was."""
        held = {market: abs(self.position(market).size) for market in self.all_markets}
        wanted = {market: self._wanted_sizes.get(market, size) for market, size in held.items()}
        short = min(held, key=lambda market: held[market] / wanted[market])
        self._wanted_sizes = {
            market: self.instrument(market).round_size(size * held[short] / wanted[short])
            for market, size in wanted.items()
        }
        uneven = [market for market, size in held.items() if size > self._wanted_sizes[market]]
        if uneven and not all(self._wanted_sizes.values()):
            self.close(reason="one leg alone")
            return True
        for market in uneven:
            reduce = self.sell if self.position(market).size > 0 else self.buy
            excess = held[market] - self._wanted_sizes[market]
            reduce(excess, market=market, reduce_only=True, reason="evened up")
        return bool(uneven)

    def _close_lone_leg(self) -> None:
        self.log.warn("One leg stands alone")
        self.close(reason="one leg alone")

    def _sizes(self) -> list[Decimal]:
        return [self.position(market).size for market in self.all_markets]

    def _on_their_way(self) -> list[Order]:
        """Orders that may still be filled: all of them are at market."""
        return [order for market in self.all_markets for order in self.orders(market)]

    def _unit(self, market: str) -> Decimal:
        """Dollars that a contract is worth."""
        return ONE if self.instrument(market).is_inverse else self.quote(market).price

    def _contracts(self, market: str, dollars: Decimal) -> Decimal:
        """The contracts nearest to this value, at least one lot."""
        instrument = self.instrument(market)
        size = instrument.round_size(dollars / self._unit(market) + instrument.lot / 2)
        return max(size, instrument.lot)

    def state(self) -> dict[str, Any]:
        sizes = {market: str(size) for market, size in self._wanted_sizes.items()}
        return {"is_armed": self._is_armed, "sizes": sizes}

    def restore(self, state: dict[str, Any]) -> None:
        self._is_armed = bool(state.get("is_armed", True))
        self._wanted_sizes = {market: Decimal(size) for market, size in state.get("sizes", {}).items()}
