"""Trades in another order than that of the file: one pass over it keeps a key a row, never the rows."""

import heapq
import math
import sys
from array import array
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

FILE_ORDER = "exit_time"
"""Rows lie in the order in which trades closed: a page of it needs no look at the others."""

NUMBERS = (
    *("exit_time", "entry_time", "pnl", "pnl_usd", "gross_pnl", "fees", "funding", "slippage", "size"),
    *("entry_price", "exit_price", "mae", "mfe", "bars_held"),
)
TEXTS = ("side", "market", "entry_reason", "exit_reason")
SORT_FIELDS = (*NUMBERS, "duration", *TEXTS)


class TradeSort(NamedTuple):
    """By one of SORT_FIELDS; what is equal comes in the order of closing, in the same direction."""

    field: str = FILE_ORDER
    descending: bool = True


class Keys:
    """The keys of rows, by their numbers in the file. Rows without the field come last either way."""

    def __init__(self, sort: TradeSort) -> None:
        """Raises ValueError for a field that there is not."""
        if sort.field not in SORT_FIELDS:
            raise ValueError(f"{sort.field!r} is no field to sort by; there are {', '.join(SORT_FIELDS)}")
        self._sort = sort
        self._is_text = sort.field in TEXTS
        self._rows = array("Q")
        self._numbers = array("d")
        self._texts: list[str | None] = []

    def add(self, row: int, trade: dict[str, Any]) -> None:
        self._rows.append(row)
        if self._is_text:
            self._texts.append(_text(trade.get(self._sort.field)))
        else:
            self._numbers.append(_number_of(trade, self._sort.field))

    def __len__(self) -> int:
        return len(self._rows)

    def page(self, offset: int, limit: int) -> list[int]:
        """Numbers of the rows of a page."""
        wanted = min(offset + limit, len(self))
        if offset >= wanted:
            return []
        key = self._text_key if self._is_text else self._number_key
        best = heapq.nlargest if self._sort.descending else heapq.nsmallest
        return [self._rows[at] for at in _first(best, wanted, len(self), key)[offset:]]

    def _number_key(self, at: int) -> tuple[bool, float, int]:
        value = self._numbers[at]
        missing = math.isnan(value)
        return missing is not self._sort.descending, 0.0 if missing else value, at

    def _text_key(self, at: int) -> tuple[bool, str, int]:
        value = self._texts[at]
        return (value is None) is not self._sort.descending, value or "", at


def _first(
    best: Callable[..., list[int]], wanted: int, count: int, key: Callable[[int], Any]
) -> Sequence[int]:
    """Positions of the first rows in order; of most of them a plain sort is quicker than a heap."""
    if wanted * 8 < count:
        return best(wanted, range(count), key=key)
    return sorted(range(count), key=key, reverse=best is heapq.nlargest)[:wanted]


def _number_of(trade: dict[str, Any], field: str) -> float:
    if field == "duration":
        return _number(trade.get("exit_time")) - _number(trade.get("entry_time"))
    return _number(trade.get(field))


def _number(value: Any) -> float:
    """NaN for what is no number."""
    if isinstance(value, bool):
        return math.nan
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan
    return found if math.isfinite(found) else math.nan


def _text(value: Any) -> str | None:
    return sys.intern(value) if isinstance(value, str) else None
