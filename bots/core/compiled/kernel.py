# mypy: disable-error-code="no-any-return"
# What an array of the kernel holds is known to Numba, and not to mypy.
"""The loop over the candles: from event to event, and back to Python only where somebody must be told.

Each candle: funding, its first print, the close of the candle before it with the strategy's decision, funding
within it, the rest of its way. A candle in which nothing can happen is one comparison.
"""

from bots.core.compiled import books, path
from bots.core.compiled import double_double as dd
from bots.core.compiled import layout as L
from bots.core.compiled.cache import entry, kernel
from bots.core.compiled.events import new_event
from bots.core.compiled.matching import liquidate, match
from bots.core.compiled.memory import Array, State, state_of
from bots.core.compiled.orderbook import drop, reach
from bots.core.compiled.requests import accept, new_order, place_exits, place_rearmed, take_inbox

Sizes = tuple[float, float, float, float, float, bool, bool]


@entry
def advance(table: Array) -> int:
    """Go on until bar STOP_BAR is closed, candle STOP_CANDLE is reached, or somebody must be told.

    The inbox is taken when the bar is closed; with AT_ONCE (an answer to what was told) right now. Gives why
    it came back; WAKE_BAR is then the first bar before which something may happen again.
    """
    s = state_of(table)
    i = s.i
    if not _has_room(s):
        return L.MAKE_ROOM
    if i[L.AT_ONCE] == L.ONLY:
        i[L.AT_ONCE] = L.AT_BAR
        take_inbox(s)
        return L.PAUSED
    if i[L.AT_ONCE] == L.IMMEDIATELY:
        i[L.AT_ONCE] = L.AT_BAR
        if _answered(s):
            return L.TELL_FILLS
    if i[L.BAR] <= i[L.STOP_BAR]:
        code = _proceed(s)
        if code != L.TELL_BAR:
            return code
    if _answered(s):
        return L.TELL_FILLS
    _look_ahead(s)
    return L.TELL_BAR


@kernel
def _answered(s: State) -> bool:
    """Take the inbox; whether there are fills to tell."""
    take_inbox(s)
    place_exits(s)
    return _must_tell(s)


@kernel
def _must_tell(s: State) -> bool:
    count = s.i[L.UNTOLD]
    s.i[L.UNTOLD] = 0
    return count > 0 and s.i[L.HANDLES_FILLS] != 0


@kernel
def _has_room(s: State) -> bool:
    """Whether the arrays hold whatever one print and the inbox can come to."""
    i = s.i
    most = i[L.OPEN] + i[L.INBOX] + 4
    return (
        i[L.FREE] > 4 * most
        and len(s.outbox) > i[L.OUTBOX] + 12 * most
        and len(s.trades) > i[L.TRADES] + 4 * most
        and len(s.sample_ts) > i[L.SAMPLES] + 4 * most + 4
    )


@kernel
def _proceed(s: State) -> int:
    i = s.i
    while True:
        if i[L.PHASE] == L.AT_OPEN:
            _idle(s)
            if i[L.CANDLE] >= i[L.STOP_CANDLE]:
                return L.PAUSED
            if not _has_room(s):
                return L.MAKE_ROOM
            if _fund(s, float(s.ts[i[L.CANDLE]]), True):
                return L.TELL_FUNDING
            _open_candle(s)
            i[L.PHASE] = L.AT_BARS
            if not i[L.STARTED]:
                i[L.STARTED] = 1
                return L.TELL_START
            if _must_tell(s):
                return L.TELL_FILLS
        if i[L.PHASE] == L.AT_BARS:
            code = _close_bars(s)
            if code != L.DONE:
                return code
            i[L.PHASE] = L.AT_WAY
        if i[L.PHASE] == L.AT_WAY:
            if _fund(s, float(s.ts[i[L.CANDLE]]) + s.f[L.BASE], False):
                return L.TELL_FUNDING
            _enter_way(s)
        while i[L.PHASE] == L.ON_WAY:
            if not _has_room(s):
                return L.MAKE_ROOM
            _walk(s)
            if _must_tell(s):
                return L.TELL_FILLS
        if i[L.PHASE] == L.AT_END:
            _finish(s)
            return L.DONE


