"""Market time against the wall clock."""

import time
from collections.abc import Callable


class Clock:
    """Market time in ms: the wall clock, or one that starts where it is told and runs at `speed`."""

    def __init__(
        self, speed: float, start_ms: float | None = None, wall: Callable[[], float] = time.time
    ) -> None:
        self.speed = speed
        self._wall = wall
        self._is_wall = start_ms is None
        self._market_ms = start_ms if start_ms is not None else wall() * 1000
        self._since = wall()

    def ms(self) -> float:
        """Market time."""
        if self._is_wall:
            return self._wall() * 1000
        return self._market_ms + (self._wall() - self._since) * 1000 * self.speed

    def seconds_until(self, ms: float) -> float:
        """Wall seconds until market time is `ms`."""
        return (ms - self.ms()) / 1000 / (1.0 if self._is_wall else self.speed)

    def set_back(self, ms: float) -> None:
        """Go on from `ms`, where the machine could not keep up. The wall clock itself is not set back."""
        if not self._is_wall:
            self._market_ms, self._since = ms, self._wall()
