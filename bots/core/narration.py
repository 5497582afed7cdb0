"""How the log tells entries and exits, and how it writes prices and money."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bots.core.books.trade import RoundTrip
from bots.core.events import Fill
from bots.core.instrument import ZERO, Instrument
from bots.core.ports import Level


def price_text(price: Decimal) -> str:
    """89448.50 -> 89,448.5"""
    text = f"{price:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_text(usd: Decimal) -> str:
    """70 -> +$70.00"""
    return f"{'-' if usd < 0 else '+'}${abs(usd):,.2f}"


Line = tuple[Level, str, dict[str, Any] | None]


def fill_lines(
    fill: Fill, instrument: Instrument, trip: RoundTrip | None, left: Decimal, cash: Decimal, named: bool
) -> Iterator[Line]:
    """The lines of a booked fill: what it took out of the position before it, and what it opened.

    `trip` was open before (now updated), `left` and `cash` were its figures; `named`: with the market.
    """
    leaving = trip.left - left if trip else ZERO
    if trip and leaving:
        if trigger := {"stop": "Stop-loss", "target": "Take-profit"}.get(fill.tag):
            yield "info", f"{trigger} triggered at {price_text(fill.price)}", None
        pnl = trip.cash if trip.is_closed else trip.cash - cash
        yield (
            "trade",
            f"EXIT {_what(fill, trip.side, leaving, named)}",
            {
                "action": "exit",
                "market": fill.market,
                "side": trip.side,
                "entry_price": float(instrument.average_price(trip.entered, trip.entry_value)),
                "exit_price": float(fill.price),
                "size": float(leaving),
                "pnl": float(pnl),
                "settle": instrument.settle,
                "reason": fill.reason or fill.tag,
            },
        )
    if entering := fill.size - leaving:
        side = "LONG" if fill.side == "Buy" else "SHORT"
        yield (
            "trade",
            f"ENTRY {_what(fill, side, entering, named)}",
            {
                "action": "entry",
                "market": fill.market,
                "side": side,
                "entry_price": float(fill.price),
                "size": float(entering),
                "reason": fill.reason or fill.tag,
            },
        )


def closed_line(fill: Fill, usd: Decimal) -> str:
    return f"Position closed at {price_text(fill.price)} | PnL: {money_text(usd)}"


def _what(fill: Fill, side: str, size: Decimal, named: bool) -> str:
    market = f" {fill.market}" if named else ""
    return f"{side}{market} @ {price_text(fill.price)} ({price_text(size)} contracts)"
