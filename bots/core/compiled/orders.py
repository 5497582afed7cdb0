"""The orders of a compiled backtest as the strategy knows them, and the way to and from the kernel's rows."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from math import inf
from sys import getrefcount
from typing import Any

from bots.core.compiled import layout as L
from bots.core.compiled.grid import Grid
from bots.core.compiled.setup import Arrays
from bots.core.events import Side
from bots.core.instrument import ZERO, Instrument
from bots.core.orders import Order, OrderEvent, OrderState, OrderType, TimeInForce
from bots.core.signals import StrategyError
from bots.core.terms import GroupKind, Number, Terms
from bots.core.ticket import make_order, reason_of

TYPES = tuple(OrderType)
IN_FORCE = tuple(TimeInForce)
TAGS = ("entry", "exit", "stop", "target", "liquidation", "rebalance")
_TYPE = {type_: at for at, type_ in enumerate(TYPES)}
_FORCE = {force: at for at, force in enumerate(IN_FORCE)}
_TAG = {tag: at for at, tag in enumerate(TAGS)}
_PLAIN = {"limit", "reason"}
_NOBODY = 3  # references to an order that only this module holds
_STATES = {L.WORKING: OrderState.WORKING, L.PARTLY_FILLED: OrderState.PARTLY_FILLED}


class Orders:
    """Makes orders, keeps those that somebody holds up to date, and writes the inbox."""

    def __init__(
        self, instrument: Instrument, arrays: Arrays, grid: Grid, mid: Callable[[], Decimal]
    ) -> None:
        self.instrument, self.arrays, self.grid, self.mid = instrument, arrays, grid, mid
        self.texts = list(L.TEXTS)
        self.pending: list[tuple[Order, int, int, int]] = []
        self.changes: list[tuple[int, ...]] = []
        self.asked: list[int] = []
        self.known: dict[int, Order] = {}
        self._code = {text: at for at, text in enumerate(self.texts)}
        self._i = memoryview(arrays.state.i)
        self._kind: GroupKind | None = None
        self._oco = self._group = self._groups = 0
        self._together: list[Order] = []
        self._sizes: dict[Any, tuple[Decimal, int]] = {}
        self._limits: dict[Any, tuple[Decimal, int]] = {}
        self._plain_ids: set[int] = set()
        self._views: tuple[Any, Any, Any] | None = None

    def code(self, text: str) -> int:
        """The number of a reason."""
        code = self._code.get(text)
        if code is None:
            code = self._code[text] = len(self.texts)
            self.texts.append(text)
        return code

    def group(self, kind: GroupKind | None) -> None:
        if kind is not None and self._kind is not None:
            raise StrategyError(f"{kind} inside of {self._kind}")
        self._kind, self._oco, self._group, self._together = kind, 0, 0, []
        if kind == "all_or_none":
            self._groups += 1
            self._group = self._groups

    def withdraw_group(self) -> None:
        """Take back what was placed in the group so far."""
        for order in self._together:
            self.withdraw(order)

    def make(self, side: Side, size: Number, terms: Terms, tag: str, now: float) -> Order:
        """An order that waits to be sent. Raises OrderError for numbers and terms that cannot be."""
        order, lots, level = self._plain(side, size, terms, tag, now)
        order.id = self._i[L.NEXT_ID]
        self._i[L.NEXT_ID] += 1
        if len(terms) < 3 and terms.keys() <= _PLAIN:
            self._plain_ids.add(order.id)
        if self._kind is not None:
            self._together.append(order)
        if self._kind == "one_cancels_other":
            self._oco = order.oco = self._oco or order.id
        self.pending.append((order, lots, level, self._group))
        self.asked.append(order.id)
        return order

    def _plain(self, side: Side, size: Number, terms: Terms, tag: str, now: float) -> tuple[Order, int, int]:
        """The order with its lots and limit level. Nearly all are of a size, and at a limit, seen before."""
        if len(terms) < 3 and terms.keys() <= _PLAIN:
            known = self._sizes.get((size.__class__, size))
            limit = terms.get("limit")
            price, level = (
                (None, 0) if limit is None else self._limits.get((limit.__class__, limit), (None, -1))
            )
            if known is not None and level >= 0:
                type_ = OrderType.MARKET if limit is None else OrderType.LIMIT
                reason = reason_of(self.instrument.market, terms)
                order = Order(
                    0,
                    self.instrument.market,
                    side,
                    type_,
                    known[0],
                    price,
                    tag=tag,
                    reason=reason,
                    created_at=now,
                )
                return order, known[1], level
        order = make_order(self.instrument, side, size, terms, tag, now)
        lots, level = self.grid.lots(order.size), self.grid.level(order.price)
        self._sizes[size.__class__, size] = order.size, lots
        if order.price is not None and (limit := terms.get("limit")) is not None:
            if len(self._limits) >= 1 << 16:
                self._limits.clear()
            self._limits[limit.__class__, limit] = order.price, level
        return order, lots, level

    def withdraw(self, order: Order) -> bool:
        """Whether the order still waited to be sent; then it is cancelled."""
        for at, entry in enumerate(self.pending):
            if entry[0] is order:
                del self.pending[at]
                order.on(OrderEvent.CANCEL)
                return True
        return False

    def reckon(self, order: Order) -> None:
        """An order that waits to be sent has changed."""
        for at, (each, _, _, group) in enumerate(self.pending):
            if each is order:
                self.pending[at] = order, self.grid.lots(order.size), self.grid.level(order.price), group

    def is_pending(self, order: Order) -> bool:
        return any(entry[0] is order for entry in self.pending)

    def cancel(self, order: Order) -> None:
        """Cancel an order that works."""
        order.on(OrderEvent.CANCEL)
        self.known.pop(order.id, None)
        self.changes.append((L.ASK_CANCEL, order.id, 0, 0, 0))
        self.asked.append(order.id)

    def amend(self, order: Order, changed: Mapping[str, Decimal]) -> None:
        """Ask to change an order that works."""
        size = changed.get("size")
        lots = 0 if size is None else self.grid.lots(size)
        price, trigger = self.grid.level(changed.get("price")), self.grid.level(changed.get("trigger"))
        self.changes.append((L.ASK_AMEND, order.id, lots, price, trigger))
        # As it is if the amendment is taken and fills the order at once; else `refresh` has the last word.
        order.size, order.price = size or order.size, changed.get("price") or order.price
        if "trigger" in changed and not order.triggered:
            order.trigger = order.reference = changed["trigger"]
        self.asked.append(order.id)

    def write_changes(self) -> None:
        """Put cancels and amendments into the inbox."""
        self.arrays.make_inbox(len(self.changes) + len(self.pending))
        inbox = self.arrays.state.inbox
        for at, (kind, id, lots, price, trigger) in enumerate(self.changes):
            row = inbox[at]
            row[:] = 0
            row[L.KIND], row[L.ID], row[L.SIZE], row[L.PRICE], row[L.TRIGGER] = kind, id, lots, price, trigger
        self._i[L.INBOX] = len(self.changes)
        self.changes.clear()

    def write_inbox(self) -> None:
        """Put into the inbox all that waits to be sent."""
        self.asked.clear()
        if self.changes:
            self.write_changes()
        if not self.pending:
            return
        at, flat, floats = self._i[L.INBOX], *self._flat(len(self.pending))
        for order, lots, level, group in self.pending:
            begin = at * L.ORDER_COLUMNS
            flat[begin : begin + L.ORDER_COLUMNS] = _ZEROS
            flat[begin + L.ID] = order.id
            flat[begin + L.BUY] = 1 if order.side == "Buy" else -1
            flat[begin + L.TYPE] = _TYPE[order.type]
            flat[begin + L.SIZE] = lots
            flat[begin + L.PRICE] = level
            flat[begin + L.TAG] = _TAG[order.tag]
            flat[begin + L.REASON] = reason = self.code(order.reason)
            flat[begin + L.LABEL] = reason or self.code(order.tag)
            flat[begin + L.STATE] = L.NOT_SENT
            flat[begin + L.GROUP] = group
            expires = inf
            if order.id not in self._plain_ids or order.oco:
                self._write_rest(flat, begin, order)
                expires = inf if order.expires is None else order.expires
            floats[at * L.ORDER_FLOATS + L.CREATED] = order.created_at
            floats[at * L.ORDER_FLOATS + L.EXPIRES] = expires
            order.state = OrderState.WORKING  # unless the kernel tells otherwise, before anybody looks
            if getrefcount(order) > _NOBODY:
                flat[begin + L.KNOWN] = 1
                self.known[order.id] = order
                order.reference = order.trigger or self.mid()
            at += 1
        self.pending.clear()
        self._plain_ids.clear()
        self._i[L.INBOX] = at

    def _flat(self, count: int) -> tuple[Any, Any]:
        """The inbox as two rows of numbers, which are quicker to write than the elements of arrays."""
        inbox, known = self.arrays.state.inbox, self._views
        if known is None or known[0] is not inbox or len(inbox) < count + self._i[L.INBOX]:
            self.arrays.make_inbox(count + self._i[L.INBOX])
            state = self.arrays.state
            views = (memoryview(array).cast("B") for array in (state.inbox, state.inbox_floats))
            known = self._views = (state.inbox, next(views).cast("q"), next(views).cast("d"))
        return known[1], known[2]

    def _write_rest(self, flat: Any, begin: int, order: Order) -> None:
        level = self.grid.level
        flat[begin + L.TRIGGER], flat[begin + L.TRAIL] = level(order.trigger), level(order.trail)
        flat[begin + L.STOP], flat[begin + L.TARGET] = level(order.stop), level(order.target)
        flat[begin + L.REARM] = level(order.rearm)
        flat[begin + L.REDUCE], flat[begin + L.POST_ONLY] = order.reduce_only, order.post_only
        flat[begin + L.IN_FORCE], flat[begin + L.OCO] = _FORCE[order.time_in_force], order.oco

    def working(self) -> list[Order]:
        """Open orders, in the order in which they are matched."""
        state = self.arrays.state
        orders = [self._order(int(slot)) for slot in state.queue[: self._i[L.OPEN]]]
        return [order for order in orders if order.is_open]

    def _order(self, slot: int) -> Order:
        state = self.arrays.state
        row = state.orders[slot].tolist()
        order = self.known.get(row[L.ID])
        if order is None and any(
            row[L.ID] == change[1] and change[0] == L.ASK_CANCEL for change in self.changes
        ):
            return Order(row[L.ID], "", "Buy", OrderType.MARKET, Decimal(1), state=OrderState.CANCELLED)
        if order is None:
            order = self.known[row[L.ID]] = self._made(row, state.order_floats[slot].tolist())
            state.orders[slot, L.KNOWN] = 1
        return order

    def _made(self, row: list[int], floats: list[float]) -> Order:
        """An order that the kernel placed, or that nobody held until now."""
        price = self.grid.price

        def optional(at: int) -> Decimal | None:
            return price(row[at]) if row[at] else None

        return Order(
            row[L.ID],
            self.instrument.market,
            "Buy" if row[L.BUY] > 0 else "Sell",
            TYPES[row[L.TYPE]],
            self.grid.size(row[L.SIZE]),
            price=optional(L.PRICE),
            trigger=optional(L.TRIGGER),
            reduce_only=bool(row[L.REDUCE]),
            stop=optional(L.STOP),
            target=optional(L.TARGET),
            tag=TAGS[row[L.TAG]],
            reason=self.texts[row[L.REASON]],
            reference=self.grid.half_price(row[L.REFERENCE]),
            created_at=floats[L.CREATED],
            state=_STATES[row[L.STATE]],
            filled=self.grid.size(row[L.FILLED]) if row[L.FILLED] else ZERO,
            trail=optional(L.TRAIL),
            post_only=bool(row[L.POST_ONLY]),
            time_in_force=IN_FORCE[row[L.IN_FORCE]],
            expires=None if floats[L.EXPIRES] == inf else floats[L.EXPIRES],
            oco=row[L.OCO],
            rearm=optional(L.REARM),
            triggered=bool(row[L.TRIGGERED]),
        )

    def hear(self, event: list[float], rejection: str) -> None:
        """Take what happened to an order into the object that somebody holds, if anybody does."""
        order = self.known.get(int(event[L.E_ID]))
        if order is None:
            return
        kind = event[L.E_KIND]
        if kind == L.EV_FILL:
            order.fill(self.grid.size(event[L.E_SIZE]))
            if not event[L.E_MAKER]:
                order.reference = self.grid.half_price(event[L.E_REFERENCE])
        elif kind == L.EV_REFUSED:
            if event[L.E_REASON] == L.REJECTED:
                order.state = OrderState.REJECTED
            order.rejection = rejection
        elif kind == L.EV_CANCELLED:
            order.on(OrderEvent.CANCEL)
        elif kind == L.EV_EXPIRED:
            order.on(OrderEvent.EXPIRE)
        elif kind == L.EV_SHRUNK:
            order.size = self.grid.size(event[L.E_SIZE])
        elif kind == L.EV_WOKEN:
            assert order.trigger is not None
            order.triggered, order.reference = True, order.trigger
        elif kind == L.EV_MOVED:
            order.trigger = self.grid.price(event[L.E_SIZE])
        if not order.is_open:
            del self.known[order.id]

    def size_of(self, event: list[float]) -> Decimal:
        """The size of the order that an event is about."""
        order = self.known.get(int(event[L.E_ID]))
        if order is None or event[L.E_CLOSED]:  # a refused amendment: the order has the size it had
            return self.grid.size(event[L.E_LEAVING])
        return order.size

    def refresh(self, order: Order) -> None:
        """Take over what an amendment made of an order that still works."""
        state = self.arrays.state
        for slot in state.queue[: self._i[L.OPEN]].tolist():
            if state.orders[slot, L.ID] == order.id:
                fresh = self._made(state.orders[slot].tolist(), state.order_floats[slot].tolist())
                order.size, order.price, order.trigger = fresh.size, fresh.price, fresh.trigger
                order.reference = fresh.reference


_ZEROS = memoryview(bytes(8 * L.ORDER_COLUMNS)).cast("q")
