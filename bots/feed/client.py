"""The feed of a session: market data from the data agent, for a plain select loop.

Light on purpose (no asyncio loop, no ccxt): every session of a machine holds one.
"""

import contextlib
import select
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from bots.core.events import Candle
from bots.feed import protocol
from bots.feed.connection import Connection
from bots.feed.errors import FeedDown
from bots.feed.events import FeedEvent, FeedStatus, Print, Quote, ReplayEnd
from bots.feed.protocol import Message
from bots.feed.questions import Build, Questions, Waiting
from bots.feed.track import Asker, Track

_FILL_SECONDS = 20.0


class FeedClient:
    """A subscription that survives the loss of the agent: it connects again and goes on where it was.

    Wait for `fileno()` where it is not -1, for at most `timeout()`, then call `read_events()`.

    Attributes:
        exchange, epoch, lockstep: what the agent said of itself; empty before its greeting.
        with_ids: trades come as `Print` instead of `Tick`; set it before subscribing.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.with_ids = False
        self.exchange = ""
        self.epoch = ""
        self.lockstep = False
        self._clock = clock
        self._connection = Connection(path, clock)
        self._questions = Questions(self._connection, clock, self._wait_and_take_in)
        self._asker = Asker(self._ask_trades, self._ask_candles, lambda: clock() + _FILL_SECONDS)
        self._tracks: dict[str, Track] = {}
        self._streams: tuple[str, ...] = ()
        self._greeted = False
        self._events: deque[FeedEvent] = deque()
        self._step: int | None = None
        self._position: dict[str, Any] = {"epoch": "", "markets": {}}

    # The loop's side

    def fileno(self) -> int:
        return self._connection.fileno()

    def timeout(self) -> float | None:
        """Seconds after which `read_events` has work without input; None: none."""
        if self._events:
            return 0.0
        due = [track.fill.deadline for track in self._tracks.values() if track.fill]
        if not self._connection.is_open:
            due.append(self._connection.retry_at)
        return max(0.0, min(due) - self._clock()) if due else None

    def read_events(self) -> list[FeedEvent]:
        """What has come, in order; never waits. Also connects again when that is due."""
        if not self._connection.is_open and self._clock() >= self._connection.retry_at:
            self._connection.open()
        self._take_in()
        self._give_up_late_fills()
        events = list(self._events)
        self._events.clear()
        self._note_position()
        return events

    def connect(self, deadline: float = 5.0) -> None:
        """Connect and wait for the agent's greeting, `deadline` seconds at most.

        Raises:
            FeedDown.
        """
        end = self._clock() + deadline
        while not self._greeted:
            if not self._connection.is_open:
                self._connection.open()
            left = end - self._clock()
            if left <= 0:
                raise FeedDown(self._connection.fault or "the data agent does not greet")
            self._wait_and_take_in(left if self._connection.is_open else min(left, 0.05))

    def close(self) -> None:
        self._connection.close()
        self._greeted = False

    # Subscribing

    def subscribe(
        self,
        markets: Iterable[str],
        streams: Iterable[str] = ("trades", "candles"),
        resume: Mapping[str, Any] | None = None,
    ) -> None:
        """Follow these markets from now on; also after every loss of the agent.

        Args:
            resume: what `resume()` of an earlier client gave; what was missed since then comes first.
        """
        known = resume or {}
        positions: Mapping[str, Any] = known.get("markets", {})
        self._tracks = {}
        for market in markets:
            position = positions.get(market, {})
            self._tracks[market] = Track(market, position.get("trade"), position.get("candle"), self.with_ids)
        if not self._greeted:
            self.epoch = str(known.get("epoch", ""))  # compared with that of the greeting
        elif known.get("epoch") != self.epoch:
            self._start_anew()
        self._streams = tuple(streams)
        self._note_position()
        if self._greeted:
            self._send_subscription()

    def _note_position(self) -> None:
        positions = {name: track.resume() for name, track in self._tracks.items()}
        self._position = {"epoch": self.epoch, "markets": positions}

    def resume(self) -> dict[str, Any]:
        """Where this client is, for `subscribe` of a later one; JSON. Tells what `read_events` gave."""
        return self._position

    def ack(self) -> None:
        """All that `read_events` gave is dealt with. A lock-step replay needs it; else it does nothing."""
        if self._step is None or self._events:
            return
        step, self._step = self._step, None
        try:
            self._connection.send(protocol.ack(step))
        except FeedDown:
            self._on_loss()

    # Requests

    def candles(
        self,
        market: str,
        timeframe: str,
        start: float,
        end: float,
        deadline: float = 60.0,
        waiting: Waiting | None = None,
    ) -> Iterator[list[Candle]]:
        """Closed candles of [start, end), oldest first, in the pages in which the exchange gives them.

        Args:
            deadline: seconds without a page after which it is given up.
            waiting: called about twice a second meanwhile.

        Raises:
            FeedDown, FeedError, FeedRefused.
        """

        def build(rid: int) -> bytes:
            return protocol.candles_request(rid, market, timeframe, start, end)

        for answer in self._request(build, deadline, waiting):
            yield [protocol.to_candle(market, row) for row in answer["rows"]]

    def funding(
        self, market: str, start: float, end: float, deadline: float = 60.0, waiting: Waiting | None = None
    ) -> Iterator[list[tuple[float, Decimal]]]:
        """Pages of (stamp, rate) of [start, end), oldest first. Raises as `candles`."""
        for answer in self._request(
            lambda rid: protocol.funding_request(rid, market, start, end), deadline, waiting
        ):
            yield [(float(ts), Decimal(rate)) for ts, rate in answer["rows"]]

    def recent_trades(self, market: str, deadline: float = 20.0) -> list[Print]:
        """The exchange's latest trades, oldest first, also older than the agent. Raises as `candles`."""
        answers = self._request(lambda rid: protocol.recent_request(rid, market), deadline, None)
        return [protocol.to_print(market, row) for answer in answers for row in answer["rows"]]

    def market(self, market: str, deadline: float = 10.0) -> Message:
        """What the exchange says of a market: `symbol`, `tick`, `lot`, ... Raises as `candles`."""
        return next(self._request(lambda rid: protocol.market_request(rid, market), deadline, None))

    def stats(self, deadline: float = 5.0) -> Message:
        """Counters of the agent: requests, reconnects, clients. Raises as `candles`."""
        return next(self._request(protocol.stats_request, deadline, None))

    def _request(self, build: Build, deadline: float, waiting: Waiting | None) -> Iterator[Message]:
        self.connect(deadline)
        return self._questions.ask(build, deadline, waiting)

    def _ask_trades(self, market: str, first: int, last: int) -> int:
        return self._ask(lambda rid: protocol.trades_request(rid, market, first, last))

    def _ask_candles(self, market: str, timeframe: str, start: float, end: float) -> int:
        return self._ask(lambda rid: protocol.candles_request(rid, market, timeframe, start, end))

    def _ask(self, build: Build) -> int:
        rid = self._questions.next_rid()
        with contextlib.suppress(FeedDown):  # noticed at the next look, and then subscribed again from here
            self._connection.send(build(rid))
        return rid

    # What arrives

    def _wait_and_take_in(self, seconds: float) -> None:
        if self._connection.is_open:
            waiting = select.poll()
            waiting.register(self.fileno(), select.POLLIN)
            waiting.poll(seconds * 1000)
        else:
            time.sleep(seconds)
        self._take_in()

    def _take_in(self) -> None:
        for message in self._connection.receive():
            self._dispatch(message)
        if not self._connection.is_open and self._greeted:
            self._on_loss()

    def _on_loss(self) -> None:
        if self._greeted:
            self._events.append(FeedStatus(False, self._connection.fault))
        self._greeted = False
        self._step = None
        for track in self._tracks.values():
            track.drop_fill()

    def _dispatch(self, message: Message) -> None:
        kind = message.get("t")
        if kind in ("trades", "candle"):
            if track := self._tracks.get(message["m"]):
                self._events.extend(track.take(message, self._asker))
        elif kind in ("result", "error"):
            self._on_answer(message)
        elif kind == "quote":
            self._on_quote(message)
        elif kind == "step":
            self._step = int(message["n"])
            if message.get("done"):
                self._events.append(ReplayEnd(float(message["time"])))
        elif kind == "status":
            self._events.append(FeedStatus(bool(message["connected"]), str(message["message"])))
        elif kind == "hello":
            self._on_hello(message)

    def _on_hello(self, message: Message) -> None:
        before, self.epoch = self.epoch, str(message["epoch"])
        if before and before != self.epoch:
            self._start_anew()
        self.exchange, self.lockstep = str(message["exchange"]), bool(message["lockstep"])
        self._greeted = True
        self._connection.greeted()
        if self._tracks:
            self._send_subscription()

    def _start_anew(self) -> None:
        for track in self._tracks.values():
            self._events.extend(track.new_epoch())

    def _send_subscription(self) -> None:
        since = {name: track.resume() for name, track in self._tracks.items()}
        try:
            self._connection.send(protocol.subscribe(self._tracks, self._streams, since))
        except FeedDown:
            self._on_loss()

    def _on_quote(self, message: Message) -> None:
        if message["m"] in self._tracks:
            figures = (Decimal(message[name]) for name in ("b", "bq", "a", "aq"))
            self._events.append(Quote(message["m"], float(message["ts"]), *figures))

    def _on_answer(self, message: Message) -> None:
        if self._questions.offer(message):
            return
        rid, failed = message.get("rid"), message["t"] == "error"
        for track in self._tracks.values():
            if track.fill and track.fill.rid == rid:
                answer = {"more": False} if failed else message
                self._events.extend(track.filled(answer, self._asker))
                return
        if rid is None and failed:
            self._events.append(FeedStatus(False, str(message.get("message", ""))))

    def _give_up_late_fills(self) -> None:
        now = self._clock()
        for track in self._tracks.values():
            while track.fill and track.fill.deadline <= now:
                self._events.extend(track.give_up(self._asker))
