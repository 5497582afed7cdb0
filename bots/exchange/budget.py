"""How many requests may be sent: a token bucket, shared by everything in a process that asks an exchange."""

from dataclasses import dataclass

RATE = 60.0
"""Requests a second. Bybit allows 600 in 5 s for an address; half is left to its other processes."""

BURST = 60.0


@dataclass
class Counters:
    """Since the process began. `waited` is in seconds."""

    requests: int = 0
    failures: int = 0
    retries: int = 0
    waited: float = 0.0


class Budget:
    """A token bucket. Times are seconds on any one clock."""

    def __init__(self, rate: float = RATE, burst: float = BURST) -> None:
        self.counters = Counters()
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._at: float | None = None
        self._closed_until = 0.0

    def reserve(self, now: float) -> float:
        """Take one token; gives the seconds to wait before using it."""
        if self._at is not None:
            self._tokens = min(self._burst, self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = now
        self._tokens -= 1
        wait = max(0.0, -self._tokens / self._rate, self._closed_until - now)
        self.counters.requests += 1
        self.counters.waited += wait
        return wait

    def close_for(self, now: float, seconds: float) -> None:
        """Nothing may be asked for `seconds`: the exchange said so."""
        self._closed_until = max(self._closed_until, now + seconds)