@kernel
def _idle(s: State) -> None:
    """Pass over candles in which nothing happens but that bars close and the equity is noted."""
    i, f = s.i, s.f
    if not i[L.STARTED]:
        return
    if i[L.STALE]:
        reach(s)
    first, base = i[L.CANDLE], int(f[L.BASE])
    until = f[L.EXPIRY] if i[L.FUNDING] >= i[L.FUNDINGS] else min(f[L.EXPIRY], s.funding[i[L.FUNDING], 0])
    end = min(i[L.STOP_CANDLE], i[L.CANDLES] - 1, first + len(s.sample_ts) - i[L.SAMPLES] - 8)
    is_touchable = i[L.OPEN] > 0 or i[L.DIRECTION] != 0
    is_plain, is_open = len(s.closing) == 0, i[L.DIRECTION] != 0
    low, high = i[L.FIRES_LOW], i[L.FIRES_HIGH]
    lows, highs, stamps, opens, targets = s.low, s.high, s.ts, s.open, s.targets
    times, equities, drawdowns = s.sample_ts, s.sample_equity, s.sample_drawdown
    has_targets, warmup, known, bars = i[L.FOLLOWS_TARGETS] != 0, i[L.WARMUP], f[L.WANTED], i[L.BARS]
    peak, deepest = f[L.PEAK], f[L.DEEPEST]
    lowest, highest, bar, stop, now = i[L.LOWEST], i[L.HIGHEST], i[L.BAR], i[L.STOP_BAR], f[L.NOW]
    ends_at = until - float(base)
    candle = first
    sizes = _sizes(s)
    row, closed = i[L.SAMPLES], i[L.BARS_CLOSED]
    while candle < end:
        if is_touchable and (lows[candle] <= low or highs[candle] >= high):
            break
        if float(stamps[candle]) > ends_at:
            break
        if is_plain:
            if bar >= stop:
                break
            if has_targets and bar + 1 >= warmup:
                wanted = targets[bar]
                if wanted == wanted and wanted != known:
                    break
            now = max(now, float(stamps[candle]), float(stamps[candle - 1] + base))
            equity = _equity(sizes, opens[candle])
            peak = max(peak, equity)
            drawdown = (peak - equity) / peak * 100.0 if peak > 0.0 else 0.0
            deepest = max(deepest, drawdown)
            times[row], equities[row], drawdowns[row] = now, equity, drawdown
            row, closed, bar = row + 1, closed + 1, bar + 1
        elif bar < bars and s.closing[bar] == candle - 1:
            break
        if is_open:
            lowest, highest = min(lowest, lows[candle]), max(highest, highs[candle])
        candle += 1
    if candle > first:
        i[L.LOWEST], i[L.HIGHEST], i[L.CANDLE] = lowest, highest, candle
        i[L.SAMPLES], i[L.BARS_CLOSED], i[L.BAR] = row, closed, bar
        f[L.PEAK], f[L.DEEPEST] = peak, deepest
        f[L.NOW] = max(now, float(stamps[candle - 1]))
        if candle - 1 > i[L.FIRST]:
            f[L.VOLUME] = s.volume[candle - 2]
            f[L.NOW] = max(f[L.NOW], float(stamps[candle - 2] + base))
        _set_quote(s, candle - 1, 0, opens[candle - 1], _first_side(s, candle - 1))


@kernel
def _sizes(s: State) -> Sizes:
    """What `books.equity_float` reckons with, as long as nothing is booked."""
    i = s.i
    return (
        float(i[L.CASH]) / dd.UNITS,
        books.size_float(i, books.open_lots(i)) if i[L.DIRECTION] != 0 else 0.0,
        s.f[L.OPEN_COST],
        float(i[L.PRICE_UP]),
        float(i[L.PRICE_DOWN]),
        i[L.INVERSE] != 0,
        (i[L.DIRECTION] > 0) != (i[L.INVERSE] != 0),
    )


@kernel
def _equity(sizes: Sizes, level: int) -> float:
    """The same as `books.equity_float` at another mark."""
    cash, size, cost, up, down, is_inverse, is_rising = sizes
    if size == 0.0:
        return cash
    price = float(level) * up / down
    value = size / price if is_inverse else size * price
    return cash + (value - cost) if is_rising else cash + (cost - value)


@kernel
def _first_side(s: State, candle: int) -> int:
    """1 where the first print of a candle is a rise from the close before it, or no fall."""
    return -1 if candle > 0 and s.open[candle] < s.close[candle - 1] else 1


@kernel
def _stand_at_close(s: State, candle: int) -> None:
    """The last print of a candle, also of one that was passed over: see `path.CandlePath.last`."""
    open_, high, low, close = s.open[candle], s.high[candle], s.low[candle], s.close[candle]
    if close < open_:
        side = 1 if close > low else -1
    elif close < high:
        side = -1
    else:
        side = 1 if low < high else _first_side(s, candle)
    _set_quote(s, candle, s.i[L.STEPS] - 1, close, side)


