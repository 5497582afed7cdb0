"""A paper broker over real books, and everything that it reported."""

from decimal import Decimal
from typing import Any

from bots.core.assumptions import Assumptions
from bots.core.books.ledger import Ledger
from bots.core.books.trade import RoundTrip
from bots.core.events import Fill, Tick
from bots.core.instrument import Instrument
from bots.core.orders import Order, OrderType, TimeInForce
from bots.core.paper.broker import PaperBroker
from bots.core.paper.groups import Inside
from tests.bots.core.make import XBTUSD, D, tick


class Desk:
    """Orders and prints in one market ("XBTUSD" unless told), fills booked at once as the engine does."""

    def __init__(
        self, *instruments: Instrument, leverage: str = "1", balance: str = "1", **assumptions: Any
    ) -> None:
        traded = {instrument.market: instrument for instrument in instruments or (XBTUSD,)}
        self.ledger = Ledger(traded, D(balance))
        self.broker = PaperBroker(traded, Assumptions(leverage=D(leverage), **assumptions))
        self.fills: list[Fill] = []
        self.reported: list[Order] = []
        self.refused: list[str] = []
        self.closed: list[RoundTrip] = []
        self.market = next(iter(traded))
        self.now = 0.0
        self._next_id = 1
        self.broker.attach(self.ledger, self.report, self.next_id, self._on_refused)

    def next_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def report(self, order: Order, fill: Fill) -> None:
        self.fills.append(fill)
        self.reported.append(order)
        if (closed := self.ledger.apply(fill)) is not None:
            self.closed.append(closed)

    def make(self, side: str, size: str | int | Decimal, type: str = "market", **fields: Any) -> Order:
        """An order that is not sent; prices as strings or whole numbers."""
        exact: dict[str, Any] = {
            name: D(value) if name in _PRICES else value for name, value in fields.items()
        }
        if "time_in_force" in exact:
            exact["time_in_force"] = TimeInForce(str(exact["time_in_force"]))
        market = exact.pop("market", self.market)
        return Order(self.next_id(), market, side, OrderType(type), D(size), **exact)  # type: ignore[arg-type]

    def order(self, side: str, size: str | int | Decimal, type: str = "market", **fields: Any) -> Order:
        order = self.make(side, size, type, **fields)
        self.broker.submit(order, self.now)
        return order

    def tick(
        self, price: str, ts: float | None = None, *, spread: str = "0.1", size: str = "1", market: str = "",
        bar: tuple[str, str] | None = None,
        is_recorded: bool = False,
    ) -> None:  # fmt: skip
        """A print at the ask, a second after the last one unless told."""
        at = self.now + 1 if ts is None else ts
        update = tick(price, at, market or self.market, spread)._replace(size=D(size))
        self.print(update, None if bar is None else Inside(D(bar[0]), D(bar[1]), is_recorded))

    def print(self, update: Tick, inside: Inside | None = None) -> None:
        self.broker.advance(update.ts)
        self.now = update.ts
        self.ledger.mark(update.market, update.price)
        self.broker.on_tick(update, inside)

    @property
    def told(self) -> list[tuple[str, str, bool]]:
        """Size, price and maker of each fill."""
        return [(f"{fill.size:f}", f"{fill.price:f}", fill.maker) for fill in self.fills]

    def _on_refused(self, order: Order) -> None:
        self.refused.append(order.rejection)


_PRICES = frozenset({"price", "trigger", "stop", "target", "trail", "rearm"})
