"""Heartbeats: the trading loop says that it turns, a thread carries it to the API.

The loop builds the payload, so a loop that hangs sends nothing; the thread only delivers, so an API that
hangs or is away never holds up trading.
"""

import json
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

Payload = dict[str, Any]

_TIMEOUT = 5.0
_TOO_OLD = 15.0  # seconds after which a payload says nothing about now any more
_FIRST_RETRY = 0.5
_STACK = 256 * 1024  # bytes; the default of 8 MB is counted by some limits


class Heartbeat:
    """Posts what `build` returns to the session's heartbeat address, every `interval` seconds on the
    monotonic clock.

    Attributes:
        refused: the API's words, once it said that a newer run of this session exists; the process then ends.
    """

    def __init__(
        self,
        api_url: str,
        session: str,
        token: str | None,
        interval: float,
        on_trouble: Callable[[str], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.refused: str | None = None
        self._post = _Post(api_url, f"/sessions/{session}/heartbeat", token)
        self._interval = interval
        self._on_trouble = on_trouble
        self._monotonic = monotonic
        self._next = monotonic()
        self._slot: tuple[float, Payload] | None = None
        self._wake = threading.Condition()
        self._closing = False
        self._unreachable = False
        previous = threading.stack_size(_STACK)
        self._thread = threading.Thread(target=self._deliver, name="heartbeat", daemon=True)
        self._thread.start()
        threading.stack_size(previous)

    def seconds_until_due(self) -> float:
        return max(0.0, self._next - self._monotonic())

    def turn(self, build: Callable[[], Payload]) -> bool:
        """Called on every turn of the trading loop; builds and hands over a payload when one is due."""
        now = self._monotonic()
        if now < self._next:
            return False
        # A late turn does not make the following ones come sooner: after a suspend there is no burst.
        self._next = max(self._next + self._interval, now + self._interval / 2)
        self._hand_over(build())
        return True

    def last(self, payload: Payload, wait: float = 1.0) -> None:
        """Deliver the final figures, waiting for at most `wait` seconds, and end the thread."""
        self._hand_over(payload)
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join(wait)

    def _hand_over(self, payload: Payload) -> None:
        with self._wake:
            self._slot = (self._monotonic(), payload)  # a newer one replaces one that waits
            self._wake.notify()

    def _deliver(self) -> None:
        delay = 0.0
        while True:
            with self._wake:
                while self._slot is None and not self._closing:
                    self._wake.wait()
                if self._slot is None or (self._closing and delay):
                    return
                built_at, payload = self._slot
                self._slot = None
            if self._monotonic() - built_at > _TOO_OLD:
                continue
            if self._send(payload):
                delay = 0.0
                continue
            delay = min(max(_FIRST_RETRY, delay * 2), self._interval)
            with self._wake:
                if self._slot is None:
                    self._slot = (built_at, payload)
                if not self._closing:
                    self._wake.wait(delay)

    def _send(self, payload: Payload) -> bool:
        try:
            status, answer = self._post(payload)
        except (OSError, HTTPException) as error:
            self._trouble(f"the API is unreachable ({error}); trading goes on and heartbeats are tried again")
            return False
        if status == 409 and answer.get("code") == "stale_run":
            self.refused = str(answer.get("message", "a newer run of this session exists"))
        elif status >= 500:
            self._trouble(
                f"the API answered a heartbeat with {status}: {answer.get('message', '')}; tried again"
            )
            return False
        elif status >= 400:
            self._trouble(f"the API refused a heartbeat with {status}: {answer.get('message', '')}")
        else:
            self._unreachable = False
        return True

    def _trouble(self, message: str) -> None:
        """Told once for each stretch of trouble, not once for each heartbeat."""
        if not self._unreachable:
            self._unreachable = True
            self._on_trouble(message)


class _Post:
    """POSTs JSON to one address; a connection for each, since servers close idle ones within seconds."""

    def __init__(self, url: str, path: str, token: str | None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no address of an API")
        self._connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host = parts.hostname
        self._port = parts.port
        self._path = parts.path.rstrip("/") + path
        self._headers = {"Content-Type": "application/json", "Connection": "close"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def __call__(self, payload: Payload) -> tuple[int, dict[str, Any]]:
        """Status and, where it was refused, the error object. Raises OSError or HTTPException."""
        connection = self._connect(self._host, self._port, timeout=_TIMEOUT)
        try:
            connection.request(
                "POST", self._path, json.dumps(payload, allow_nan=False).encode(), self._headers
            )
            response = connection.getresponse()
            body = response.read(65_536)
        finally:
            connection.close()
        return response.status, _error(body)


def _error(body: bytes) -> dict[str, Any]:
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return error if isinstance(error, dict) else {}
