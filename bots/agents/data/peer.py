"""One client of the agent: what it follows, how far it has read, and its end of the socket.

It reads the tapes at its own pace: while its socket is full nothing is made for it, and only the latest quote
is kept.
"""

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from bots.agents.data.raw import Top
from bots.feed import protocol
from bots.feed.protocol import BadMessage, Lines, Message

if TYPE_CHECKING:
    from bots.agents.data.hub import Channel, Hub

_BUFFER = 64 * 1024


class Peer(asyncio.Protocol):
    """Attributes:
    positions: how far each followed channel's tape was read.
    candles_from: where on each tape the candles begin that it has not seen.
    streams: which kinds are wanted.
    owes: number of the lock-step step that it has not acknowledged, None for none.
    """

    def __init__(self, hub: "Hub") -> None:
        self.positions: dict[Channel, int] = {}
        self.candles_from: dict[Channel, int] = {}
        self.streams: frozenset[str] = frozenset()
        self.owes: int | None = None
        self._hub = hub
        self._transport: asyncio.Transport | None = None
        self._lines = Lines(protocol.LONGEST_REQUEST)
        self._control: deque[bytes] = deque()
        self._status: bytes | None = None
        self._quotes: dict[Channel, Top] = {}
        self._step: bytes | None = None
        self._writable = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    # The transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=_BUFFER, low=_BUFFER // 4)
        self._writable.set()
        self._hub.joined(self)

    def data_received(self, data: bytes) -> None:
        try:
            for line in self._lines.feed(data):
                self._hub.request(self, protocol.decode(line))
        except BadMessage as error:
            self.send(protocol.error(None, "bad_request", str(error)))
            self.close()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()
        self.pump()

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._writable.set()
        for task in self._tasks:
            task.cancel()
        self._hub.left(self)

    # The hub's side

    @property
    def is_open(self) -> bool:
        return self._transport is not None

    @property
    def requests(self) -> int:
        """Requests in work."""
        return len(self._tasks)

    def start(self, work: "asyncio.Task[None]") -> None:
        """A request's work, ended with the connection."""
        self._tasks.add(work)
        work.add_done_callback(self._tasks.discard)

    def send(self, line: bytes) -> None:
        self._control.append(line)
        self.pump()

    async def send_page(self, line: bytes) -> None:
        """Send when the client has read what came before: a long history never piles up here."""
        await self._writable.wait()
        self.send(line)

    def tell_status(self, line: bytes) -> None:
        self._status = line
        self.pump()

    def quote(self, channel: "Channel", top: Top) -> None:
        if "quotes" in self.streams:
            self._quotes[channel] = top

    def step(self, number: int, line: bytes) -> None:
        """A step of a lock-step replay, sent behind everything that belongs to it."""
        self.owes = number
        self._step = line
        self.pump()

    def acknowledge(self, message: Message) -> None:
        if self.owes is not None and message.get("n") == self.owes:
            self.owes = None

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def pump(self) -> None:
        """Write what there is to say, until the socket is full."""
        while self._transport is not None and self._writable.is_set():
            line = self._next_line()
            if not line:
                return
            self._transport.write(line)

    def _next_line(self) -> bytes:
        if self._control:
            return self._control.popleft()
        if self._status is not None:
            line, self._status = self._status, None
            return line
        for channel, position in self.positions.items():
            self.positions[channel], line = channel.tape.read(
                position,
                "trades" in self.streams,
                self.candles_from.get(channel, 0) if "candles" in self.streams else None,
            )
            if line:
                return line
        return self._next_quote() or self._take_step()

    def _next_quote(self) -> bytes:
        while self._quotes:
            channel, top = self._quotes.popitem()
            if channel in self.positions and top.bid and top.ask:
                return protocol.quote(channel.spec.market, top.ts, *top.bid, *top.ask)
        return b""

    def _take_step(self) -> bytes:
        line, self._step = self._step or b"", None
        return line
