# mypy: disable-error-code="no-any-return"
# What an array of the kernel holds is known to Numba, and not to mypy.
"""What a print does to orders, and an order to the books, as `bots.core.paper.broker` does it."""

import math

from bots.core.compiled import books
from bots.core.compiled import layout as L
from bots.core.compiled.cache import kernel
from bots.core.compiled.events import new_event, tell, tell_refusal
from bots.core.compiled.margin import reducible
from bots.core.compiled.memory import Array, State, copy_row
from bots.core.compiled.orderbook import (
    dequeue,
    drop,
    give_back,
    is_open,
    is_waiting,
    take_slot,
    wakes_above,
)


@kernel
def would_take(i: Array, order: Array) -> bool:
    """Whether an order that is awake takes at the opposite best."""
    if order[L.PRICE] == 0:
        return True
    return order[L.PRICE] >= i[L.ASK] if order[L.BUY] > 0 else order[L.PRICE] <= i[L.BID]


@kernel
def is_traded_through(i: Array, order: Array) -> bool:
    """Whether the print fills a resting limit order."""
    if i[L.MARK] == order[L.PRICE]:
        return i[L.AT_TOUCH] != 0
    return (i[L.MARK] < order[L.PRICE]) == (order[L.BUY] > 0)


@kernel
def is_triggered(i: Array, order: Array) -> bool:
    return i[L.MARK] >= order[L.TRIGGER] if wakes_above(order) else i[L.MARK] <= order[L.TRIGGER]


@kernel
def trail(i: Array, order: Array) -> bool:
    """Move the trigger of a trailing stop along with the best price; whether it moved. Never back."""
    if order[L.TYPE] != L.TRAILING_STOP:
        return False
    trigger = i[L.MARK] + order[L.BUY] * order[L.TRAIL]
    if order[L.TRIGGER] != 0 and order[L.BUY] * (trigger - order[L.TRIGGER]) >= 0:
        return False
    order[L.TRIGGER] = trigger
    return True


@kernel
def taker_level(s: State, buy: int, lots: int, best: int) -> int:
    """Where a taker fills while the opposite best is `best`: worse by the slippage (`slippage_levels`)."""
    i, f = s.i, s.f
    if not i[L.HAS_SLIPPAGE]:
        return best
    share, impact = 0.0, f[L.SLIPPAGE_IMPACT]
    if impact > 0.0:
        size, volume = books.size_float(i, lots), f[L.VOLUME]
        share = min(size / volume, 1.0) if volume > 0.0 else 1.0
    worse = math.ceil(i[L.SLIPPAGE_TICKS] + best * f[L.SLIPPAGE_RATE] + best * impact * share * share - 1e-9)
    return best + worse if buy > 0 else max(best - worse, 1)


@kernel
def book(s: State, order: Array, lots: int, level: int, ts: float, maker: bool) -> None:
    """Book a fill; a position that it closes is noted, what is left over opens the next."""
    i, buy, label = s.i, order[L.BUY], order[L.LABEL]
    reference = 2 * level if maker else order[L.REFERENCE]
    is_told = i[L.HANDLES_FILLS] or i[L.WRITES_LOG] or order[L.KNOWN]
    at = i[L.OUTBOX]
    if is_told:
        row = new_event(s, L.EV_FILL, order[L.ID])
        row[L.E_TIME], row[L.E_BUY], row[L.E_SIZE], row[L.E_LEVEL] = ts, buy, lots, level
        row[L.E_MAKER], row[L.E_REFERENCE] = maker, reference
        row[L.E_TAG], row[L.E_REASON] = order[L.TAG], order[L.REASON]
        row[L.E_TOLD] = i[L.BAR] >= i[L.WARMUP]
    i[L.UNTOLD] += i[L.BAR] >= i[L.WARMUP]
    leaving, is_closed = 0, False
    if i[L.DIRECTION] == -buy:
        leaving = min(lots, books.open_lots(i))
        before = i[L.TRIP_CASH]
        books.leave(s, leaving, buy, level, reference, maker, ts, label)
        is_closed = i[L.LEFT] == i[L.ENTERED]
        if is_told:
            row = s.outbox[at]
            row[L.E_LEAVING] = leaving
            if i[L.WRITES_LOG]:
                row[L.E_ENTRY_PRICE] = books.average_price(i, i[L.ENTERED], books.get(s.f, L.ENTRY_VALUE))
                row[L.E_PNL] = i[L.TRIP_CASH] if is_closed else i[L.TRIP_CASH] - before
        if is_closed:
            books.close(s)
            if is_told:
                s.outbox[at, L.E_CLOSED] = 1
    if lots > leaving:
        books.enter(s, lots - leaving, buy, level, reference, maker, ts, label)
    i[L.EPOCH] += 1
    i[L.STALE] = 1
    if is_closed:
        books.sample(s)


