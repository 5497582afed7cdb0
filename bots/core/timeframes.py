"""Lengths of bars by their names."""

SECONDS = {
    "1m": 60,
    "3m": 180,
    "5m": 300,
    "15m": 900,
    "30m": 1800,
    "1h": 3600,
    "2h": 7200,
    "4h": 14_400,
    "6h": 21_600,
    "12h": 43_200,
    "1d": 86_400,
}


def seconds(timeframe: str) -> int:
    """Length of a bar. Raises ValueError for a name that there is not."""
    try:
        return SECONDS[timeframe]
    except KeyError:
        raise ValueError(f"unknown timeframe {timeframe!r}; there are {', '.join(SECONDS)}") from None
