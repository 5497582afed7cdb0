"""What a feed tells besides ticks and candles: quotes, the state of the connection, data that is lost."""

from decimal import Decimal
from typing import NamedTuple, TypeAlias

from bots.core.events import Candle, Tick


class Quote(NamedTuple):
    """Best bid and ask with their sizes; conflated, so a slow reader sees only the latest."""

    market: str
    ts: float
    bid: Decimal
    bid_size: Decimal
    ask: Decimal
    ask_size: Decimal


class Print(NamedTuple):
    """A trade with the exchange's own `id` of it, for those who record it; bid and ask None where unknown."""

    market: str
    id: str
    ts: float
    price: Decimal
    size: Decimal
    side: str
    bid: Decimal | None
    ask: Decimal | None


class FeedStatus(NamedTuple):
    """The way to the exchange stands (or not); `message` says since when and why."""

    connected: bool
    message: str


class FeedGap(NamedTuple):
    """Trades that are lost: nobody has them any more. `missing` is None where their number is unknown."""

    market: str
    missing: int | None
    message: str


class ReplayEnd(NamedTuple):
    """A lock-step replay is at its end: nothing will come any more."""

    ts: float


FeedEvent: TypeAlias = Tick | Print | Candle | Quote | FeedStatus | FeedGap | ReplayEnd
