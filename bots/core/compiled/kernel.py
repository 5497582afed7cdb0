# mypy: disable-error-code="no-any-return"
# What an array of the kernel holds is known to Numba, and not to mypy.
"""The loop over the candles: from event to event, and back to Python only where somebody must be told.

Each candle: funding, its first print, the close of the candle before it with the strategy's decision, funding
within it, the rest of its way. A candle in which nothing can happen is one comparison.
"""

from bots.core.compiled import books
from bots.core.compiled import double_double as dd
from bots.core.compiled import layout as L
from bots.core.compiled.cache import entry, kernel
from bots.core.compiled.events import new_event
from bots.core.compiled.idle import look_ahead, pass_over
from bots.core.compiled.memory import Array, State, state_of
from bots.core.compiled.orderbook import drop
from bots.core.compiled.prints import first_side, stand_at_close, take_print
from bots.core.compiled.requests import accept, new_order, place_exits, take_inbox
from bots.core.compiled.walk import enter_way, walk


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
    look_ahead(s)
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
            pass_over(s)
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
            enter_way(s)
        while i[L.PHASE] == L.ON_WAY:
            if not _has_room(s):
                return L.MAKE_ROOM
            walk(s)
            if _must_tell(s):
                return L.TELL_FILLS
        if i[L.PHASE] == L.AT_END:
            _finish(s)
            return L.DONE


@kernel
def _open_candle(s: State) -> None:
    """The first print of a candle."""
    i, candle = s.i, s.i[L.CANDLE]
    i[L.AMBIGUOUS_NOW] = i[L.IN_CANDLE] = 0
    take_print(s, float(s.ts[candle]), 0, s.open[candle], first_side(s, candle))


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
            stand_at_close(s, i[L.CANDLE] - 1)
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
