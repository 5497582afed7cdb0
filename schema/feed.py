"""Past candles from the data agent of an exchange, for those who follow no market.

The agent's whole protocol is told in `bots.feed.protocol`; this is the request of it that others make too.
"""

import json
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

LONGEST_ANSWER = 16 * 1024 * 1024
"""Bytes of the agent's longest line."""

_CHUNK = 256 * 1024

CandleRow = Sequence[Any]  # [ts, open, high, low, close, volume]: time in seconds, the rest text


class AgentDown(Exception):
    """The agent does not run, or went away, or did not answer in time; the text says which."""


class AgentRefused(Exception):
    """The agent answered that it has no candles to give; the text says why."""


def candles_request(rid: int, market: str, timeframe: str, start: float, end: float) -> bytes:
    """The line that asks for candles which open in [start, end)."""
    request = {"op": "candles", "market": market, "timeframe": timeframe, "start": start, "end": end}
    return json.dumps({**request, "rid": rid}, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


class PastCandles:
    """One connection, for a few requests in a row; a context manager."""

    def __init__(self, path: Path, exchange: str, deadline: float) -> None:
        """Connect and hear whose agent it is.

        Args:
            deadline: moment on `time.monotonic()` at which everything is given up.

        Raises:
            AgentDown.
        """
        self._exchange = exchange
        self._deadline = deadline
        self._rest = b""
        self._last_rid = 0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        try:
            self._socket.settimeout(self._left())
            self._socket.connect(str(path))
            self._greet()
        except OSError as error:
            self.close()
            raise AgentDown(
                f"the data agent of {exchange} does not run ({error.strerror or error})"
            ) from None
        except AgentDown:
            self.close()
            raise

    def _greet(self) -> None:
        hello = self._message()
        if hello.get("t") != "hello" or hello.get("exchange") != self._exchange:
            raise AgentDown(f"what answers is not the data agent of {self._exchange}")

    def pages(self, market: str, timeframe: str, start: int, end: int) -> Iterator[list[CandleRow]]:
        """Closed candles that open in [start, end), oldest first, as the exchange has them.

        Raises:
            AgentDown, AgentRefused.
        """
        self._last_rid += 1
        self._send(candles_request(self._last_rid, market, timeframe, start, end))
        more = True
        while more:
            answer = self._answer()
            more = bool(answer.get("more"))
            yield answer.get("rows") or []

    def _answer(self) -> dict[str, Any]:
        """The next answer to the latest request; what else the agent tells is passed over."""
        while True:
            message = self._message()
            if message.get("rid") != self._last_rid:
                continue
            if message.get("t") == "error":
                raise AgentRefused(str(message.get("message", "no reason given")))
            return message

    def _send(self, line: bytes) -> None:
        try:
            self._socket.settimeout(self._left())
            self._socket.sendall(line)
        except OSError as error:
            raise self._gone(error) from None

    def _message(self) -> dict[str, Any]:
        while b"\n" not in self._rest:
            try:
                self._socket.settimeout(self._left())
                chunk = self._socket.recv(_CHUNK)
            except OSError as error:
                raise self._gone(error) from None
            if not chunk or len(self._rest) > LONGEST_ANSWER:
                raise AgentDown(f"the data agent of {self._exchange} went away")
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise AgentDown(f"what answers is not the data agent of {self._exchange}")
        return message

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _gone(self, error: OSError) -> AgentDown:
        if isinstance(error, TimeoutError):
            return AgentDown(f"the data agent of {self._exchange} did not answer in time")
        return AgentDown(f"the data agent of {self._exchange} went away ({error.strerror or error})")

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> "PastCandles":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
