# mypy: disable-error-code="no-any-return"
# What an array of the kernel holds is known to Numba, and not to mypy.
"""What arrives at the market: new orders, exits, cancels and amendments, as the paper broker takes them."""

from bots.core.compiled import layout as L
from bots.core.compiled.cache import kernel
from bots.core.compiled.events import tell, tell_refusal
from bots.core.compiled.margin import margin_refusal, reducible
from bots.core.compiled.matching import activate, trail, would_take
from bots.core.compiled.memory import Array, State, copy_row
from bots.core.compiled.orderbook import dequeue, drop, enqueue, find, give_back, is_waiting, take_slot


@kernel
def refusal(s: State, order: Array, ahead: int) -> tuple[int, int, int]:
    """Why an order cannot be taken on (0: it can), the value it would come to, the equity."""
    if order[L.REDUCE]:
        return (0 if reducible(s.i, order) else L.WHY_NOTHING_TO_REDUCE), 0, 0
    is_refused, needed, equity = margin_refusal(s, order, -1, ahead)
    return (L.WHY_MARGIN if is_refused else 0), needed, equity


@kernel
def _would_be_stopped_out(i: Array, order: Array) -> bool:
    """Whether it would take at this print, and the stop of what it took would be woken by the same one."""
    if order[L.STOP] == 0 or order[L.REDUCE] or is_waiting(order) or not would_take(i, order):
        return False
    return order[L.BUY] * (i[L.MARK] - order[L.STOP]) <= 0


@kernel
def _arrival_refusal(i: Array, order: Array, expires: float, ts: float) -> tuple[int, int, int]:
    """Why the market does not take an order that the account could; with it two figures to tell."""
    if order[L.POST_ONLY] and not is_waiting(order) and would_take(i, order):
        return L.WHY_WOULD_CROSS, 0, 0
    if _would_be_stopped_out(i, order):
        return L.WHY_STOP, order[L.STOP], i[L.MARK]
    if expires <= ts:
        return L.WHY_EXPIRED, 0, 0
    if order[L.TRAIL] and order[L.BUY] < 0 and order[L.TRAIL] >= i[L.MARK]:
        return L.WHY_TRAIL, order[L.TRAIL], i[L.MARK]
    return 0, 0, 0


@kernel
def accept(s: State, slot: int, ts: float) -> None:
    """An order arrives: it is refused, or works from now on. What it sets off in turn waits to be placed."""
    i, order = s.i, s.orders[slot]
    order[L.REFERENCE] = 2 * order[L.TRIGGER] if order[L.TRIGGER] else i[L.BID] + i[L.ASK]
    why, needed, equity = 0, 0, 0
    if not order[L.GROUP] or order[L.REDUCE]:  # else it was judged with its group
        why, needed, equity = refusal(s, order, 0)
    if not why:
        why, needed, equity = _arrival_refusal(i, order, s.order_floats[slot, L.EXPIRES], ts)
    if why:
        refuse(s, slot, why, needed, equity)
        return
    order[L.STATE] = L.WORKING
    enqueue(s, slot)
    if order[L.OCO]:
        for at in range(i[L.GROUPS]):
            if s.groups[at, 0] == order[L.OCO]:
                if s.groups[at, 1] >= order[L.SIZE]:
                    drop(s, slot, L.CANCELLED)
                    return
                order[L.SIZE] -= s.groups[at, 1]
                tell(s, L.EV_SHRUNK, slot, order[L.SIZE])
    if trail(i, order):
        tell(s, L.EV_MOVED, slot, order[L.TRIGGER])
    activate(s, slot, ts)


@kernel
def refuse(s: State, slot: int, why: int, needed: int, equity: int) -> None:
    s.orders[slot, L.STATE] = L.REJECTED
    tell_refusal(s, slot, why, s.orders[slot, L.PRICE] if why == L.WHY_PRICE else needed, equity, False)
    give_back(s, slot)


@kernel
def place_rearmed(s: State) -> None:
    """Send the opposites of the orders that were filled."""
    at = 0
    while at < s.i[L.REARMED]:
        slot = s.rearmed[at]
        if s.orders[slot, L.PRICE] <= 0:
            refuse(s, slot, L.WHY_PRICE, 0, 0)
        else:
            accept(s, slot, s.order_floats[slot, L.CREATED])
        at += 1
    s.i[L.REARMED] = 0


@kernel
def place_exits(s: State) -> None:
    """Place stops and targets of what was filled; the one cancels the other."""
    i, count = s.i, s.i[L.EXITS]
    i[L.EXITS] = 0
    for at in range(count):
        buy, lots, stop, target = s.exits[at, 0], s.exits[at, 1], s.exits[at, 2], s.exits[at, 3]
        group = 0
        for which in range(2):
            level = stop if which == 0 else target
            if not level or not i[L.DIRECTION]:
                continue
            slot = new_order(s, buy, lots)
            order = s.orders[slot]
            order[L.REDUCE] = 1
            if which == 0:
                order[L.TYPE], order[L.TRIGGER] = L.STOP_ORDER, level
                order[L.TAG], order[L.REASON] = L.TAG_STOP, L.TEXT_STOP
            else:
                order[L.TYPE], order[L.PRICE] = L.LIMIT, level
                order[L.TAG], order[L.REASON] = L.TAG_TARGET, L.TEXT_TARGET
            order[L.LABEL] = order[L.REASON]
            if stop and target:
                group = group or order[L.ID]
                order[L.OCO] = group
            accept(s, slot, s.f[L.NOW])


