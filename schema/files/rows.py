"""Rows of the trades file as bytes: one JSON object a line, a comma behind every row but the last."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from schema.files import exact

OPENING = b"["
CLOSING = b"\n]\n"

AMOUNTS = frozenset(
    (
        *("entry_price", "exit_price", "size", "gross_pnl", "fees", "funding", "pnl", "slippage", "pnl_usd"),
        *("mae", "mfe", "settle_usd"),
    )
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
    """Whether a line (its end stripped) is a row, without parsing it: rows hold no raw line ends."""
    return line.startswith(b"{") and line.endswith((b"}", b"},"))


def leading(line: bytes) -> bytes | None:
    """The whole row that a line begins with, None where there is none.

    A crash can leave pieces of old and new behind it, `{...},]`, where a write went over a sector's edge.
    """
    if not line.startswith(b"{"):
        return None
    try:
        text = line.decode("utf-8", "surrogateescape")
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return text[:end].encode("utf-8", "surrogateescape")


def foreign_array(path: Path) -> list[dict[str, Any]] | None:
    """The rows of a JSON array of objects in any layout (edited by hand, say); None for anything else."""
    content = path.read_bytes()
    if not content.rstrip().endswith(b"]"):  # a torn one is the usual case, and need not be parsed for that
        return None
    try:
        value = exact.loads(content.decode(), decimals=True)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return value
    return None
