"""One short session played in the zygote, before it forks any.

Python builds a good part of its state when code first runs: caches of attribute look-ups, code adapted to the
types it met, validators, compiled patterns, codecs. What the zygote has built its children share; what each
of them builds costs each of them private pages. So the zygote runs one session itself, of a built-in strategy
on prices made up here, in a folder that is removed afterwards. Another process plays the data agent and the
API for it.

The heartbeat's thread has ended when `rehearse` returns: the zygote is single-threaded again.
"""

import json
import os
import select
import socket
import sys
import tempfile
import time
from typing import Any, cast

from bots.feed import protocol
from bots.feed.client import FeedClient
from bots.process import Process
from bots.runner.heartbeat import Heartbeat
from bots.runner.journal import Journal
from bots.runner.live import LiveSession
from bots.runner.prepare import prepare
from schema.home import Home
from schema.locks import ProcessLock
from schema.spec import LaunchSpec

_MARKET, _EXCHANGE = "XBTUSD", "sandbox"
_START = 1_700_000_040  # the beginning of a minute
_BARS = 20
_SECONDS = 5.0
_PRICE = 30_000
_QUIET_MS = 200


def rehearse() -> None:
    """Play the session; whatever goes wrong is told on stderr and costs memory only.

    Raises:
        RuntimeError: a thread is left.
    """
    sys._clear_type_cache()  # it holds what the imports looked up; a child would give that back name by name
    with tempfile.TemporaryDirectory(prefix="botyard-rehearsal-") as folder:
        home = Home.at(folder)
        home.ensure()
        agent, api = _listeners(home)
        partner = os.fork()
        if partner == 0:
            _play_partner(agent, api)
        try:
            _play_session(home, api.getsockname()[1])
        except Exception as error:
            print(
                f"zygote: the rehearsal failed: {type(error).__name__}: {error}", file=sys.stderr, flush=True
            )
        finally:
            agent.close()
            api.close()
            os.kill(partner, 9)
            os.waitpid(partner, 0)
    _await_single_thread()


def _listeners(home: Home) -> tuple[socket.socket, socket.socket]:
    agent = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    agent.bind(str(home.feed_socket(_EXCHANGE)))
    agent.listen(1)
    return agent, socket.create_server(("127.0.0.1", 0))


def _await_single_thread() -> None:
    """A joined thread is seen by the kernel for a moment longer."""
    deadline = time.monotonic() + _SECONDS
    while len(os.listdir("/proc/self/task")) > 1:
        if time.monotonic() > deadline:
            raise RuntimeError("the rehearsal left a thread")
        time.sleep(0.001)


# The session


class _Stage:
    """What a `Process` is to a live session, without becoming one: ends it when no more data comes."""

    wanted = "running"
    stopping = False

    def __init__(self) -> None:
        self._until = time.monotonic() + _SECONDS

    def poll(self) -> bool:
        return False

    def wait(self, timeout: float | None, *descriptors: int) -> list[int]:
        waiting = select.poll()
        for descriptor in descriptors:
            waiting.register(descriptor, select.POLLIN)
        found = waiting.poll(_QUIET_MS)
        self.stopping = not found or time.monotonic() > self._until
        return [descriptor for descriptor, _ in found]

    def announce(self, state: str) -> None:
        pass


def _play_session(home: Home, port: int) -> None:
    given = LaunchSpec(
        kind="session",
        id="rehearsal",
        run=1,
        home=str(home.root),
        api_url=f"http://127.0.0.1:{port}",
        name="Rehearsal",
        type="test",
        market=_MARKET,
        exchange=_EXCHANGE,
        strategy="TestBot",
        strategy_params={"momentum_window": 4, "atr_window": 4},
        heartbeat_seconds=0.05,
    )
    spec = LaunchSpec.from_json(given.to_json())
    ProcessLock.acquire(home.lock(spec.id), spec.run).release()
    prepared = prepare(spec, home)
    journal = Journal(spec, home, prepared.settle, float(prepared.settings.starting_balance))
    heartbeat = Heartbeat(
        spec.api_url, spec.id, None, spec.heartbeat_seconds, on_trouble=lambda text: journal.log("warn", text)
    )
    stage = cast(Process, _Stage())
    session = LiveSession(stage, prepared, journal, heartbeat, FeedClient(home.feed_socket(_EXCHANGE)))
    journal.log("info", f"Run {spec.run} of {spec.strategy} on {spec.market} ({spec.exchange})")
    journal.flush()
    try:
        session.run()
    finally:
        heartbeat.last({}, _SECONDS)
        journal.close()


# Its partner, in a process of its own


def _play_partner(agent: socket.socket, api: socket.socket) -> None:
    """Answer as the data agent and as the API do, until killed."""
    try:
        feed = agent.accept()[0]
        feed.sendall(protocol.hello(_EXCHANGE, "rehearsal", False))
        waiting = select.poll()
        for end in (feed, api):
            waiting.register(end, select.POLLIN)
        while True:
            for descriptor, _ in waiting.poll(int(_SECONDS * 1000)):
                if descriptor == feed.fileno():
                    _answer_feed(feed)
                else:
                    _answer_heartbeat(api.accept()[0])
    finally:
        os._exit(0)


def _answer_feed(feed: socket.socket) -> None:
    for line in feed.recv(65_536).splitlines():
        request = json.loads(line)
        if request["op"] == "candles":
            rows = [_candle(ts) for ts in range(int(request["start"]), int(request["end"]), 60)]
            answer: dict[str, Any] = {"t": "result", "rid": request["rid"], "rows": rows, "more": False}
            feed.sendall(protocol.encode(answer))
            _play_market(feed)
        elif request["op"] == "subscribe":
            feed.sendall(protocol.encode({"t": "status", "connected": True, "message": "connected"}))
            feed.sendall(protocol.trades(_MARKET, 1, [_trade(_START)]))


def _play_market(feed: socket.socket) -> None:
    number = 2
    for bar in range(1, _BARS + 1):
        end = _START + 60 * bar
        for second in (15, 30, 45, 60):
            feed.sendall(protocol.trades(_MARKET, number, [_trade(end - 60 + second)]))
            number += 1
            time.sleep(0.002)
        feed.sendall(protocol.candle(_MARKET, bar, "1m", _candle(end - 60)))


def _price(ts: int) -> int:
    """Straight up and down again for six minutes each, so that positions are entered and left."""
    step = (ts - _START) // 15 % 48
    return _PRICE + 10 * (step if step < 24 else 48 - step)


def _trade(ts: int) -> list[Any]:
    price = _price(ts)
    return [float(ts), f"{price}.5", "100", "Buy", f"{price}.0", f"{price}.5", f"rehearsal-{ts}"]


def _candle(ts: int) -> list[Any]:
    prices = [_price(second) for second in range(ts, ts + 61, 15)]
    return [ts, f"{prices[0]}.5", f"{max(prices)}.5", f"{min(prices)}.5", f"{prices[-1]}.5", "1000"]


def _answer_heartbeat(connection: socket.socket) -> None:
    body = b'{"success": true, "last_updated": 1700000000}'
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    with connection:
        connection.recv(65_536)
        connection.sendall(head.encode() + b"Connection: close\r\n\r\n" + body)
