"""A WebSocket client for tests."""

import json
import socket
import threading
from types import TracebackType
from typing import Any

import requests
from simple_websocket import Client, ConnectionClosed
from simple_websocket import ConnectionError as Refused

from tests.wait import until


class _Client(Client):  # type: ignore[misc]
    def handshake(self) -> None:
        try:
            super().handshake()
            # Messages that came in one packet with the server's answer; the library would leave them lying.
            self.connected = self._handle_events()
        except BaseException:
            self.sock.close()  # which the library leaves open where it is refused
            raise


def refusal(url: str, path: str, **headers: str) -> dict[str, Any]:
    """The answer to a handshake that is refused, with its `status`."""
    asked = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    answer = requests.get(f"{url}{path}", headers={**asked, **headers}, timeout=30)
    assert answer.headers["Content-Type"] == "application/json", answer.status_code
    found: dict[str, Any] = answer.json()
    assert found["success"] is False
    return {"status": answer.status_code, **found["error"]}


class Stream:
    """An open stream; refused ones raise simple_websocket's ConnectionError with the status."""

    def __init__(self, url: str, path: str, **headers: str) -> None:
        self._closed = threading.Event()
        self.client = _Client(f"ws{url[4:]}{path}", headers=headers)

    @classmethod
    def patiently(cls, url: str, path: str) -> "Stream":
        """Open it as soon as there is a seat."""

        def attempt() -> "Stream | None":
            try:
                return cls(url, path)
            except Refused:
                return None

        found = until(attempt, 10)
        assert found
        return found

    def next(self, seconds: float = 30) -> dict[str, Any]:
        text = self.client.receive(timeout=seconds)
        assert text is not None, f"no message within {seconds} s"
        found: dict[str, Any] = json.loads(text)
        return found

    def texts(self, number: int) -> list[str]:
        """Messages of the next log lines; nothing else may come between them."""
        return [self.next()["message"] for _ in range(number)]

    def stop_reading(self) -> None:
        """Leave what comes in the kernel's buffers: the reading thread waits until the stream is closed."""
        self.client.ws.receive_data = lambda _data: self._closed.wait()

    def break_off(self) -> None:
        """End the connection without a word."""
        self.client.sock.shutdown(socket.SHUT_RDWR)
        self.client.sock.close()

    def close(self) -> None:
        self._closed.set()
        try:
            self.client.close()
        except (ConnectionClosed, OSError):
            self.client.sock.close()

    def __enter__(self) -> "Stream":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
