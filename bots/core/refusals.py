"""Why an order is refused, in words: the same ones whichever engine runs it."""

from decimal import Decimal

WOULD_CROSS = "post-only would cross"
NOTHING_TO_REDUCE = "reduce-only, and there is no position to reduce"
EXPIRED = "it expired before it arrived"


def no_price(market: str) -> str:
    return f"{market} has no price yet"


def too_little_margin(needed: Decimal, leverage: Decimal, equity: Decimal, settle: str) -> str:
    return (
        f"margin: positions and orders would be worth {needed:f} {settle}, more than "
        f"{leverage.normalize():f} x the equity of {equity:f} {settle} less fees"
    )


def trail_too_long(trail: Decimal, price: Decimal) -> str:
    return f"a trail of {trail} from a price of {price} leaves nothing"


def stop_reached(stop: Decimal, price: Decimal) -> str:
    return f"its stop at {stop} is reached already at a price of {price}"


def price_too_low(price: Decimal) -> str:
    return f"a price of {price} is not above 0"
