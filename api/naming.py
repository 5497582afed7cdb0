"""Names of sessions that were given none: coin, type and a number, as in "BTC Test #3"."""

from schema import markets


def coin(market: str, exchange: str) -> str:
    """Short name of a market: its coin, or the coins of a pair with a slash between them."""
    return "/".join(spec.base for spec in markets.resolve_all(market, exchange))
