"""Rows of the trades file as bytes: one JSON object a line, a comma behind every row but the last."""

import json
from decimal import Decimal
from typing import Any

from schema.files import exact

OPENING = b"["
CLOSING = b"\n]\n"

AMOUNTS = frozenset(
    ("entry_price", "exit_price", "size", "gross_pnl", "fees", "funding", "pnl", "slippage", "pnl_usd")
)
"""Fields that are Decimals when a trade is read exactly; a price of 89450 would otherwise be an int."""


def encode(trade: dict[str, Any]) -> bytes:
    """A trade as one line without its end. Raises ValueError for NaN and for what JSON does not know."""
    return exact.dumps(trade).encode("utf-8", "backslashreplace")


def decode(line: bytes, decimals: bool = False) -> dict[str, Any] | None:
    """The trade in a line of the file; None where it holds no whole row (a bracket, a torn end ...)."""
    text = line.strip().removesuffix(b",")
    if not (text.startswith(b"{") and text.endswith(b"}")):
        return None
    try:
        row = exact.loads(text, decimals)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        return None
    return _typed(row) if decimals else row


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    for name in AMOUNTS & row.keys():
        if type(row[name]) is int:
            row[name] = Decimal(row[name])
    for name in ("entry_time", "exit_time"):
        if isinstance(row.get(name), Decimal):
            row[name] = float(row[name])
    for leg in row.get("legs") or ():
        if isinstance(leg, dict):
            _typed(leg)
    return row


def looks_whole(line: bytes) -> bool:
    """Whether a line is a row to its end, without parsing it: rows hold no raw line ends."""
    text = line.rstrip(b"\n").removesuffix(b",")
    return line.endswith(b"\n") and text.startswith(b"{") and text.endswith(b"}")


def foreign_array(content: bytes) -> list[dict[str, Any]] | None:
    """The rows of a JSON array of objects in any layout (edited by hand, say); None for anything else."""
    try:
        value = json.loads(content, parse_float=Decimal, parse_constant=exact._refuse)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return value
    return None
