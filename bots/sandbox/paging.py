"""Pages and spans of time of the exchange's lists."""

import re

from bots.sandbox.errors import bad_parameter
from bots.sandbox.parameters import Parameters
from bots.sandbox.state import MarketState

WEEK_MS = 7 * 86_400_000
_CURSOR = re.compile(r"before(?:%3D|=)(\d{1,18})")


def cursor(before: int | None) -> str:
    """What a client sends for the next page; it holds %3D, as the real ones do."""
    return "" if before is None else f"before%3D{before}"


def page_start(asked: Parameters) -> int | None:
    """The sequence number before which the page asked for begins."""
    text = asked.text("cursor")
    if not text:
        return None
    found = _CURSOR.fullmatch(text)
    if not found:
        raise bad_parameter("cursor invalid")
    return int(found[1])


def span(state: MarketState, asked: Parameters) -> tuple[int, int]:
    """startTime ... endTime, at most seven days; one end alone means the seven days from or before it."""
    start, end = asked.time("startTime"), asked.time("endTime")
    if start is None and end is None:
        end = state.time() + 1
    if start is None:
        assert end is not None
        start = end - WEEK_MS
    if end is None:
        end = start + WEEK_MS
    if not 0 <= end - start <= WEEK_MS:
        raise bad_parameter("the time range must be at most 7 days")
    return start, end
