# mypy: disable-error-code="no-any-return"
# What an array of the kernel holds is known to Numba, and not to mypy.
"""Prints: the mark and the quote move, and what they reach is filled."""

from bots.core.compiled import books, path
from bots.core.compiled import layout as L
from bots.core.compiled.cache import kernel
from bots.core.compiled.matching import liquidate, match
from bots.core.compiled.memory import State
from bots.core.compiled.orderbook import reach
from bots.core.compiled.requests import place_exits, place_rearmed


@kernel
def first_side(s: State, candle: int) -> int:
    """1 where the first print of a candle is a rise from the close before it, or no fall."""
    return -1 if candle > 0 and s.open[candle] < s.close[candle - 1] else 1


@kernel
def set_quote(s: State, candle: int, step: int, level: int, side: int) -> None:
    i = s.i
    i[L.QUOTE_CANDLE], i[L.QUOTE_STEP], i[L.SIDE] = candle, step, side
    i[L.MARK] = level
    if side > 0:
        i[L.BID], i[L.ASK] = max(level - i[L.SPREAD], 1), level
    else:
        i[L.BID], i[L.ASK] = level, level + i[L.SPREAD]
    i[L.HAS_TICK] = 1


@kernel
def stand_at_close(s: State, candle: int) -> None:
    """The last print of a candle, also of one that was passed over: see `path.CandlePath.last`."""
    open_, high, low, close = s.open[candle], s.high[candle], s.low[candle], s.close[candle]
    if close < open_:
        side = 1 if close > low else -1
    elif close < high:
        side = -1
    else:
        side = 1 if low < high else first_side(s, candle)
    set_quote(s, candle, s.i[L.STEPS] - 1, close, side)


@kernel
def stand_at(s: State, step: int) -> None:
    """Time and quote of a step of the candle."""
    i, candle = s.i, s.i[L.CANDLE]
    way = path.corners(s.open[candle], s.high[candle], s.low[candle], s.close[candle], i[L.STEPS])
    side = path.side_at(way, step, i[L.STEPS], first_side(s, candle))
    s.f[L.NOW] = max(s.f[L.NOW], time_of(s, step))
    set_quote(s, candle, step, path.level_at(way, step, i[L.STEPS]), side)


@kernel
def time_of(s: State, step: int) -> float:
    return float(s.ts[s.i[L.CANDLE]]) + float(step) * s.f[L.BASE] / float(s.i[L.STEPS])


@kernel
def take_print(s: State, ts: float, step: int, level: int, side: int) -> None:
    """A print: the mark moves, and what can fill is filled."""
    i, f = s.i, s.f
    f[L.NOW] = max(f[L.NOW], ts)
    set_quote(s, i[L.CANDLE], step, level, side)
    books.see(i, level, level)
    i[L.GROUPS] = 0
    if i[L.STALE]:
        reach(s)
    if level > i[L.FIRES_LOW] and level < i[L.FIRES_HIGH] and ts < f[L.EXPIRY]:
        return
    if i[L.DIRECTION] != 0 and books.is_exhausted(s):
        liquidate(s, ts)
    if i[L.OPEN]:
        match(s, ts)
        place_rearmed(s)
    place_exits(s)
