# mypy: disable-error-code="no-any-return"
# What an array of the kernel holds is known to Numba, and not to mypy.
"""The session's working orders: slots of a table, queued in order of acceptance, and what reaches them."""

from bots.core.compiled import books
from bots.core.compiled import layout as L
from bots.core.compiled.cache import kernel
from bots.core.compiled.events import tell
from bots.core.compiled.memory import Array, State


@kernel
def take_slot(s: State) -> int:
    """A free row for a new order."""
    s.i[L.FREE] -= 1
    return s.free[s.i[L.FREE]]


@kernel
def give_back(s: State, slot: int) -> None:
    s.free[s.i[L.FREE]] = slot
    s.i[L.FREE] += 1


@kernel
def enqueue(s: State, slot: int) -> None:
    """Put an order behind all others."""
    s.queue[s.i[L.OPEN]] = slot
    s.i[L.OPEN] += 1
    s.i[L.STALE] = 1


@kernel
def dequeue(s: State, slot: int) -> None:
    queue, count = s.queue, s.i[L.OPEN]
    at = 0
    while queue[at] != slot:
        at += 1
    for later in range(at, count - 1):
        queue[later] = queue[later + 1]
    s.i[L.OPEN] = count - 1
    s.i[L.STALE] = 1


@kernel
def is_open(order: Array) -> bool:
    return order[L.STATE] <= L.PARTLY_FILLED


@kernel
def drop(s: State, slot: int, state: int) -> None:
    """The order is over. Its row stays readable until the next order needs one."""
    s.orders[slot, L.STATE] = state
    dequeue(s, slot)
    give_back(s, slot)
    tell(s, L.EV_EXPIRED if state == L.EXPIRED else L.EV_CANCELLED, slot, 0)


@kernel
def find(s: State, id: int) -> int:
    """The slot of a working order; -1 where it works no more."""
    for at in range(s.i[L.OPEN]):
        if s.orders[s.queue[at], L.ID] == id:
            return s.queue[at]
    return -1


@kernel
def is_waiting(order: Array) -> bool:
    """Whether it still waits for its trigger."""
    return order[L.TYPE] >= L.STOP_ORDER and order[L.TRIGGERED] == 0


@kernel
def wakes_above(order: Array) -> bool:
    """Whether its trigger is reached by a rise; else by a fall."""
    takes_profit = order[L.TYPE] == L.TAKE_PROFIT or order[L.TYPE] == L.TAKE_PROFIT_LIMIT
    return (order[L.BUY] > 0) != takes_profit


@kernel
def reach(s: State) -> None:
    """Find the levels that must be reached, and the time, before anything can happen to orders or position.

    Something may happen at or below FIRES_LOW, at or above FIRES_HIGH, and from EXPIRY on.
    """
    i = s.i
    low, high, expiry = -L.NEVER, L.NEVER, float("inf")
    if i[L.DIRECTION] > 0:
        low = books.exhaustion(s)
    elif i[L.DIRECTION] < 0:
        high = books.exhaustion(s)
    beyond = 0 if i[L.AT_TOUCH] else 1
    for at in range(i[L.OPEN]):
        slot = s.queue[at]
        order = s.orders[slot]
        expiry = min(expiry, s.order_floats[slot, L.EXPIRES])
        if is_waiting(order):
            if wakes_above(order):
                high = min(high, order[L.TRIGGER])
                if order[L.TYPE] == L.TRAILING_STOP:
                    low = max(low, order[L.TRIGGER] - order[L.TRAIL] - 1)
            else:
                low = max(low, order[L.TRIGGER])
                if order[L.TYPE] == L.TRAILING_STOP:
                    high = min(high, order[L.TRIGGER] + order[L.TRAIL] + 1)
        elif order[L.PRICE] == 0 or order[L.TAKING]:
            low, high = L.NEVER, -L.NEVER
        elif order[L.BUY] > 0:
            low = max(low, order[L.PRICE] - beyond)
        else:
            high = min(high, order[L.PRICE] + beyond)
    i[L.FIRES_LOW], i[L.FIRES_HIGH], s.f[L.EXPIRY] = low, high, expiry
    i[L.STALE] = 0
