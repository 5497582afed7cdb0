"""How long to wait before another attempt: longer each time, and never all at once."""

import random
from collections.abc import Callable


class Backoff:
    """Delays that double from `first` to `longest` seconds, each with a jitter of half of it."""

    def __init__(
        self,
        first: float = 0.5,
        longest: float = 30.0,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._first = first
        self._longest = longest
        self._uniform = uniform
        self._next = first

    def delay(self) -> float:
        """Seconds before the next attempt."""
        delay, self._next = self._next, min(self._next * 2, self._longest)
        return self._uniform(delay / 2, delay)

    def reset(self) -> None:
        """It worked: the next failure is tried again soon."""
        self._next = self._first