@kernel
def new_order(s: State, buy: int, lots: int) -> int:
    """The slot of a market order of the kernel's own, with the next number."""
    slot = take_slot(s)
    order = s.orders[slot]
    order[:] = 0
    order[L.ID], order[L.BUY], order[L.SIZE] = s.i[L.NEXT_ID], buy, lots
    order[L.STATE] = L.NOT_SENT
    s.i[L.NEXT_ID] += 1
    s.order_floats[slot, L.CREATED], s.order_floats[slot, L.EXPIRES] = s.f[L.NOW], float("inf")
    return slot


@kernel
def _amend(s: State, slot: int, request: Array) -> None:
    """Change a working order, or leave it as it was where the change is refused."""
    i, order = s.i, s.orders[slot]
    size, price, trigger, reference = order[L.SIZE], order[L.PRICE], order[L.TRIGGER], order[L.REFERENCE]
    if request[L.SIZE] and request[L.SIZE] <= order[L.FILLED]:
        drop(s, slot, L.CANCELLED)
        return
    if request[L.TRIGGER] and is_waiting(order):
        order[L.TRIGGER], order[L.REFERENCE] = request[L.TRIGGER], 2 * request[L.TRIGGER]
    order[L.SIZE] = request[L.SIZE] or size
    order[L.PRICE] = request[L.PRICE] or price
    is_moved = order[L.PRICE] != price or order[L.TRIGGER] != trigger
    is_larger = order[L.SIZE] > size
    why, needed, equity = 0, 0, 0
    if (is_moved or is_larger) and not order[L.REDUCE]:
        is_refused, needed, equity = margin_refusal(s, order, slot, 0)
        why = L.WHY_MARGIN if is_refused else 0
    if not why and order[L.POST_ONLY] and not is_waiting(order) and would_take(i, order):
        why = L.WHY_WOULD_CROSS
    if why:
        order[L.SIZE], order[L.PRICE], order[L.TRIGGER], order[L.REFERENCE] = size, price, trigger, reference
        tell_refusal(s, slot, why, needed, equity, True)
        return
    i[L.STALE] = 1
    if is_moved or is_larger:
        dequeue(s, slot)
        enqueue(s, slot)
    if is_moved:
        order[L.TAKING] = 0
        activate(s, slot, s.f[L.NOW])
        place_rearmed(s)


@kernel
def change(s: State, at: int) -> None:
    """A cancel or an amendment in the inbox: both come before the orders of the same handler."""
    request = s.inbox[at]
    slot = find(s, request[L.ID])
    if slot < 0:
        return
    if request[L.KIND] == L.ASK_CANCEL:
        drop(s, slot, L.CANCELLED)
    else:
        _amend(s, slot, request)


@kernel
def _submit(s: State, at: int) -> None:
    slot = take_slot(s)
    copy_row(s.inbox, at, s.orders, slot)
    copy_row(s.inbox_floats, at, s.order_floats, slot)
    s.order_floats[slot, L.CREATED] = s.f[L.NOW]
    accept(s, slot, s.f[L.NOW])
    place_rearmed(s)


@kernel
def _refused_as_one(s: State, first: int, last: int) -> bool:
    """Whether a group that must be taken on together cannot be; then all of it is refused."""
    s.i[L.DECIDED] = first
    why, needed, equity = 0, 0, 0
    for at in range(first, last):
        why, needed, equity = refusal(s, s.inbox[at], at - first)
        if why:
            break
    for at in range(first, last):
        if not why:
            expires = s.inbox_floats[at, L.EXPIRES]
            why, needed, equity = _arrival_refusal(s.i, s.inbox[at], expires, s.f[L.NOW])
    if why:
        for at in range(first, last):
            slot = take_slot(s)
            copy_row(s.inbox, at, s.orders, slot)
            refuse(s, slot, why, needed, equity)
    return why != 0


@kernel
def take_inbox(s: State) -> None:
    """Carry out all that the strategy asked for, in its order."""
    at, count = 0, s.i[L.INBOX]
    while at < count:
        last = at + 1
        if s.inbox[at, L.KIND] != L.ASK_NEW:
            change(s, at)
        elif s.inbox[at, L.GROUP] == 0:
            _submit(s, at)
        else:
            while last < count and s.inbox[last, L.GROUP] == s.inbox[at, L.GROUP]:
                last += 1
            if not _refused_as_one(s, at, last):
                for each in range(at, last):
                    _submit(s, each)
        at = last
    s.i[L.INBOX] = 0
