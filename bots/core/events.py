"""What happens: the events that an engine handles and the fills that come of them.

Prices and sizes are Decimals on the market's grid, times Unix seconds.
"""

from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias

Side = Literal["Buy", "Sell"]


class Tick(NamedTuple):
    """One trade print with the best bid and ask that stand beside it; `side` is the taker's."""

    market: str
    ts: float
    price: Decimal
    size: Decimal
    side: str
    bid: Decimal
    ask: Decimal

    @property
    def mid(self) -> Decimal:
        return (self.bid + self.ask) / 2


class Candle(NamedTuple):
    """A closed candle; `ts` is its opening time. Without a market it is the session's only one."""

    ts: float
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    market: str = ""


class Bar(NamedTuple):
    """A closed bar as a strategy sees it, in floats; `ts` is its opening time."""

    ts: float
    open: float
    high: float
    low: float
    close: float
    volume: float
    market: str = ""


class Funding(NamedTuple):
    """A funding stamp. A positive `rate`: longs pay shorts. Without a `mark` the last price counts."""

    market: str
    ts: float
    rate: Decimal
    mark: Decimal | None = None

    def on_grid(self, seconds: int) -> "Funding":
        """Stamps come up to some milliseconds late: they belong to the instant before, not into a candle."""
        late = self.ts % seconds
        return self._replace(ts=self.ts - late) if late < 1 else self


class Fill(NamedTuple):
    """A fill of an order. `reference` is the price that was hoped for: slippage is counted against it."""

    ts: float
    market: str
    order_id: int
    side: Side
    size: Decimal
    price: Decimal
    maker: bool
    reference: Decimal
    tag: str = ""
    reason: str = ""

    @property
    def signed_size(self) -> Decimal:
        return self.size if self.side == "Buy" else -self.size


def fill_json(fill: Fill) -> dict[str, Any]:
    """The fill as a JSON object; Decimals as strings."""
    return {
        name: str(value) if isinstance(value, Decimal) else value for name, value in fill._asdict().items()
    }


def fill_of_json(data: dict[str, Any]) -> Fill:
    """From `fill_json`."""
    return Fill(**data | {name: Decimal(data[name]) for name in ("size", "price", "reference")})


Event: TypeAlias = Tick | Candle | Funding
