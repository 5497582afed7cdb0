"""One short session played in the zygote, before it forks any.

Python builds a good part of its state when code first runs: caches of attribute look-ups, code adapted to the
types it met, validators, compiled patterns, codecs. What the zygote has built its children share; what each
of them builds costs each of them private pages. So the zygote runs one session itself, of a built-in strategy
on prices made up here, in a folder that is removed afterwards. Another process, which the kernel ends with
the zygote, plays the data agent and the API for it.

The heartbeat's thread has ended when `rehearse` returns: the zygote is single-threaded again.
"""

import ctypes
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, cast

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
_PR_SET_PDEATHSIG = 1


def rehearse(folder: Path) -> None:
    """Play the session in `folder`, which is nobody else's; whatever goes wrong is told on stderr and costs
    memory only.

    Raises:
        RuntimeError: a thread is left.
    """
    if hasattr(sys, "_clear_type_cache"):  # imports filled it; a child would give that back name by name
        sys._clear_type_cache()
    shutil.rmtree(folder, ignore_errors=True)  # of a zygote that was killed while it rehearsed
    try:
        _play(Home.at(folder).ensure())
    except Exception as error:
        print(f"zygote: the rehearsal failed: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _await_single_thread()


def _play(home: Home) -> None:
    path = home.feed_socket(_EXCHANGE)
    zygote = os.getpid()
    try:
        with socket.socket(socket.AF_UNIX) as agent, socket.create_server(("127.0.0.1", 0)) as api:
            agent.bind(str(path))
            agent.listen(1)
            partner = os.fork()
            if partner == 0:
                _play_partner(zygote, agent, api)
            try:
                _play_session(home, api.getsockname()[1])
            finally:
                os.kill(partner, signal.SIGKILL)
                os.waitpid(partner, 0)
    finally:
        path.unlink(missing_ok=True)
        if path.parent != home.run:  # a long path has its socket in a short folder of its own
            with suppress(OSError):
                path.parent.rmdir()


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
    try:
        session = LiveSession(stage, prepared, journal, heartbeat, FeedClient(home.feed_socket(_EXCHANGE)))
        journal.log("info", f"Run {spec.run} of {spec.strategy} on {spec.market} ({spec.exchange})")
        journal.flush()
        session.run()
    finally:
        heartbeat.last({}, _SECONDS)
        journal.close()


# Its partner, in a process of its own


def _play_partner(zygote: int, agent: socket.socket, api: socket.socket) -> NoReturn:
    """Answer as the data agent and as the API do, until killed."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != zygote:  # it went before the kernel was asked
            os._exit(0)
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
