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
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from bots.core.bars import Bars
from bots.core.candles import Candles, Floats
from bots.core.events import Candle, Fill, Funding, Side, Tick
from bots.core.instrument import ZERO, Instrument
from bots.core.orders import Order
from bots.core.ports import Level

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

Bar = Candle
Number = Decimal | int | float | str
"""Sizes and prices may be given as any of these; 0.1 means exactly one tenth."""


class Position:
    """An open position, or none: false when flat. `size` is contracts, negative when short."""

    __slots__ = ("entry_price", "entry_time", "size", "unrealised_pnl")

    def __init__(
        self, size: Decimal, entry_price: Decimal, entry_time: float, unrealised_pnl: Decimal
    ) -> None:
        self.size, self.entry_price = size, entry_price
        self.entry_time, self.unrealised_pnl = entry_time, unrealised_pnl

    def __bool__(self) -> bool:
        return bool(self.size)

    @property
    def side(self) -> str:
        """LONG, SHORT or FLAT."""
        if not self.size:
            return "FLAT"
        return "LONG" if self.size > 0 else "SHORT"


class Desk(Protocol):
    """What the engine lets a strategy see and do."""

    @property
    def now(self) -> float: ...
    @property
    def markets(self) -> tuple[str, ...]: ...
    @property
    def equity(self) -> Decimal: ...
    @property
    def verbose(self) -> bool: ...
    def instrument(self, market: str) -> Instrument: ...
    def tick(self, market: str) -> Tick: ...
    def position(self, market: str) -> Position: ...
    def history(self, market: str) -> Candles: ...
    def indicator(self, name: str, back: int) -> float: ...
    def open_orders(self, market: str) -> list[Order]: ...
    def place(self, market: str, side: Side, size: Number, fields: Mapping[str, Any]) -> Order: ...
    def cancel(self, order: Order) -> None: ...
    def group(self, open_: bool) -> None: ...
    def log(self, level: Level, message: str, data: dict[str, Any] | None) -> None: ...


class Log:
    """The session's log, as a strategy writes it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def info(self, message: str) -> None:
        self._desk.log("info", message, None)

    def warn(self, message: str) -> None:
        self._desk.log("warn", message, None)

    def error(self, message: str) -> None:
        self._desk.log("error", message, None)

    def trade(self, message: str, data: dict[str, Any] | None = None) -> None:
        self._desk.log("trade", message, data)

    def detail(self, message: str, *values: object) -> None:
        """What happens at every bar: an info line live, nothing in a backtest. Fills {} only when written."""
        if self._desk.verbose:
            self._desk.log("info", message.format(*values), None)


class Strategy:
    """Base of every strategy. `params` is an instance of the class's own `Params`."""

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    description: ClassVar[str] = ""
    types: ClassVar[tuple[str, ...]] = ("test", "backtest")
    markets: ClassVar[tuple[str, ...]] = ("*",)
    legs: ClassVar[int] = 1
    Params: ClassVar[Any] = None

    log: Log
    _desk: Desk

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

    def on_start(self) -> None:
        """Before the first event of a new session (not after a restart)."""

    def on_bar(self, bar: Bar) -> None:
        """A bar is closed."""

    def on_bars(self, bars: Bars) -> None:
        """A bar is closed in every market, all of one stamp; unless overridden, calls `on_bar` for each."""
        for bar in bars.values():
            self.on_bar(bar)

    def on_tick(self, tick: Tick) -> None:
        """A trade was printed. A strategy with this handler is backtested tick by tick, which is slow."""

    def on_fill(self, fill: Fill) -> None:
        """One of the session's orders was filled."""

    def on_funding(self, funding: Funding) -> None:
        """A funding stamp has passed, and is booked."""

    def state(self) -> dict[str, Any]:
        """What must survive a restart beside positions, orders and history, as JSON."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up what `state` gave."""

    # What a strategy uses

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

    def history(self, market: str = "") -> Candles:
        """The last closed bars, at most `warmup()`, newest last."""
        return self._desk.history(market or self.market)

    def indicator(self, name: str, back: int = 0) -> float:
        """An indicator at the last closed bar, or `back` bars before it."""
        return self._desk.indicator(name, back)

    def orders(self, market: str = "") -> list[Order]:
        """Orders that rest."""
        return self._desk.open_orders(market or self.market)

    def buy(
        self,
        size: Number,
        *,
        market: str = "",
        limit: Number | None = None,
        trigger: Number | None = None,
        stop: Number | None = None,
        target: Number | None = None,
        reduce_only: bool = False,
        reason: str = "",
    ) -> Order:
        """Buy `size` contracts: at market, at `limit` or better, or once `trigger` is reached.

        `stop` and `target` place reduce-only exits when it fills. Raises OrderError for impossible numbers;
        whether it was refused shows in the order once the handler has returned.
        """
        fields = {"price": limit, "trigger": trigger, "stop": stop, "target": target}
        return self._desk.place(
            market or self.market, "Buy", size, fields | {"reduce_only": reduce_only, "reason": reason}
        )

    def sell(
        self,
        size: Number,
        *,
        market: str = "",
        limit: Number | None = None,
        trigger: Number | None = None,
        stop: Number | None = None,
        target: Number | None = None,
        reduce_only: bool = False,
        reason: str = "",
    ) -> Order:
        """Sell `size` contracts; the mirror of `buy`."""
        fields = {"price": limit, "trigger": trigger, "stop": stop, "target": target}
        return self._desk.place(
            market or self.market, "Sell", size, fields | {"reduce_only": reduce_only, "reason": reason}
        )

    def close(self, reason: str = "", market: str = "") -> list[Order]:
        """Close what is open, in one market or in all, at market."""
        orders = []
        for name in (market,) if market else self.all_markets:
            size = self._desk.position(name).size
            if size != ZERO:
                side: Side = "Sell" if size > 0 else "Buy"
                fields = {"reduce_only": True, "reason": reason, "tag": "exit"}
                orders.append(self._desk.place(name, side, abs(size), fields))
        return orders

    def cancel(self, order: Order) -> None:
        """Cancel an order that rests; without effect on one that is done."""
        self._desk.cancel(order)

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Orders placed inside are taken on together, or all refused: never one leg alone."""
        self._desk.group(True)
        try:
            yield
        finally:
            self._desk.group(False)

    def bind(self, desk: Desk) -> None:
        """The engine's side: from now on the strategy works at this desk."""
        self._desk = desk
        self.log = Log(desk)