@kernel
def _set_quote(s: State, candle: int, step: int, level: int, side: int) -> None:
    i = s.i
    i[L.QUOTE_CANDLE], i[L.QUOTE_STEP], i[L.SIDE] = candle, step, side
    i[L.MARK] = level
    if side > 0:
        i[L.BID], i[L.ASK] = max(level - i[L.SPREAD], 1), level
    else:
        i[L.BID], i[L.ASK] = level, level + i[L.SPREAD]
    i[L.HAS_TICK] = 1


@kernel
def _print(s: State, ts: float, step: int, level: int, side: int) -> None:
    """A print: the mark moves, and what can fill is filled."""
    i, f = s.i, s.f
    f[L.NOW] = max(f[L.NOW], ts)
    _set_quote(s, i[L.CANDLE], step, level, side)
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


@kernel
def _open_candle(s: State) -> None:
    """The first print of a candle."""
    i, candle = s.i, s.i[L.CANDLE]
    i[L.AMBIGUOUS_NOW] = i[L.IN_CANDLE] = 0
    _print(s, float(s.ts[candle]), 0, s.open[candle], _first_side(s, candle))


@kernel
def _close_bars(s: State) -> int:
    """The candle before is closed: its bars go to the strategy. DONE once all of them have."""
    i, f, closed = s.i, s.f, s.i[L.CANDLE] - 1
    if i[L.CANDLE] == i[L.FIRST]:
        return L.DONE
    f[L.VOLUME] = s.volume[closed]
    f[L.NOW] = max(f[L.NOW], float(s.ts[closed]) + f[L.BASE])
    while i[L.BAR] < i[L.BARS] and _closing(s, i[L.BAR]) == closed:
        i[L.BARS_CLOSED] += 1
        i[L.BAR] += 1
        books.sample(s)
        if i[L.BAR] < i[L.WARMUP]:
            continue
        if i[L.FOLLOWS_TARGETS]:
            _follow(s, i[L.BAR] - 1)
            if _must_tell(s):
                return L.TELL_FILLS
        elif i[L.HANDLES_BARS] and i[L.BAR] > i[L.STOP_BAR]:
            return L.TELL_BAR
    return L.DONE


@kernel
def _closing(s: State, bar: int) -> int:
    """The candle with which a bar is complete."""
    return bar if len(s.closing) == 0 else s.closing[bar]


@kernel
def _follow(s: State, bar: int) -> None:
    """Buy or sell what lies between the position and the one wanted."""
    wanted = s.targets[bar]
    if wanted != wanted or wanted == s.f[L.WANTED]:
        return
    s.f[L.WANTED] = wanted
    missing = s.target_lots[bar] - books.position(s.i)
    if missing == 0:
        return
    slot = new_order(s, 1 if missing > 0 else -1, abs(missing))
    order = s.orders[slot]
    order[L.TAG], order[L.REASON], order[L.LABEL] = L.TAG_REBALANCE, L.TEXT_TARGETS, L.TEXT_TARGETS
    accept(s, slot, s.f[L.NOW])


@kernel
def _fund(s: State, until: float, inclusive: bool) -> bool:
    """Book the next funding stamps up to this time; whether the strategy must be told of one."""
    i = s.i
    while i[L.FUNDING] < i[L.FUNDINGS]:
        row = s.funding[i[L.FUNDING]]
        if row[0] > until or (row[0] == until and not inclusive):
            return False
        if inclusive and i[L.CANDLE] > i[L.FIRST]:
            _stand_at_close(s, i[L.CANDLE] - 1)
        i[L.FUNDING] += 1
        s.f[L.NOW] = max(s.f[L.NOW], row[0])
        was_open = i[L.DIRECTION] != 0
        mark = (row[3], row[4])
        if mark[0] != mark[0]:
            level = s.open[i[L.CANDLE]]
            if i[L.CANDLE] > i[L.FIRST] and row[0] < float(s.ts[i[L.CANDLE]]):
                level = s.close[i[L.CANDLE] - 1]  # in a gap
            mark = dd.ratio(level * i[L.PRICE_UP], i[L.PRICE_DOWN])
        change = books.fund(s, (row[1], row[2]), mark)
        i[L.STALE] = 1
        i[L.EPOCH] += was_open
        if was_open and i[L.WRITES_LOG]:
            new_event(s, L.EV_FUNDED, i[L.FUNDING] - 1)[L.E_PNL] = change
        if i[L.HANDLES_FUNDING] and i[L.STARTED] and i[L.BAR] >= i[L.WARMUP]:
            return True
    return False


