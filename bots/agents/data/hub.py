"""Who follows what: channels (one a market), their readers, and the exchange's messages between them."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bots.agents.data.line import Line, Outlets
from bots.agents.data.peer import Peer
from bots.agents.data.raw import Top, exchange_id, parse
from bots.agents.data.tape import Tape
from bots.exchange.history import History
from bots.feed import protocol
from bots.feed.protocol import STREAMS, Message
from schema import markets
from schema.home import Home
from schema.markets import MarketSpec

LINGER_SECONDS = 30.0
"""How long a market is followed after its last reader left: a session that is started again finds it warm."""

LONGEST_LIST = 50


class Source(Protocol):
    """Where messages come from: told which markets are wanted."""

    def want(self, spec: MarketSpec) -> None: ...
    def drop(self, spec: MarketSpec) -> None: ...


class Channel:
    """One followed market and its readers."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.tape = line.tape
        self.spec = line.spec
        self.readers: set[Peer] = set()
        self.empty_since: float | None = None
        self.top: Top | None = None
        self.flush_due = False


class BadRequest(ValueError):
    """A request that cannot be meant."""


class Hub:
    """Attributes:
    channels: the followed markets by the exchange's name of each.
    peers: every client, also those that follow nothing.
    """

    def __init__(
        self,
        exchange: str,
        home: Home,
        epoch: str,
        history: History,
        log: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
        linger: float = LINGER_SECONDS,
    ) -> None:
        self.exchange = exchange
        self.epoch = epoch
        self._home = home
        self.lockstep = False
        self.channels: dict[str, Channel] = {}
        self.peers: set[Peer] = set()
        self.source: Source | None = None
        self.on_request: Callable[[Peer, Message], None] = lambda peer, message: None
        self.on_ack: Callable[[], None] = lambda: None
        self.unreadable = 0
        self._history = history
        self._log = log
        self._clock = clock
        self._linger = linger
        self._numbers: dict[str, tuple[int, int]] = {}
        self._status = (False, f"not connected to {exchange} yet")

    # Clients

    def joined(self, peer: Peer) -> None:
        self.peers.add(peer)
        peer.send(protocol.hello(self.exchange, self.epoch, self.lockstep))

    def left(self, peer: Peer) -> None:
        self.peers.discard(peer)
        self._unfollow(peer)
        self.on_ack()  # a step waits no longer for it

    def request(self, peer: Peer, message: Message) -> None:
        """What a client says."""
        op = message.get("op")
        try:
            if op == "subscribe":
                self.subscribe(peer, message)
            elif op == "ack":
                peer.acknowledge(message)
                self.on_ack()
            else:
                self.on_request(peer, message)
        except (BadRequest, markets.UnknownMarket) as error:
            code = "bad_market" if isinstance(error, markets.UnknownMarket) else "bad_request"
            peer.send(protocol.error(message.get("rid"), code, str(error)))

    def subscribe(self, peer: Peer, message: Message) -> None:
        """Raises BadRequest, UnknownMarket; then nothing changed."""
        names, streams, since = _subscription(message)
        specs = [self.resolve(name) for name in names]
        self._unfollow(peer)
        peer.streams = streams
        for spec in specs:
            trade, candle = _position(since.get(spec.market) or {})
            channel = self._channel(spec, candle)
            channel.readers.add(peer)
            channel.empty_since = None
            peer.positions[channel] = channel.tape.position(trade, candle)
            peer.candles_from[channel] = 0 if candle is None else channel.tape.candle_position(candle)
            if channel.top is not None:
                peer.quote(channel, channel.top)
        peer.tell_status(protocol.status(*self._status))

    def resolve(self, market: str) -> MarketSpec:
        """The market of that name. Raises UnknownMarket."""
        return markets.resolve(market, self.exchange, self._home)

    def _unfollow(self, peer: Peer) -> None:
        for channel in peer.positions:
            channel.readers.discard(peer)
            if not channel.readers:
                channel.empty_since = self._clock()
        peer.positions.clear()
        peer.candles_from.clear()

    def subscribers(self) -> set[Peer]:
        return {peer for peer in self.peers if peer.positions}

    # Channels

    def _channel(self, spec: MarketSpec, after_candle: float | None) -> Channel:
        found = self.channels.get(spec.exchange_id)
        if found is None:
            found = self.channels[spec.exchange_id] = self._open(spec, after_candle)
            if self.source is not None:
                self.source.want(spec)
        return found

    def _open(self, spec: MarketSpec, after_candle: float | None) -> Channel:
        tape = Tape(spec.market, *self._numbers.get(spec.exchange_id, (1, 1)))
        name = spec.exchange_id
        outlets = Outlets(lambda: self._changed(name), lambda top: self._quoted(name, top), self.say)
        line = Line(spec, tape, self._history, outlets, after_candle, self._clock)
        line.steady = self.lockstep
        return Channel(line)

    def close(self, channel: Channel) -> None:
        """Stop following a market. Followed again, its numbers go on with one left out: a gap shows."""
        name = channel.spec.exchange_id
        del self.channels[name]
        self._numbers[name] = (channel.tape.next_trade + 1, channel.tape.next_candle)
        channel.line.close()
        if self.source is not None:
            self.source.drop(channel.spec)

    def tick(self) -> None:
        """Called about twice a second."""
        now = self._clock()
        for channel in list(self.channels.values()):
            channel.line.tick()
            if channel.empty_since is not None and now - channel.empty_since >= self._linger:
                self.close(channel)

    # The exchange's side

    def on_message(self, message: dict[str, Any]) -> None:
        """A message of the exchange; those about markets that nobody follows any more are dropped."""
        channel = self.channels.get(exchange_id(message))
        if channel is None:
            return
        try:
            items = parse(message, channel.spec.kind == "inverse")
        except ValueError as error:
            self.unreadable += 1
            self._log(str(error))
            return
        if items:
            channel.line.take(items)

    def connected(self) -> None:
        for channel in self.channels.values():
            channel.line.steady = self.lockstep
            channel.line.reconnected()

    def set_status(self, connected: bool, message: str) -> None:
        if (connected, message) != self._status:
            self._status = (connected, message)
            self._log(message)
            self._tell(protocol.status(connected, message))

    def say(self, message: str) -> None:
        """Something worth knowing that changes nothing about the connection."""
        self._log(message)
        self._tell(protocol.status(self._status[0], message))

    def bad_market(self, spec: MarketSpec, message: str) -> None:
        """The exchange does not have a market that is followed."""
        channel = self.channels.get(spec.exchange_id)
        if channel is not None:
            for reader in list(channel.readers):
                reader.send(protocol.error(None, "bad_market", message))
                del reader.positions[channel]
            self.close(channel)

    def _tell(self, line: bytes) -> None:
        for peer in self.subscribers():
            peer.tell_status(line)

    # Fan-out

    def _changed(self, name: str) -> None:
        channel = self.channels.get(name)
        if channel is not None and not channel.flush_due:
            channel.flush_due = True
            asyncio.get_running_loop().call_soon(self._flush, channel)

    def _quoted(self, name: str, top: Top) -> None:
        channel = self.channels.get(name)
        if channel is not None:
            channel.top = top
            for reader in channel.readers:
                reader.quote(channel, top)
            self._changed(name)

    def _flush(self, channel: Channel) -> None:
        channel.flush_due = False
        for reader in list(channel.readers):
            reader.pump()


def _subscription(message: Message) -> tuple[list[str], frozenset[str], Mapping[str, Any]]:
    names, streams, since = message.get("markets"), message.get("streams"), message.get("from") or {}
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadRequest("markets is a list of names")
    if len(names) > LONGEST_LIST:
        raise BadRequest(f"at most {LONGEST_LIST} markets can be followed at once")
    if not isinstance(streams, list) or not set(map(str, streams)) <= set(STREAMS):
        raise BadRequest(f"streams is a list of {', '.join(STREAMS)}")
    if not isinstance(since, dict):
        raise BadRequest("from is an object with a position for each market")
    return names, frozenset(streams), since


def _position(since: Any) -> tuple[int | None, float | None]:
    trade, candle = (since.get("trade"), since.get("candle")) if isinstance(since, dict) else ("", "")
    if not isinstance(trade, int | None) or not isinstance(candle, int | float | None):
        raise BadRequest("a position is {trade: number or null, candle: time or null}")
    return trade, candle
