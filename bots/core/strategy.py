"""What a strategy is: subclass Strategy, name your parameters, write `on_bar`.

    from pydantic import BaseModel, ConfigDict, Field
    from bots.core.strategy import Bar, Strategy

    class Breakout(Strategy):
        description = "Buys a close above the last hour's highest"
        class Params(BaseModel):
            model_config = ConfigDict(extra="forbid")
            size: int = Field(100, ge=1, description="contracts")

        def warmup(self) -> int:
            return 61

        def on_bar(self, bar: Bar) -> None:
            if not self.position() and bar.close > self.history().high[:-1].max():
                self.buy(self.params.size, stop=bar.low, reason="breakout")

Handlers are called in the order of events and see nothing later than now. Orders placed in a handler are sent
when it returns. While the session is paused no handler is called.

A strategy that only wants a position after each bar needs no handler: it writes `targets`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, ClassVar, Unpack

import numpy as np

from bots.core.bars import Bars
from bots.core.candles import Candles, Floats
from bots.core.events import Bar, Fill, Funding, Side, Tick
from bots.core.instrument import ZERO, Instrument
from bots.core.orders import Order, as_position
from bots.core.position import Position
from bots.core.signals import TARGET
from bots.core.strategy_desk import Desk, Log
from bots.core.terms import GroupKind, Number, Terms

__all__ = [
    "Bar",
    "Bars",
    "Candles",
    "Fill",
    "Floats",
    "Funding",
    "Order",
    "Position",
    "Strategy",
    "Tick",
]

TARGET_TAG = "rebalance"
"""Tag of orders that move a position to a wanted size."""


class Strategy:
    """Base of every strategy. `params` is an instance of the class's own `Params`."""

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    description: ClassVar[str] = ""
    types: ClassVar[tuple[str, ...]] = ("test", "backtest")
    markets: ClassVar[tuple[str, ...]] = ("*",)
    legs: ClassVar[int] = 1
    timeframes: ClassVar[tuple[str, ...]] = ()
    """Further timeframes beside the session's, such as ("1h",): see `indicators_on` and `history`."""
    Params: ClassVar[Any] = None

    log: Log
    _desk: Desk
    _wanted: float | None = None
    """The newest of `targets` that was followed; the engine keeps it over a restart."""

    def __init__(self, params: Any = None) -> None:
        self.params: Any = params

    # What a strategy writes

    def warmup(self) -> int:
        """Bars that must be known before the first decision; also the longest history a handler sees."""
        return 1

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        """Arrays as long as the candles, one per indicator; `others` are further legs.

        Live it is computed over the last `warmup()` bars, in a backtest once over all: a value may depend
        only on the `warmup()` bars up to its own.
        """
        return {}

    def warmup_on(self, timeframe: str) -> int:
        """As `warmup`, for bars of a further timeframe."""
        return self.warmup()

    def indicators_on(self, timeframe: str, candles: Candles, *others: Candles) -> dict[str, Floats]:
        """As `indicators`, over closed bars of a further timeframe."""
        return {}

    def targets(self, candles: Candles, *others: Candles) -> Floats:
        """The position wanted after each bar, in contracts, negative when short; NaN: as it is.

        An array as long as the candles, under the rule of `indicators`. A strategy in one market that writes
        this needs no handler: when the wanted position changes, the difference is bought or sold at market.
        """
        return np.full(len(candles), np.nan)

    def on_start(self) -> None:
        """Once every market has its first price, in a new session (not after a restart)."""

    def on_bar(self, bar: Bar) -> None:
        """A bar is closed. Unless overridden, follows `targets` where there are any."""
        if self.has_targets:
            wanted = self.indicator(TARGET)
            if wanted == wanted and wanted != self._wanted:
                self._wanted = wanted
                self.order_to(wanted, reason=TARGET)

    def on_bars(self, bars: Bars) -> None:
        """A bar is closed in every market, all of one stamp; unless overridden, calls `on_bar` for each."""
        for bar in bars.values():
            self.on_bar(bar)

    def on_tick(self, tick: Tick) -> None:
        """A trade was printed. A strategy with this handler is backtested tick by tick, which is slow."""

    def on_fill(self, fill: Fill) -> None:
        """One of the session's orders was filled. What was filled while the session was paused is told with
        the first event after it.
        """

    def on_funding(self, funding: Funding) -> None:
        """A funding stamp has passed, and is booked."""

    def state(self) -> dict[str, Any]:
        """What must survive a restart beside positions, orders and history, as JSON."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up what `state` gave."""

    # What a strategy uses

    @property
    def has_targets(self) -> bool:
        return type(self).targets is not Strategy.targets

    @property
    def name(self) -> str:
        return type(self).id or type(self).__name__

    @property
    def now(self) -> float:
        """Time of the current event, Unix seconds."""
        return self._desk.now

    @property
    def market(self) -> str:
        """The session's market, or its first leg."""
        return self._desk.markets[0]

    @property
    def all_markets(self) -> tuple[str, ...]:
        """Every leg of the session."""
        return self._desk.markets

    @property
    def equity(self) -> Decimal:
        """Cash and unrealised profit, in the settlement currency (USD for several legs)."""
        return self._desk.equity

    def instrument(self, market: str = "") -> Instrument:
        """The contract: tick, lot, value and profit formulas."""
        return self._desk.instrument(market or self.market)

    def quote(self, market: str = "") -> Tick:
        """The last trade with its best bid and ask."""
        return self._desk.tick(market or self.market)

    def position(self, market: str = "") -> Position:
        return self._desk.position(market or self.market)

    def history(self, market: str = "", timeframe: str = "") -> Candles:
        """The last closed bars, at most `warmup()` (of a further timeframe `warmup_on`), newest last."""
        return self._desk.history(market or self.market, timeframe)

    def indicator(self, name: str, back: int = 0, timeframe: str = "") -> float:
        """An indicator at the last closed bar (of the timeframe), or `back` bars before it.

        Looking back takes that many bars more in `warmup`: NaN, live and in a backtest, where `warmup()` bars
        do not reach.
        """
        return self._desk.indicator(name, back, timeframe)

    def orders(self, market: str = "") -> list[Order]:
        """Orders that rest."""
        return self._desk.open_orders(market or self.market)

    def buy(self, size: Number, *, market: str = "", **terms: Unpack[Terms]) -> Order:
        """Buy `size` contracts: at market, unless the terms (see `Terms`) say otherwise.

        Raises OrderError for impossible numbers and contradicting terms; whether it was refused shows in the
        order once the handler has returned.
        """
        return self._desk.place(market or self.market, "Buy", size, terms)

    def sell(self, size: Number, *, market: str = "", **terms: Unpack[Terms]) -> Order:
        """Sell `size` contracts; the mirror of `buy`."""
        return self._desk.place(market or self.market, "Sell", size, terms)

    def order_to(self, size: Decimal | float, market: str = "", reason: str = "") -> Order | None:
        """Buy or sell at market what lies between the position and `size` contracts (negative: short).

        `size` goes to whole lots, towards 0. What is on its way counts as done; None where nothing is to do.
        """
        market = market or self.market
        instrument = self._desk.instrument(market)
        wanted = as_position(size, instrument)
        pending = sum(
            (
                order.signed_remaining
                for order in (*self.orders(market), *self._desk.unsent_orders(market))
                if order.tag == TARGET_TAG
            ),
            ZERO,
        )
        missing = wanted - self._desk.position(market).size - pending
        if not missing:
            return None
        side: Side = "Buy" if missing > 0 else "Sell"
        return self._desk.place(market, side, abs(missing), {"reason": reason}, TARGET_TAG)

    def close(self, reason: str = "", market: str = "") -> list[Order]:
        """Close what is open, in one market or in all, at market."""
        orders = []
        for name in (market,) if market else self.all_markets:
            size = self._desk.position(name).size
            if size != ZERO:
                side: Side = "Sell" if size > 0 else "Buy"
                terms: Terms = {"reduce_only": True, "reason": reason}
                orders.append(self._desk.place(name, side, abs(size), terms, "exit"))
        return orders

    def cancel(self, order: Order) -> None:
        """Ask to cancel an order; without effect on one that is done, and it may still be filled before."""
        self._desk.cancel(order)

    def amend(
        self,
        order: Order,
        *,
        size: Number | None = None,
        limit: Number | None = None,
        trigger: Number | None = None,
    ) -> None:
        """Change an open order: its whole size, limit or trigger. A new price or more size queues it anew.

        Raises OrderError for impossible numbers; without effect on an order that is done.
        """
        self._desk.amend(order, {"size": size, "price": limit, "trigger": trigger})

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Orders placed inside are taken on together, or all refused: never one leg alone.

        An error inside takes those placed before it back.
        """
        with self._grouped("all_or_none"):
            yield

    @contextmanager
    def one_cancels_other(self) -> Iterator[None]:
        """Orders placed inside shrink by each other's fills: only one of them is filled whole.

        An error inside takes those placed before it back.
        """
        with self._grouped("one_cancels_other"):
            yield

    @contextmanager
    def _grouped(self, kind: GroupKind) -> Iterator[None]:
        self._desk.group(kind)
        try:
            yield
        except BaseException:
            self._desk.withdraw_group()
            raise
        finally:
            self._desk.group(None)

    def bind(self, desk: Desk) -> None:
        """The engine's side: from now on the strategy works at this desk."""
        self._desk = desk
        self.log = Log(desk)
