"""Lengths of bars, by the names that exchanges and people use."""

TIMEFRAMES: dict[str, int] = {
    "1m": 60,
    "3m": 180,
    "5m": 300,
    "15m": 900,
    "30m": 1_800,
    "1h": 3_600,
    "2h": 7_200,
    "4h": 14_400,
    "6h": 21_600,
    "12h": 43_200,
    "1d": 86_400,
}
"""Name to seconds. Each divides a UTC day, so that bars start at multiples of it since the epoch."""


def seconds(timeframe: str) -> int:
    """Length of a bar in seconds.

    Raises:
        ValueError: names the timeframes there are.
    """
    try:
        return TIMEFRAMES[timeframe]
    except KeyError:
        raise ValueError(f"unknown timeframe {timeframe!r}; there are {', '.join(TIMEFRAMES)}") from None
