# mypy: disable-error-code="no-any-return"
# What an array of the kernel holds is known to Numba, and not to mypy.
"""What the kernel tells Python: rows of the outbox, in order."""

from bots.core.compiled import layout as L
from bots.core.compiled.cache import kernel
from bots.core.compiled.memory import Array, State


@kernel
def is_heard(s: State, slot: int) -> bool:
    """Whether anybody wants to hear what happens to this order."""
    return s.orders[slot, L.KNOWN] != 0


@kernel
def new_event(s: State, kind: int, id: int) -> Array:
    """The next row of the outbox, for more to be written into it."""
    row = s.outbox[s.i[L.OUTBOX]]
    s.i[L.OUTBOX] += 1
    row[:] = 0.0
    row[L.E_KIND], row[L.E_ID], row[L.E_TIME] = kind, id, s.f[L.NOW]
    row[L.E_SAMPLES], row[L.E_TRADES] = s.i[L.SAMPLES], s.i[L.TRADES]
    return row


@kernel
def tell(s: State, kind: int, slot: int, value: int) -> None:
    """One figure about an order that somebody holds."""
    if is_heard(s, slot):
        row = new_event(s, kind, s.orders[slot, L.ID])
        row[L.E_SIZE] = value


@kernel
def tell_refusal(s: State, slot: int, why: int, needed: int, equity: int, is_amendment: bool) -> None:
    """An order, an amendment or a woken order was refused."""
    if is_heard(s, slot) or s.i[L.WRITES_LOG]:
        order = s.orders[slot]
        row = new_event(s, L.EV_REFUSED, order[L.ID])
        row[L.E_WHY], row[L.E_NEEDED], row[L.E_EQUITY] = why, needed, equity
        row[L.E_BUY], row[L.E_LEAVING] = order[L.BUY], order[L.SIZE]
        row[L.E_REASON], row[L.E_CLOSED] = order[L.STATE], is_amendment
        row[L.E_PNL] = s.i[L.EPOCH]
