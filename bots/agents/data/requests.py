"""Requests that are answered once: past candles and funding, trades again, a market's facts, counters."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from bots.agents.data.hub import BadRequest, Hub
from bots.agents.data.peer import Peer
from bots.exchange.history import History
from bots.feed import protocol
from bots.feed.protocol import Message
from bots.process import BadSpec
from schema.markets import MarketSpec
from schema.timeframes import TIMEFRAMES

AT_ONCE = 4
"""Requests that one client may have in work."""

Stats = Callable[[], dict[str, Any]]


class Requests:
    """Answers requests; those that ask the exchange do so in a task of their own."""

    def __init__(self, hub: Hub, history: History, stats: Stats) -> None:
        self._hub = hub
        self._history = history
        self._stats = stats
        self._asking: dict[str, Callable[[Peer, Message, MarketSpec], Awaitable[None]]] = {
            "candles": self._candles,
            "funding": self._funding,
            "recent": self._recent,
            "market": self._market,
        }

    def on_request(self, peer: Peer, message: Message) -> None:
        """Raises BadRequest, UnknownMarket."""
        op, rid = message.get("op"), message.get("rid")
        if not isinstance(rid, int):
            raise BadRequest(f"{op!r} is no request of this protocol, or has no number (rid)")
        if op == "stats":
            peer.send(protocol.result(rid, pid=os.getpid(), **self._stats()))
        elif op == "trades":
            self._trades(peer, message, self._spec(message))
        elif op in self._asking:
            if peer.requests >= AT_ONCE:
                raise BadRequest(f"at most {AT_ONCE} requests of a client can be in work")
            work = self._answer(peer, message, self._spec(message), self._asking[op])
            peer.start(asyncio.create_task(work))
        else:
            raise BadRequest(f"{op!r} is no request of this protocol")

    async def _answer(
        self,
        peer: Peer,
        message: Message,
        spec: MarketSpec,
        ask: Callable[[Peer, Message, MarketSpec], Awaitable[None]],
    ) -> None:
        try:
            await ask(peer, message, spec)
        except BadRequest as error:
            peer.send(protocol.error(message["rid"], "bad_request", str(error)))
        except BadSpec as error:
            peer.send(protocol.error(message["rid"], error.code, error.message))

    def _spec(self, message: Message) -> MarketSpec:
        name = message.get("market")
        if not isinstance(name, str):
            raise BadRequest("market is a name")
        return self._hub.resolve(name)

    async def _candles(self, peer: Peer, message: Message, spec: MarketSpec) -> None:
        timeframe = message.get("timeframe", "1m")
        if timeframe not in TIMEFRAMES:
            raise BadRequest(f"unknown timeframe {timeframe!r}; there are {', '.join(TIMEFRAMES)}")
        await _send_pages(peer, message["rid"], self._history.candles(spec, timeframe, *_range(message)))

    async def _funding(self, peer: Peer, message: Message, spec: MarketSpec) -> None:
        rows = await self._history.funding(spec, *_range(message))
        await peer.send_page(protocol.result(message["rid"], rows=rows))

    async def _market(self, peer: Peer, message: Message, spec: MarketSpec) -> None:
        await peer.send_page(protocol.result(message["rid"], **await self._history.instrument(spec)))

    async def _recent(self, peer: Peer, message: Message, spec: MarketSpec) -> None:
        prints = await self._history.recent_trades(spec)
        rows = [[row.ts, row.price, row.size, row.side, None, None, row.id] for row in prints]
        await peer.send_page(protocol.result(message["rid"], rows=rows))

    def _trades(self, peer: Peer, message: Message, spec: MarketSpec) -> None:
        first, last = message.get("from"), message.get("to")
        if not isinstance(first, int) or not isinstance(last, int | None):
            raise BadRequest("from and to are numbers of trades")
        channel = self._hub.channels.get(spec.exchange_id)
        last = channel.tape.next_trade - 1 if channel is not None and last is None else last
        number, rows = (first, b"[]") if channel is None or last is None else channel.tape.trades(first, last)
        if rows == b"[]":
            peer.send(protocol.error(message["rid"], "gone", f"trades {first} to {last} are held no more"))
            return
        head = json.dumps({"t": "result", "rid": message["rid"], "more": False, "n": number}).encode()
        peer.send(head[:-1] + b',"rows":' + rows + b"}\n")


async def _send_pages(peer: Peer, rid: int, pages: AsyncIterator[list[Any]]) -> None:
    async for rows in pages:
        await peer.send_page(protocol.result(rid, rows=rows, more=True))
    await peer.send_page(protocol.result(rid, rows=[]))


def _range(message: Message) -> tuple[float, float]:
    start, end = message.get("start"), message.get("end")
    if not isinstance(start, int | float) or not isinstance(end, int | float) or not 0 <= start <= end:
        raise BadRequest("start and end are Unix seconds, start first")
    return start, end