@kernel
def _shrink(s: State, slot: int, lots: int) -> bool:
    """Whether anything is left of a working order that shrinks; else it is cancelled."""
    order = s.orders[slot]
    if lots >= order[L.SIZE] - order[L.FILLED]:
        drop(s, slot, L.CANCELLED)
        return False
    if lots:
        order[L.SIZE] -= lots
        tell(s, L.EV_SHRUNK, slot, order[L.SIZE])
    return True


@kernel
def _shrink_group(s: State, slot: int, lots: int) -> None:
    """The other orders of its group are smaller by what it filled."""
    group, at = s.orders[slot, L.OCO], 0
    while at < s.i[L.GROUPS] and s.groups[at, 0] != group:
        at += 1
    if at == s.i[L.GROUPS]:
        s.groups[at, 0], s.groups[at, 1] = group, 0
        s.i[L.GROUPS] += 1
    s.groups[at, 1] += lots
    at = 0
    while at < s.i[L.OPEN]:
        other = s.queue[at]
        if other == slot or s.orders[other, L.OCO] != group or _shrink(s, other, lots):
            at += 1


@kernel
def _cancel_useless(s: State) -> None:
    """Orders that have nothing left to reduce are over."""
    at = 0
    while at < s.i[L.OPEN]:
        slot = s.queue[at]
        if s.orders[slot, L.REDUCE] and not reducible(s.i, s.orders[slot]):
            drop(s, slot, L.CANCELLED)
        else:
            at += 1


@kernel
def _rearm(s: State, slot: int, ts: float) -> None:
    """Make the opposite of a limit order that was filled whole; `place_rearmed` sends it."""
    new = take_slot(s)
    if new != slot:  # else it takes the row that the filled one has just given back
        copy_row(s.orders, slot, s.orders, new)
        copy_row(s.order_floats, slot, s.order_floats, new)
    order = s.orders[new]
    order[L.ID] = s.i[L.NEXT_ID]
    s.i[L.NEXT_ID] += 1
    order[L.PRICE] += order[L.BUY] * order[L.REARM]
    order[L.BUY] = -order[L.BUY]
    order[L.FILLED] = order[L.REDUCE] = order[L.OCO] = order[L.STOP] = order[L.TARGET] = 0
    order[L.KNOWN] = order[L.TAKING] = order[L.GROUP] = 0
    order[L.STATE] = L.NOT_SENT
    s.order_floats[new, L.CREATED] = ts
    s.rearmed[s.i[L.REARMED]] = new
    s.i[L.REARMED] += 1


@kernel
def fill(s: State, slot: int, lots: int, level: int, ts: float, maker: bool) -> None:
    """Fill an order, and do what follows from it for other orders."""
    order, i = s.orders[slot], s.i
    order[L.FILLED] += lots
    is_whole = order[L.FILLED] == order[L.SIZE]
    order[L.STATE] = L.FILLED_WHOLE if is_whole else L.PARTLY_FILLED
    i[L.STALE] = 1
    if is_whole:
        dequeue(s, slot)
        give_back(s, slot)
    if order[L.OCO]:
        _shrink_group(s, slot, lots)
    if order[L.STOP] or order[L.TARGET]:
        exit_ = s.exits[i[L.EXITS]]
        exit_[0], exit_[1], exit_[2], exit_[3] = -order[L.BUY], lots, order[L.STOP], order[L.TARGET]
        i[L.EXITS] += 1
    book(s, order, lots, level, ts, maker)
    _cancel_useless(s)
    if is_whole and order[L.REARM]:
        _rearm(s, slot, ts)


@kernel
def _available(i: Array, order: Array) -> int:
    rest = order[L.SIZE] - order[L.FILLED]
    return min(rest, reducible(i, order)) if order[L.REDUCE] else rest


@kernel
def take(s: State, slot: int, ts: float, best: int) -> None:
    """Fill an order as taker; `best`, if not 0, in place of the best opposite price."""
    i, order = s.i, s.orders[slot]
    if best == 0:
        best = i[L.ASK] if order[L.BUY] > 0 else i[L.BID]
    lots = _available(i, order)
    if lots and not (order[L.IN_FORCE] == L.FOK and lots < order[L.SIZE] - order[L.FILLED]):
        level = taker_level(s, order[L.BUY], lots, best)
        if order[L.PRICE]:
            level = min(level, order[L.PRICE]) if order[L.BUY] > 0 else max(level, order[L.PRICE])
        id = order[L.ID]
        fill(s, slot, lots, level, ts, False)
        if order[L.ID] != id:
            return  # it is over, and its row belongs to another
    if not is_open(order):
        return
    if order[L.IN_FORCE] == L.IOC or order[L.IN_FORCE] == L.FOK:
        drop(s, slot, L.CANCELLED)
    elif not order[L.TAKING]:
        order[L.TAKING] = 1
        i[L.STALE] = 1


@kernel
def wake(s: State, slot: int) -> None:
    order = s.orders[slot]
    order[L.TRIGGERED], order[L.REFERENCE] = 1, 2 * order[L.TRIGGER]
    s.i[L.STALE] = 1
    tell(s, L.EV_WOKEN, slot, 0)


