"""The terms of an order, as a strategy states them."""

from decimal import Decimal
from typing import Literal, TypedDict

Number = Decimal | int | float | str
"""Sizes and prices may be given as any of these; 0.1 means exactly one tenth."""

GroupKind = Literal["all_or_none", "one_cancels_other"]
"""How orders that are placed together hang together: all of them are taken on or none; or each fill of one
makes the others smaller by as much."""


class Terms(TypedDict, total=False):
    """How an order shall be filled. Prices and distances are in the market's currency.

    Keys:
        limit: fills at this price or better; beside `trigger` or `if_touched`, only once that is reached.
        trigger: a stop order: fills at market once the price has come up to here (a sell: down).
        if_touched: a take-profit order: fills at market once the price has come down to here (a sell: up).
        trail: a stop at this distance from the best price since it arrived.
        stop, target: exits placed once it fills, reduce-only; the one cancels the other. An order that takes
            while the market is at its stop already, or beyond, is refused.
        reduce_only: never opens or enlarges a position.
        post_only: refused instead of taking liquidity; for limit orders.
        time_in_force: "GTC" (default): until cancelled; "IOC": what does not fill at once is cancelled;
            "FOK": filled whole at once, or cancelled; "GTD": until `expires`.
        expires: Unix seconds at which a GTD order expires.
        rearm: for limit orders: once filled whole, one of the other side is placed this far away in its
            favour, which does the same in turn.
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
