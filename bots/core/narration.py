"""How the log tells entries and exits, and how it writes prices and money."""

from decimal import Decimal
from typing import Any

from bots.core.events import Fill
from bots.core.instrument import Instrument
from bots.core.trade import RoundTrip


def price_text(price: Decimal) -> str:
    """89448.50 -> 89,448.5"""
    text = f"{price:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_text(usd: Decimal) -> str:
    """70 -> +$70.00"""
    return f"{'-' if usd < 0 else '+'}${abs(usd):,.2f}"


def entry_line(fill: Fill, side: str, size: Decimal, named: bool) -> tuple[str, dict[str, Any]]:
    """Message and data of an entry; the market is in the message where the session has several."""
    data = {
        "action": "entry",
        "market": fill.market,
        "side": side,
        "entry_price": float(fill.price),
        "size": float(size),
        "reason": fill.reason or fill.tag,
    }
    return f"ENTRY {_what(fill, side, size, named)}", data


def exit_line(
    fill: Fill, trip: RoundTrip, instrument: Instrument, size: Decimal, pnl: Decimal, named: bool
) -> tuple[str, dict[str, Any]]:
    """Message and data of an exit. `pnl` is what it booked, in the settlement currency."""
    data = {
        "action": "exit",
        "market": fill.market,
        "side": trip.side,
        "entry_price": float(instrument.average_price(trip.entered, trip.entry_value)),
        "exit_price": float(fill.price),
        "size": float(size),
        "pnl": float(pnl),
        "settle": instrument.settle,
        "reason": fill.reason or fill.tag,
    }
    return f"EXIT {_what(fill, trip.side, size, named)}", data


def trigger_line(fill: Fill) -> str:
    """What led to a protective exit; empty for other fills."""
    name = {"stop": "Stop-loss", "target": "Take-profit"}.get(fill.tag)
    return f"{name} triggered at {price_text(fill.price)}" if name else ""


def closed_line(fill: Fill, usd: Decimal) -> str:
    return f"Position closed at {price_text(fill.price)} | PnL: {money_text(usd)}"


def _what(fill: Fill, side: str, size: Decimal, named: bool) -> str:
    market = f" {fill.market}" if named else ""
    return f"{side}{market} @ {price_text(fill.price)} ({price_text(size)} contracts)"
