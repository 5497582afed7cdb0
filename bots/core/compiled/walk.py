# mypy: disable-error-code="no-any-return"
# What an array of the kernel holds is known to Numba, and not to mypy.
"""The way through a candle after its first print, from one step at which something can happen to the next."""

from bots.core.compiled import books, path
from bots.core.compiled import layout as L
from bots.core.compiled.cache import kernel
from bots.core.compiled.memory import State
from bots.core.compiled.orderbook import reach
from bots.core.compiled.prints import first_side, stand_at, take_print, time_of


@kernel
def enter_way(s: State) -> None:
    """See whether anything can happen in the rest of the candle; if not, it is over."""
    i, f, candle = s.i, s.f, s.i[L.CANDLE]
    if i[L.STALE]:
        reach(s)
    low, high = s.low[candle], s.high[candle]
    can_happen = low <= i[L.FIRES_LOW] or high >= i[L.FIRES_HIGH]
    if can_happen or float(s.ts[candle]) + f[L.BASE] > f[L.EXPIRY]:
        i[L.IN_CANDLE], i[L.RANGE_LOW], i[L.RANGE_HIGH] = 1, low, high
        i[L.STEP], i[L.PHASE] = 1, L.ON_WAY
    else:
        books.see(i, low, high)
        _end_candle(s)


@kernel
def _end_candle(s: State) -> None:
    i, candle = s.i, s.i[L.CANDLE]
    if candle == i[L.CANDLES] - 1:
        stand_at(s, i[L.STEPS] - 1)
        i[L.PHASE] = L.AT_END
    else:
        i[L.CANDLE], i[L.PHASE] = candle + 1, L.AT_OPEN


@kernel
def walk(s: State) -> None:
    """Go to the next step of the way at which something can happen, or to its end."""
    i, candle, steps = s.i, s.i[L.CANDLE], s.i[L.STEPS]
    if i[L.STALE]:
        reach(s)
    way = path.corners(s.open[candle], s.high[candle], s.low[candle], s.close[candle], steps)
    start = i[L.STEP]
    step = path.step_reaching(way, start, steps, i[L.FIRES_LOW], i[L.FIRES_HIGH])
    if s.f[L.EXPIRY] < float(s.ts[candle]) + s.f[L.BASE]:
        due = start
        while due < step and time_of(s, due) < s.f[L.EXPIRY]:
            due += 1
        step = due
    last = min(step, steps - 1)
    if start <= last:
        _see_between(s, way, start, last)
    if step == steps:
        stand_at(s, steps - 1)
        _end_candle(s)
        return
    i[L.STEP] = step + 1
    side = path.side_at(way, step, steps, first_side(s, candle))
    take_print(s, time_of(s, step), step, path.level_at(way, step, steps), side)


@kernel
def _see_between(s: State, way: path.Corners, first: int, last: int) -> None:
    """The marks of these steps: each leg is straight, so its ends tell its extremes."""
    steps = s.i[L.STEPS]
    for step in (first, way[4], way[5], last):
        if first <= step <= last:
            level = path.level_at(way, step, steps)
            books.see(s.i, level, level)
