"""Heartbeats against a real HTTP server that can be slow, broken or away."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bots.runner.heartbeat import Heartbeat
from tests.ports import free_port
from tests.wait import until


class Server:
    """Collects heartbeats; `answer` is what it says to each."""

    def __init__(self, port: int = 0) -> None:
        self.received: list[tuple[str, dict[str, Any], str | None]] = []
        self.answer: tuple[int, dict[str, Any]] = (200, {"success": True})
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.received.append((self.path, body, self.headers.get("Authorization")))
                status, answer = outer.answer
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def serving(port: int = 0) -> Iterator[Server]:
    server = Server(port)
    try:
        yield server
    finally:
        server.close()


def heartbeat(port: int, troubles: list[str], interval: float = 0.02, token: str | None = None) -> Heartbeat:
    return Heartbeat(f"http://127.0.0.1:{port}", "abc", token, interval, troubles.append)


def turn_until(beat: Heartbeat, payload: dict[str, Any], predicate: Callable[[], object]) -> None:
    """Turn the loop with this payload until the predicate holds."""

    def turned() -> object:
        beat.turn(lambda: payload)
        return predicate()

    until(turned)


def test_a_turning_loop_is_heard_with_its_token() -> None:
    with serving() as server:
        beat = heartbeat(server.port, [], token="secret")
        turn_until(beat, {"run": 2}, lambda: len(server.received) >= 2)
        assert server.received[0] == ("/sessions/abc/heartbeat", {"run": 2}, "Bearer secret")


def test_a_loop_that_hangs_is_not_heard() -> None:
    with serving() as server:
        beat = heartbeat(server.port, [])
        beat.turn(lambda: {"n": 1})
        until(lambda: len(server.received) == 1)
        threading.Event().wait(0.1)  # five intervals without a turn
        assert len(server.received) == 1


def test_no_second_payload_is_built_before_it_is_due() -> None:
    with serving() as server:
        beat = heartbeat(server.port, [], interval=1000)
        assert beat.turn(dict)
        assert not beat.turn(dict)
        assert 0 < beat.seconds_until_due() <= 1000


def test_an_api_that_comes_back_hears_the_newest_payload_and_trouble_is_told_once() -> None:
    port = free_port()  # of the kernel's own choice anybody else might be given it meanwhile
    troubles: list[str] = []
    beat = heartbeat(port, troubles)
    turn_until(beat, {"n": 1}, lambda: troubles)
    with serving(port) as server:
        turn_until(beat, {"n": 2}, lambda: server.received and server.received[-1][1] == {"n": 2})
        assert len(troubles) == 1
    # The server is away again, perhaps with a payload on its way to it: told again, and once.
    turn_until(beat, {"n": 3}, lambda: len(troubles) == 2)
    for _ in range(5):
        threading.Event().wait(0.02)
        beat.turn(lambda: {"n": 4})
    assert len(troubles) == 2


def test_an_older_run_learns_that_it_is_refused() -> None:
    with serving() as server:
        server.answer = (409, {"success": False, "error": {"code": "stale_run", "message": "run 3 is newer"}})
        beat = heartbeat(server.port, [])
        beat.turn(lambda: {"run": 2})
        until(lambda: beat.refused is not None)
        assert beat.refused == "run 3 is newer"


def test_the_last_figures_are_delivered_before_the_end() -> None:
    with serving() as server:
        beat = heartbeat(server.port, [], interval=1000)
        beat.last({"final": True})
        assert server.received[-1][1] == {"final": True}


def test_an_api_that_is_away_does_not_hold_up_the_end() -> None:
    with serving() as gone:
        port = gone.port
    beat = heartbeat(port, [], interval=1000)
    beat.last({"final": True}, wait=5)
    assert not beat._thread.is_alive()