@kernel
def _enter_way(s: State) -> None:
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
        _stand_at(s, i[L.STEPS] - 1)
        i[L.PHASE] = L.AT_END
    else:
        i[L.CANDLE], i[L.PHASE] = candle + 1, L.AT_OPEN


@kernel
def _stand_at(s: State, step: int) -> None:
    """Time and quote of a step of the candle."""
    i, candle = s.i, s.i[L.CANDLE]
    way = path.corners(s.open[candle], s.high[candle], s.low[candle], s.close[candle], i[L.STEPS])
    side = path.side_at(way, step, i[L.STEPS], _first_side(s, candle))
    s.f[L.NOW] = max(s.f[L.NOW], _time_of(s, step))
    _set_quote(s, candle, step, path.level_at(way, step, i[L.STEPS]), side)


@kernel
def _time_of(s: State, step: int) -> float:
    return float(s.ts[s.i[L.CANDLE]]) + float(step) * s.f[L.BASE] / float(s.i[L.STEPS])


@kernel
def _walk(s: State) -> None:
    """Go to the next step of the way at which something can happen, or to its end."""
    i, candle, steps = s.i, s.i[L.CANDLE], s.i[L.STEPS]
    if i[L.STALE]:
        reach(s)
    way = path.corners(s.open[candle], s.high[candle], s.low[candle], s.close[candle], steps)
    start = i[L.STEP]
    step = path.step_reaching(way, start, steps, i[L.FIRES_LOW], i[L.FIRES_HIGH])
    if s.f[L.EXPIRY] < float(s.ts[candle]) + s.f[L.BASE]:
        due = start
        while due < step and _time_of(s, due) < s.f[L.EXPIRY]:
            due += 1
        step = due
    last = min(step, steps - 1)
    if start <= last:
        _see_between(s, way, start, last)
    if step == steps:
        _stand_at(s, steps - 1)
        _end_candle(s)
        return
    i[L.STEP] = step + 1
    side = path.side_at(way, step, steps, _first_side(s, candle))
    _print(s, _time_of(s, step), step, path.level_at(way, step, steps), side)


@kernel
def _see_between(s: State, way: path.Corners, first: int, last: int) -> None:
    """The marks of these steps: each leg is straight, so its ends tell its extremes."""
    steps = s.i[L.STEPS]
    for step in (first, way[4], way[5], last):
        if first <= step <= last:
            level = path.level_at(way, step, steps)
            books.see(s.i, level, level)


@kernel
def _finish(s: State) -> None:
    """Cancel what rests, close what is open at the best opposite price."""
    i = s.i
    while i[L.OPEN]:
        drop(s, s.queue[0], L.CANCELLED)
    if i[L.DIRECTION] != 0:
        slot = new_order(s, -i[L.DIRECTION], books.open_lots(i))
        order = s.orders[slot]
        order[L.REDUCE], order[L.TAG] = 1, L.TAG_EXIT
        order[L.REASON] = order[L.LABEL] = L.TEXT_END
        accept(s, slot, s.f[L.NOW])
    i[L.UNTOLD] = i[L.EXITS] = 0
    books.sample(s)


@kernel
def _look_ahead(s: State) -> None:
    """Find the first bar that may not be closed before something else has happened."""
    i = s.i
    if i[L.STALE]:
        reach(s)
    candle, base = i[L.CANDLE], int(s.f[L.BASE])
    until = s.f[L.EXPIRY]
    if i[L.FUNDING] < i[L.FUNDINGS]:
        until = min(until, s.funding[i[L.FUNDING], 0])
    if i[L.FIRES_LOW] < i[L.ALL_LOW] and i[L.FIRES_HIGH] > i[L.ALL_HIGH] and until == float("inf"):
        i[L.WAKE_BAR] = L.NEVER
        return
    end = min(i[L.CANDLES], candle + 512)
    while candle < end:
        if s.low[candle] <= i[L.FIRES_LOW] or s.high[candle] >= i[L.FIRES_HIGH]:
            break
        if s.ts[candle] + base > until:
            break
        candle += 1
    bar = i[L.BAR]
    if len(s.closing) == 0:
        bar = max(bar, candle - 1)
    else:
        while bar < i[L.BARS] and s.closing[bar] < candle - 1:
            bar += 1
    i[L.WAKE_BAR] = bar
