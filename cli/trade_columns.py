"""The table of closed trades."""

from cli import output
from cli.output import Row


def _excursion(name: str) -> output.Column:
    """In the currency of the PnL, which the table says already."""
    return name.upper(), lambda trade: output.money(trade.get(name), trade["settle"]).split(" ")[0]


def _bars(trade: Row) -> str:
    bars = trade.get("bars_held")
    return "-" if bars is None else f"{bars:,}"


TRADE_COLUMNS: list[output.Column] = [
    ("Closed", lambda t: output.clock(t["exit_time"])),
    ("Side", lambda t: t["side"]),
    ("Size", lambda t: f"{t['size']:g}"),
    ("Entry", lambda t: output.price(t["entry_price"])),
    ("Exit", lambda t: output.price(t["exit_price"])),
    ("PnL", lambda t: output.money(t["pnl"], t["settle"])),
    ("Fees", lambda t: output.money(-t["fees"], t["settle"])),
    ("In USD", lambda t: output.money(t["pnl_usd"])),
    _excursion("mae"),
    _excursion("mfe"),
    ("Bars", _bars),
    ("Held", lambda t: output.duration(t["exit_time"] - t["entry_time"])),
    ("Entered", lambda t: t["entry_reason"]),
    ("Left", lambda t: t["exit_reason"]),
]
"""MAE, MFE and bars are a dash for trades recorded before they were noted."""