@kernel
def activate(s: State, slot: int, ts: float) -> None:
    """See whether an order is awake, and let it take what it can."""
    order = s.orders[slot]
    if is_waiting(order):
        if not is_triggered(s.i, order):
            return
        wake(s, slot)
    if would_take(s.i, order):
        if order[L.POST_ONLY]:
            tell_refusal(s, slot, L.WHY_WOULD_CROSS, 0, 0, False)
            drop(s, slot, L.CANCELLED)
        else:
            take(s, slot, ts, 0)
    elif order[L.IN_FORCE] == L.IOC or order[L.IN_FORCE] == L.FOK:
        drop(s, slot, L.CANCELLED)


@kernel
def _is_other_exit(i: Array, order: Array, exit_: Array) -> bool:
    """Whether it is the other exit of the group, and lies in the candle."""
    if order[L.OCO] != exit_[L.OCO] or order[L.ID] == exit_[L.ID] or order[L.TRIGGERED]:
        return False
    is_stop = exit_[L.TAG] == L.TAG_TARGET
    level = order[L.TRIGGER] if is_stop else order[L.PRICE]
    wanted = L.STOP_ORDER if is_stop else L.LIMIT
    return order[L.TYPE] == wanted and i[L.RANGE_LOW] <= level <= i[L.RANGE_HIGH]


@kernel
def _stop_instead(s: State, exit_: Array) -> int:
    """An exit is about to fill: the slot of the stop to fill in its place, else -1. Counts the candle."""
    i, tag = s.i, exit_[L.TAG]
    is_exit = exit_[L.OCO] and exit_[L.REDUCE] and (tag == L.TAG_STOP or tag == L.TAG_TARGET)
    if not i[L.IN_CANDLE] or not is_exit:
        return -1
    for at in range(i[L.OPEN]):
        if _is_other_exit(i, s.orders[s.queue[at]], exit_):
            if not i[L.AMBIGUOUS_NOW]:
                i[L.AMBIGUOUS_NOW] = 1
                i[L.AMBIGUOUS] += 1
            return s.queue[at] if i[L.PESSIMISTIC] and tag == L.TAG_TARGET else -1
    return -1


@kernel
def _meet(s: State, slot: int, ts: float) -> None:
    """A working order meets a print."""
    i, order = s.i, s.orders[slot]
    if is_waiting(order):
        if trail(i, order):
            i[L.STALE] = 1
            tell(s, L.EV_MOVED, slot, order[L.TRIGGER])
        if is_triggered(i, order):
            _stop_instead(s, order)  # counted; it is the stop itself
        activate(s, slot, ts)
        return
    if order[L.TAKING]:
        if would_take(i, order):
            take(s, slot, ts, 0)
            return
        order[L.TAKING] = 0
        i[L.STALE] = 1
    if is_traded_through(i, order):
        lots = _available(i, order)
        if lots:
            stop = _stop_instead(s, order)
            if stop < 0:
                fill(s, slot, lots, order[L.PRICE], ts, True)
            else:
                wake(s, stop)
                take(s, stop, ts, s.orders[stop, L.TRIGGER])


@kernel
def match(s: State, ts: float) -> None:
    """Everything that this print does to the working orders, oldest first."""
    count, half = s.i[L.OPEN], len(s.queue) // 2
    for at in range(count):
        s.queue[half + at] = s.queue[at]
    if ts >= s.f[L.EXPIRY]:
        for at in range(half, half + count):
            if ts >= s.order_floats[s.queue[at], L.EXPIRES]:
                drop(s, s.queue[at], L.EXPIRED)
    for at in range(half, half + count):
        if is_open(s.orders[s.queue[at]]):  # else an earlier fill of this very print ended it
            _meet(s, s.queue[at], ts)


@kernel
def liquidate(s: State, ts: float) -> None:
    """Cancel everything and close the position at once, whatever it costs."""
    i = s.i
    while i[L.OPEN]:
        drop(s, s.queue[0], L.CANCELLED)
    slot = take_slot(s)
    order = s.orders[slot]
    order[:] = 0
    order[L.ID], order[L.BUY], order[L.REDUCE] = i[L.NEXT_ID], -i[L.DIRECTION], 1
    i[L.NEXT_ID] += 1
    order[L.TAG], order[L.REASON] = L.TAG_LIQUIDATION, L.TEXT_LIQUIDATION
    order[L.LABEL], order[L.STATE] = L.TEXT_LIQUIDATION, L.FILLED_WHOLE
    order[L.SIZE] = order[L.FILLED] = books.open_lots(i)
    order[L.REFERENCE] = i[L.BID] + i[L.ASK]
    best = i[L.ASK] if order[L.BUY] > 0 else i[L.BID]
    book(s, order, order[L.SIZE], taker_level(s, order[L.BUY], order[L.SIZE], best), ts, False)
    give_back(s, slot)
