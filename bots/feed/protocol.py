"""What the data agent and its clients say to each other: one JSON object a line, over a unix socket.

Times are Unix seconds. Prices and sizes are text, exactly as the exchange sent them. Trades of a market are
numbered without gaps within one life of the agent (`epoch`); so are closed candles. The agent greets first:

    hello    {"t":"hello","exchange":"sandbox","epoch":"...","lockstep":false}

Client to agent (`rid`: the client's own number of a request, comes back with the answer; ends exclusive):

    subscribe {"op":"subscribe","markets":["XBTUSD"],"streams":["trades","quotes","candles"],
               "from":{"XBTUSD":{"trade":<number of the last one seen>|null,
                                 "candle":<opening time of the last one seen>|null}}}
              replaces an earlier subscription; a market without `from` starts with what comes next
    candles   {"op":"candles","market":"XBTUSD","timeframe":"1m","start":s,"end":s,"rid":1}
    funding   {"op":"funding","market":"XBTUSD","start":s,"end":s,"rid":2}
    trades    {"op":"trades","market":"XBTUSD","from":<number>,"to":<last>|null,"rid":3}
    recent    {"op":"recent","market":"XBTUSD","rid":4}   the exchange's latest, also older than the agent
    market    {"op":"market","market":"XBTUSD","rid":4}
    stats     {"op":"stats","rid":5}
    ack       {"op":"ack","n":<number of the step>}   lock-step replay only: all up to that step is dealt with

Agent to client:

    trades   {"t":"trades","m":"XBTUSD","n":<number of the first row>,
              "rows":[[ts,"price","size","Buy","bid","ask","the exchange's id of it"],...]}
    quote    {"t":"quote","m":"XBTUSD","ts":s,"b":"bid","bq":"size","a":"ask","aq":"size"}   the latest wins
    candle   {"t":"candle","m":"XBTUSD","n":<number>,"tf":"1m","row":[ts,"o","h","l","c","volume"]}
    step     {"t":"step","n":<number>,"time":s,"done":false}   lock-step replay only; wants an ack
    status   {"t":"status","connected":true,"message":"..."}
    result   {"t":"result","rid":1,...,"more":false}   `candles`, `funding`, `trades` come in pages (`rows`);
             those of trades carry `n`, the number of their first row; in `recent` bid and ask are null
    error    {"t":"error","rid":1|null,"code":"bad_request|bad_market|gone|outside|refused","message":"..."}
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from bots.core.events import Candle, Tick
from bots.feed.events import Print
from schema.feed import candles_request as candles_request  # not only sessions ask for candles

STREAMS = ("trades", "quotes", "candles")
LONGEST_REQUEST = 64 * 1024

Message = dict[str, Any]
TradeRow = Sequence[Any]  # [ts, price, size, side, bid, ask, id]
CandleRow = Sequence[Any]  # [ts, open, high, low, close, volume]


class BadMessage(ValueError):
    """What arrived is not what the protocol has."""


def encode(message: Mapping[str, Any]) -> bytes:
    """One line."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode() + b"\n"


def decode(line: bytes) -> Message:
    """The object on a line.

    Raises:
        BadMessage.
    """
    try:
        message = json.loads(line)
    except ValueError as error:
        raise BadMessage(f"not JSON: {error}") from None
    if not isinstance(message, dict):
        raise BadMessage("a message is a JSON object")
    return message


class Lines:
    """Cuts a stream of bytes into lines."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._rest = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that `chunk` completes, without their ends.

        Raises:
            BadMessage: a line grows beyond `longest` bytes.
        """
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > self._longest:
            raise BadMessage(f"a line is longer than {self._longest} bytes")
        return lines


# Client to agent


def subscribe(
    markets: Iterable[str], streams: Iterable[str], since: Mapping[str, Mapping[str, float | int | None]]
) -> bytes:
    return encode({"op": "subscribe", "markets": list(markets), "streams": list(streams), "from": since})


def funding_request(rid: int, market: str, start: float, end: float) -> bytes:
    return encode({"op": "funding", "market": market, "start": start, "end": end, "rid": rid})


def trades_request(rid: int, market: str, first: int, last: int | None = None) -> bytes:
    return encode({"op": "trades", "market": market, "from": first, "to": last, "rid": rid})


def recent_request(rid: int, market: str) -> bytes:
    return encode({"op": "recent", "market": market, "rid": rid})


def market_request(rid: int, market: str) -> bytes:
    return encode({"op": "market", "market": market, "rid": rid})


def stats_request(rid: int) -> bytes:
    return encode({"op": "stats", "rid": rid})


def ack(step: int) -> bytes:
    return encode({"op": "ack", "n": step})


# Agent to client


def hello(exchange: str, epoch: str, lockstep: bool) -> bytes:
    return encode({"t": "hello", "exchange": exchange, "epoch": epoch, "lockstep": lockstep})


def trades(market: str, first: int, rows: Sequence[TradeRow]) -> bytes:
    return encode({"t": "trades", "m": market, "n": first, "rows": rows})


def candle(market: str, number: int, timeframe: str, row: CandleRow) -> bytes:
    return encode({"t": "candle", "m": market, "n": number, "tf": timeframe, "row": row})


def quote(market: str, ts: float, bid: str, bid_size: str, ask: str, ask_size: str) -> bytes:
    return encode({"t": "quote", "m": market, "ts": ts, "b": bid, "bq": bid_size, "a": ask, "aq": ask_size})


def status(connected: bool, message: str) -> bytes:
    return encode({"t": "status", "connected": connected, "message": message})


def step(number: int, time: float, done: bool) -> bytes:
    return encode({"t": "step", "n": number, "time": time, "done": done})


def result(rid: Any, **fields: Any) -> bytes:
    return encode({"t": "result", "rid": rid, "more": False, **fields})


def error(rid: Any, code: str, message: str) -> bytes:
    return encode({"t": "error", "rid": rid, "code": code, "message": message})


# Rows to events


def to_tick(market: str, row: TradeRow) -> Tick:
    """Raises BadMessage."""
    try:
        ts, price, size, side, bid, ask, *_ = row
        return Tick(market, float(ts), Decimal(price), Decimal(size), str(side), Decimal(bid), Decimal(ask))
    except (ValueError, TypeError, InvalidOperation):
        raise BadMessage(f"no trade row: {row!r}") from None


def to_print(market: str, row: TradeRow) -> Print:
    """Raises BadMessage."""
    try:
        ts, price, size, side, bid, ask, trade_id = row
        quote = (None if bid is None else Decimal(bid), None if ask is None else Decimal(ask))
        return Print(market, str(trade_id), float(ts), Decimal(price), Decimal(size), str(side), *quote)
    except (ValueError, TypeError, InvalidOperation):
        raise BadMessage(f"no trade row: {row!r}") from None


def to_candle(market: str, row: CandleRow) -> Candle:
    """Raises BadMessage."""
    try:
        ts, *figures = row
        opened, high, low, close, volume = map(Decimal, figures)
        return Candle(float(ts), opened, high, low, close, volume, market)
    except (ValueError, TypeError, InvalidOperation):
        raise BadMessage(f"no candle row: {row!r}") from None
