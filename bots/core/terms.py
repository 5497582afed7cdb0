"""The terms of an order, as a strategy states them."""

from decimal import Decimal
from typing import Literal, TypedDict

Number = Decimal | int | float | str
"""Sizes and prices may be given as any of these; 0.1 means exactly one tenth."""

GroupKind = Literal["all_or_none", "one_cancels_other"]
"""Orders placed together: taken on together or not at all; or shrinking by each other's fills."""


class Terms(TypedDict, total=False):
    """How an order shall be filled. Prices and distances are in the market's currency.

    Keys:
        limit: at this price or better. With a trigger: once that is reached.
        trigger: a stop: at market once the price has moved against the side to here (up for a buy).
        if_touched: a take-profit: at market once the price has moved in its favour to here (down for a buy).
        trail: a stop that follows the best price since it was placed at this distance.
        stop, target: exits placed once it fills, reduce-only; the one cancels the other.
        reduce_only: never opens or enlarges a position.
        post_only: refused instead of taking liquidity; for limit orders.
        time_in_force: "GTC" (default), "IOC" (the rest is cancelled), "FOK" (whole or not at all), "GTD".
        expires: Unix seconds at which a GTD order expires.
        rearm: once filled whole, the opposite limit order is placed at this distance, and so on.
        reason: told in the log and in the trade.
    """

    limit: Number | None
    trigger: Number | None
    if_touched: Number | None
    trail: Number | None
    stop: Number | None
    target: Number | None
    reduce_only: bool
    post_only: bool
    time_in_force: str
    expires: float | None
    rearm: Number | None
    reason: str
