"""How long to wait before the next start of something that ended by itself."""

from dataclasses import dataclass

HEALTHY_SECONDS = 60.0
"""A run of this length was no failed start: the count begins anew after it."""


@dataclass(frozen=True)
class Backoff:
    """Exponential delays: `first` seconds, then twice as long each time up to `longest`."""

    first: float
    longest: float

    def delay(self, attempts: int) -> float:
        """Seconds before the start that follows `attempts` failed ones in a row (0 after the first
        failure).
        """
        # 2.0 ** 1024 overflows; the longest delay is reached long before.
        return min(self.longest, self.first * 2.0 ** min(attempts, 64))


def attempts_after(attempts: int, lived: float) -> int:
    """How many failures in a row count, after one more run that lived for `lived` seconds."""
    return 0 if lived >= HEALTHY_SECONDS else attempts
