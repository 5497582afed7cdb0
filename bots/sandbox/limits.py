"""Rate limits: so many requests within a rolling time."""

import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

IP_REQUESTS, IP_SECONDS = 600, 5.0
IP_CONNECTIONS, IP_CONNECTION_SECONDS = 500, 300.0


class Allowance(NamedTuple):
    """What a request was told about its limit."""

    allowed: bool
    limit: int
    remaining: int
    reset_ms: int

    def headers(self) -> dict[str, str]:
        return {
            "X-Bapi-Limit": str(self.limit),
            "X-Bapi-Limit-Status": str(self.remaining),
            "X-Bapi-Limit-Reset-Timestamp": str(self.reset_ms),
        }


class Window:
    """At most `limit` requests in any `seconds`."""

    def __init__(self, limit: int, seconds: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._seconds = seconds
        self._clock = clock
        self._taken: deque[float] = deque()

    def take(self, count: int = 1) -> Allowance:
        """Count `count` requests, if they are allowed."""
        now = self._clock()
        while self._taken and self._taken[0] <= now - self._seconds:
            self._taken.popleft()
        allowed = len(self._taken) + count <= self.limit
        if allowed:
            self._taken.extend([now] * count)
        wait = self._taken[0] + self._seconds - now if self._taken else 0.0
        reset = int((time.time() + max(wait, 0.0)) * 1000)
        return Allowance(allowed, self.limit, self.limit - len(self._taken), reset)


class AddressLimits:
    """Limits by network address: too many requests mean a ban, during which everything is refused."""

    def __init__(self, ban_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._ban_seconds = ban_seconds
        self._clock = clock
        self._requests: dict[str, Window] = {}
        self._connections: dict[str, Window] = {}
        self._banned: dict[str, float] = {}

    def request(self, address: str) -> bool:
        """Whether a request from there is allowed."""
        if self._banned.get(address, 0.0) > self._clock():
            return False
        window = self._requests.setdefault(address, Window(IP_REQUESTS, IP_SECONDS, self._clock))
        if window.take().allowed:
            return True
        self._banned[address] = self._clock() + self._ban_seconds
        return False

    def connection(self, address: str) -> bool:
        """Whether a new WebSocket from there is allowed."""
        window = Window(IP_CONNECTIONS, IP_CONNECTION_SECONDS, self._clock)
        return self._connections.setdefault(address, window).take().allowed

    def lift(self) -> None:
        """Forget all bans."""
        self._banned.clear()
        self._requests.clear()
        self._connections.clear()
