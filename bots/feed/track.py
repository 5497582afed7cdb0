"""One market as a client sees it: trades and candles in order; what is missing is asked for again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bots.core.events import Tick
from bots.feed.events import FeedEvent, FeedGap, Print
from bots.feed.protocol import Message, TradeRow, to_candle, to_print, to_tick
from schema.timeframes import seconds

AskTrades = Callable[[str, int, int], int]
AskCandles = Callable[[str, str, float, float], int]


@dataclass
class Fill:
    """A request for missing data; what arrives meanwhile waits, so that the order holds.

    Attributes:
        kind: "trades" or "candles".
        until: number of the last missing trade, or opening time of the last missing candle.
        deadline: when it is given up.
    """

    kind: str
    rid: int
    until: float
    deadline: float
    held: list[Message] = field(default_factory=list)


class Track:
    """Attributes:
    next_trade: number of the trade that comes next, None while unknown.
    last_candle: opening time of the last candle handed on.
    """

    def __init__(
        self, market: str, trade: int | None = None, candle: float | None = None, with_ids: bool = False
    ) -> None:
        self.market = market
        self._event: Callable[[str, TradeRow], Tick | Print] = to_print if with_ids else to_tick
        self.next_trade = None if trade is None else trade + 1
        self.last_candle = candle
        self.fill: Fill | None = None

    def resume(self) -> dict[str, float | int | None]:
        """Where a subscription goes on: number of the last trade and time of the last candle seen."""
        trade = None if self.next_trade is None else self.next_trade - 1
        return {"trade": trade, "candle": self.last_candle}

    def new_epoch(self) -> Iterator[FeedEvent]:
        """The agent was started anew: its numbers begin again, so trades in between cannot be asked for."""
        if self.next_trade is not None:
            yield FeedGap(
                self.market, None, "the data agent was started anew; trades meanwhile were not recorded"
            )
        self.next_trade = None

    def drop_fill(self) -> None:
        """The connection is lost: what is missing and what was held come with the next subscription."""
        self.fill = None

    def take(self, message: Message, ask: "Asker") -> Iterator[FeedEvent]:
        """The events of a `trades` or `candle` message, as far as their turn has come."""
        if self.fill is not None:
            self.fill.held.append(message)
        elif message["t"] == "trades":
            yield from self._trades(message, ask)
        else:
            yield from self._candle(message, ask)

    def _trades(self, message: Message, ask: "Asker") -> Iterator[FeedEvent]:
        first, rows = int(message["n"]), message["rows"]
        if self.next_trade is not None and first > self.next_trade:
            self._wait("trades", ask.trades(self.market, self.next_trade, first - 1), first - 1, ask, message)
            return
        seen = 0 if self.next_trade is None else self.next_trade - first
        self.next_trade = first + max(len(rows), seen)
        for row in rows[max(seen, 0) :]:
            yield self._event(self.market, row)

    def _candle(self, message: Message, ask: "Asker") -> Iterator[FeedEvent]:
        candle = to_candle(self.market, message["row"])
        length = seconds(message["tf"])
        if self.last_candle is not None:
            start = self.last_candle + length
            if candle.ts < start:  # the agent never repeats one
                yield FeedGap(self.market, None, "the exchange set its clock back")
            if candle.ts > start:
                rid = ask.candles(self.market, message["tf"], start, candle.ts)
                self._wait("candles", rid, candle.ts - length, ask, message)
                return
        self.last_candle = candle.ts
        yield candle

    def _wait(self, kind: str, rid: int, until: float, ask: "Asker", message: Message) -> None:
        self.fill = Fill(kind, rid, until, ask.deadline(), [message])

    def filled(self, answer: Message, ask: "Asker") -> Iterator[FeedEvent]:
        """The events of an answer to the fill, and of what waited behind it."""
        fill = self.fill
        assert fill is not None
        rows = answer.get("rows", ())
        if fill.kind == "trades" and rows:
            yield from self._lost_before(int(answer["n"]))
            self.next_trade = int(answer["n"]) + len(rows)
            yield from (self._event(self.market, row) for row in rows)
        for row in rows if fill.kind == "candles" else ():
            candle = to_candle(self.market, row)
            if self.last_candle is None or candle.ts > self.last_candle:
                self.last_candle = candle.ts
                yield candle
        if not answer.get("more"):
            yield from self.give_up(ask)

    def give_up(self, ask: "Asker") -> Iterator[FeedEvent]:
        """Go on with what waited; what was not filled by now is lost, and said to be."""
        fill, self.fill = self.fill, None
        assert fill is not None
        if fill.kind == "trades":
            yield from self._lost_before(int(fill.until) + 1)
        else:
            self.last_candle = fill.until
        for message in fill.held:
            yield from self.take(message, ask)

    def _lost_before(self, number: int) -> Iterator[FeedEvent]:
        if self.next_trade is not None and number > self.next_trade:
            count = number - self.next_trade
            yield FeedGap(
                self.market,
                count,
                f"{count} trades of {self.market} are lost: the data agent has them no more",
            )
            self.next_trade = number


@dataclass(frozen=True)
class Asker:
    """How a track asks: each function sends a request and gives its number."""

    trades: AskTrades
    candles: AskCandles
    deadline: Callable[[], float]
