# mypy: disable-error-code="no-any-return"
# What an array of the kernel holds is known to Numba, and not to mypy.
"""Whether the account may take an order on, as `bots.core.paper.margin` decides it."""

from bots.core.compiled import books
from bots.core.compiled import double_double as dd
from bots.core.compiled import layout as L
from bots.core.compiled.cache import kernel
from bots.core.compiled.memory import Array, State
from bots.core.compiled.orderbook import is_waiting, wakes_above


@kernel
def expected_level(i: Array, order: Array) -> int:
    """Where an order will fill: what takes now at the opposite best, whatever its limit or trigger says."""
    price, trigger = order[L.PRICE], order[L.TRIGGER]
    if trigger and is_waiting(order):
        is_triggered = i[L.MARK] >= trigger if wakes_above(order) else i[L.MARK] <= trigger
        if not is_triggered:
            return price or trigger
    best = i[L.ASK] if order[L.BUY] > 0 else i[L.BID]
    if not price:
        return best
    return min(price, best) if order[L.BUY] > 0 else max(price, best)


@kernel
def reducible(i: Array, order: Array) -> int:
    """How many open lots the order could take out."""
    return max(-order[L.BUY] * books.position(i), 0)


@kernel
def margin_refusal(s: State, order: Array, slot: int, ahead: int) -> tuple[bool, int, int]:
    """Whether the margin forbids an order; the value it would come to and the equity, in units.

    `slot` is the order's own if it works already, else -1; the first `ahead` orders of the inbox's group come
    with it. Nearly always floats show at once that there is plenty; else the books decide.
    """
    i = s.i
    size, rest = books.position(i), order[L.SIZE] - order[L.FILLED]
    after = size + order[L.BUY] * rest
    if abs(after + order[L.BUY] * _beside(s, order, slot, ahead)) <= abs(size):
        return False, 0, 0
    level = expected_level(i, order)
    fee_rate = max(s.f[L.TAKER_FEE], 0.0)
    needed_f = books.value_float(i, abs(after), level)
    for at in range(i[L.OPEN]):
        other = s.orders[s.queue[at]]
        if not other[L.REDUCE] and s.queue[at] != slot:
            needed_f += books.value_float(i, other[L.SIZE] - other[L.FILLED], expected_level(i, other))
    for at in range(ahead):
        other = s.inbox[i[L.DECIDED] + at]
        if not other[L.REDUCE]:
            needed_f += books.value_float(i, other[L.SIZE], expected_level(i, other))
    limit_f = s.f[L.LEVERAGE] * (books.equity_float(s) - books.value_float(i, rest, level) * fee_rate)
    if needed_f + 1e-9 * (abs(needed_f) + abs(limit_f)) + 1e-7 < limit_f:
        return False, 0, 0
    return _exact_refusal(s, order, slot, ahead, after, level)


@kernel
def _beside(s: State, order: Array, slot: int, ahead: int) -> int:
    """Open lots of the other entry orders of the same side."""
    i, lots = s.i, 0
    for at in range(i[L.OPEN]):
        other = s.orders[s.queue[at]]
        if not other[L.REDUCE] and s.queue[at] != slot and other[L.BUY] == order[L.BUY]:
            lots += other[L.SIZE] - other[L.FILLED]
    for at in range(ahead):
        other = s.inbox[i[L.DECIDED] + at]
        if not other[L.REDUCE] and other[L.BUY] == order[L.BUY]:
            lots += other[L.SIZE]
    return lots


@kernel
def _exact_refusal(
    s: State, order: Array, slot: int, ahead: int, after: int, level: int
) -> tuple[bool, int, int]:
    i, rest = s.i, order[L.SIZE] - order[L.FILLED]
    total = books.value_of(i, abs(after), 2 * level)
    for at in range(i[L.OPEN]):
        other = s.orders[s.queue[at]]
        if not other[L.REDUCE] and s.queue[at] != slot:
            left = other[L.SIZE] - other[L.FILLED]
            total = dd.add(total, books.value_of(i, left, 2 * expected_level(i, other)))
    for at in range(ahead):
        other = s.inbox[i[L.DECIDED] + at]
        if not other[L.REDUCE]:
            total = dd.add(total, books.value_of(i, other[L.SIZE], 2 * expected_level(i, other)))
    needed = dd.booked(total)
    fee = (0.0, 0.0)
    if s.f[L.TAKER_FEE] > 0.0:
        fee = dd.multiply(books.value_of(i, rest, 2 * level), books.get(s.f, L.TAKER_FEE))
    equity = i[L.CASH] + books.unrealised(s)
    free = dd.subtract(dd.divide(dd.of_int(equity), (dd.UNITS, 0.0)), fee)
    limit = dd.booked(dd.multiply(books.get(s.f, L.LEVERAGE), free))
    return needed > limit, needed, equity
