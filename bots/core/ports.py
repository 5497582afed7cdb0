"""What the core needs of the world; adapters implement it, only the runner wires them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, Protocol

from bots.core.books.ledger import Ledger
from bots.core.events import Candle, Event, Fill, Tick
from bots.core.orders import Order
from bots.core.paper.groups import Inside

Level = Literal["info", "warn", "error", "trade"]


class Clock(Protocol):
    """Unix seconds: of the wall for live sessions, of the market for backtests."""

    def now(self) -> float: ...


class Feed(Protocol):
    """Market events in the order in which the engine must handle them."""

    def events(self) -> Iterator[Event]: ...


class Journal(Protocol):
    """Where a session writes. Everything it is handed is plain JSON.

    One that has no use but for warnings and errors says so by an attribute `warnings_only`: then it may be
    told nothing else, where that saves the work of making it.
    """

    def trade(self, trade: dict[str, Any]) -> None: ...

    def log(self, level: Level, message: str, data: dict[str, Any] | None = None) -> None: ...

    def equity(self, ts: float, equity: float, drawdown: float) -> None: ...


class Broker(Protocol):
    """Takes orders and reports fills. A fill may be reported at once or with any later call."""

    @property
    def working(self) -> Mapping[int, Order]: ...

    @property
    def ticks(self) -> Mapping[str, Tick]: ...

    def attach(
        self,
        ledger: Ledger,
        report: Callable[[Order, Fill], None],
        next_id: Callable[[], int],
        refused: Callable[[Order], None],
    ) -> None: ...

    def advance(self, now: float) -> None:
        """Let what arrives before `now` arrive, at the prices before it."""

    def rewind(self, now: float) -> None:
        """Market time went back to `now`."""

    def on_tick(self, tick: Tick, inside: Inside | None = None) -> None: ...

    def on_candle(self, candle: Candle) -> None: ...

    def submit(self, order: Order, now: float) -> None: ...

    def amend(
        self,
        order: Order,
        now: float,
        *,
        size: Decimal | None = None,
        price: Decimal | None = None,
        trigger: Decimal | None = None,
    ) -> None: ...

    def submit_together(self, orders: Sequence[Order], now: float) -> None:
        """Send orders of which none is taken on unless all can be when they arrive."""

    def cancel(self, order: Order, now: float) -> bool: ...

    def close_down(self, now: float) -> None:
        """Cancel everything at once; what follows arrives without delay."""

    def can_fill_between(
        self, market: str, low: Decimal, high: Decimal, until: float = float("inf")
    ) -> bool: ...

    def snapshot(self) -> dict[str, Any]: ...

    def restore(self, data: Mapping[str, Any]) -> None: ...
