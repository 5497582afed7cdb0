"""From a strategy's log call to a WebSocket client."""

import json
import threading
import time
from statistics import median

from simple_websocket import Client

from bench.figures import Figure, quantile
from bench.stack import Stack, running

_STRATEGY = '''
from bots.core.strategy import Strategy


class Chatter(Strategy):
    """Writes a line for every trade that is printed."""

    def on_tick(self, tick):
        self.log.info(f"price {tick.price}")

    def on_bar(self, bar):
        pass
'''
_LINES = 500
_CLIENTS = 10
_SECONDS = 60.0


def line_to_client() -> list[Figure]:
    """Ten sessions whose strategy logs every tick, a client each; delay from the line's stamp to its
    arrival.
    """
    delays: list[float] = []
    with running(sandbox_speed=5) as stack:
        (stack.home / "strategies" / "chatter.py").write_text(_STRATEGY)
        stack.get("/strategies")
        sessions = [stack.create(strategy="Chatter") for _ in range(_CLIENTS)]
        for session in sessions:
            stack.post(f"/sessions/{session}/start")
        readers = [threading.Thread(target=_read, args=(stack, session, delays)) for session in sessions]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    slowest = quantile(delays, 0.99)
    return [
        Figure("log line to WebSocket client, median", f"{median(delays) * 1000:.1f} ms"),
        Figure(
            "log line to WebSocket client, p99",
            f"{slowest * 1000:.1f} ms",
            "",
            "at most 20 ms",
            slowest <= 0.020,
        ),
    ]


def _read(stack: Stack, session: str, delays: list[float]) -> None:
    client = Client.connect(f"ws{stack.url.removeprefix('http')}/sessions/{session}/logs/stream?tail=0")
    deadline = time.monotonic() + _SECONDS
    count = 0
    while count < _LINES // _CLIENTS and time.monotonic() < deadline:
        message = json.loads(client.receive(timeout=_SECONDS) or "{}")
        if str(message.get("message", "")).startswith("price"):
            delays.append(time.time() - message["timestamp"])
            count += 1
    client.close()
