"""The orders of a compiled backtest as the strategy knows them, and the way to and from the kernel's rows."""

import struct
from collections.abc import Callable, Mapping
from decimal import Decimal
from math import inf
from sys import getrefcount
from typing import Any

from bots.core.compiled import layout as L
from bots.core.compiled.grid import Grid
from bots.core.compiled.placed import Kind, PlacedOrder, new_order
from bots.core.compiled.setup import Arrays
from bots.core.events import Side
from bots.core.instrument import ZERO, Instrument
from bots.core.orders import Order, OrderEvent, OrderState, OrderType, TimeInForce
from bots.core.signals import StrategyError
from bots.core.terms import GroupKind, Number, Terms
from bots.core.ticket import make_order

TYPES = tuple(OrderType)
IN_FORCE = tuple(TimeInForce)
TAGS = ("entry", "exit", "stop", "target", "liquidation", "rebalance")
_TYPE = {type_: at for at, type_ in enumerate(TYPES)}
_FORCE = {force: at for at, force in enumerate(IN_FORCE)}
_TAG = {tag: at for at, tag in enumerate(TAGS)}
_PLAIN = {"limit", "reason", "reduce_only"}
_ROW = 8 * L.ORDER_COLUMNS
_NOBODY = 3  # references to an order that only this module holds
_STATES = {L.WORKING: OrderState.WORKING, L.PARTLY_FILLED: OrderState.PARTLY_FILLED}


class Orders:
    """Makes orders, keeps those that somebody holds up to date, and writes the inbox."""

    def __init__(
        self,
        instrument: Instrument,
        arrays: Arrays,
        grid: Grid,
        mid: Callable[[], Decimal],
        time_of: Callable[[float | int], float],
    ) -> None:
        self.instrument, self.arrays, self.grid = instrument, arrays, grid
        self.mid, self._time_of = mid, time_of
        self.texts = list(L.TEXTS)
        self.pending: list[tuple[Order, int, bytes | None, int, int, int]] = []
        """Orders with number, row, lots, limit level and group; without a row it is made when written."""
        self.changes: list[tuple[int, ...]] = []
        self.asked: list[int] = []
        self.known: dict[int, Order] = {}
        self._code = {text: at for at, text in enumerate(self.texts)}
        self._i = memoryview(arrays.state.i)
        self._kind: GroupKind | None = None
        self._oco = self._group = self._groups = 0
        self._together: list[Order] = []
        self._kinds: dict[Any, Kind] = {}
        self._limits: dict[Any, tuple[Decimal, int]] = {}
        self._inbox: tuple[Any, Any, Any, Any] = (None, None, None, None)

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

    def make(self, side: Side, size: Number, terms: Terms, tag: str, when: float | int) -> Order:
        """An order that waits to be sent. Raises OrderError for numbers and terms that cannot be."""
        order: Order
        price, level, order_id = None, 0, self._i[L.NEXT_ID]
        row: bytes | None
        try:  # nearly all are of a kind, and at a limit, seen before
            if terms:
                if not terms.keys() <= _PLAIN:
                    raise KeyError
                if (limit := terms.get("limit")) is not None:
                    price, level = self._limits[limit.__class__, limit]
                reason, reduces = terms.get("reason", ""), terms.get("reduce_only", False)
                kind = self._kinds[side, tag, size.__class__, size, limit is None, reason, reduces]
            else:
                kind = self._kinds[side, tag, size.__class__, size, True, "", False]
        except (KeyError, TypeError):
            order = make_order(self.instrument, side, size, terms, tag, self._time_of(when))
            order.id = order_id
            row, lots, level = None, self.grid.lots(order.size), self.grid.level(order.price)
            if terms.keys() <= _PLAIN:
                self._remember(order, size, lots, level, terms)
        else:
            row, lots = kind.row, kind.lots
            order = placed = new_order(PlacedOrder)
            placed.plan = order_id, self.instrument.market, side, kind, price, tag, when, self._time_of
        self._i[L.NEXT_ID] = order_id + 1
        if self._kind is not None:
            row = None
            self._together.append(order)
            if self._kind == "one_cancels_other":
                first = order.id  # looked at: its fields are there from now on, and can be changed
                self._oco = order.oco = self._oco or first
        self.pending.append((order, order_id, row, lots, level, self._group))
        self.asked.append(order_id)
        return order

    def _remember(self, order: Order, size: Number, lots: int, level: int, terms: Terms) -> None:
        """The next order of this kind, and at this limit, need not be made anew."""
        if len(self._limits) + len(self._kinds) >= 1 << 16:
            self._limits.clear()
            self._kinds.clear()
        limit, reason, reduces = terms.get("limit"), terms.get("reason", ""), terms.get("reduce_only", False)
        if limit is not None and order.price is not None:
            self._limits[limit.__class__, limit] = order.price, level
        if reason.__class__ is str and reduces.__class__ is bool:
            key = order.side, order.tag, size.__class__, size, limit is None, reason, reduces
            self._kinds[key] = Kind(self._row(order, lots, 0), order.size, lots, order.type, reduces, reason)

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
        for at, (each, order_id, _, _, _, group) in enumerate(self.pending):
            if each is order:
                lots, level = self.grid.lots(order.size), self.grid.level(order.price)
                self.pending[at] = order, order_id, None, lots, level, group

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
        at, count = self._i[L.INBOX], len(self.pending)
        inbox, raw, flat, floats = self._inbox
        if inbox is not self.arrays.state.inbox or len(inbox) < at + count:
            raw, flat, floats = self._views(at + count)
        for order, order_id, row, lots, level, group in self.pending:
            begin, expires = at * L.ORDER_COLUMNS, inf
            if row is None:
                row = self._row(order, lots, group)
                expires = inf if order.expires is None else order.expires
            raw[8 * begin : 8 * begin + _ROW] = row
            flat[begin + L.ID] = order_id
            if level:
                flat[begin + L.PRICE] = level
            floats[at * L.ORDER_FLOATS + L.EXPIRES] = expires
            if getrefcount(order) > _NOBODY:
                flat[begin + L.KNOWN] = 1
                self.known[order_id] = order
                order.reference = order.trigger or self.mid()
                order.state = OrderState.WORKING  # unless the kernel tells otherwise, before anybody looks
            at += 1
        self.pending.clear()
        self._i[L.INBOX] = at

    def _views(self, count: int) -> tuple[Any, Any, Any]:
        """The inbox as bytes and as rows of numbers, which are quicker to write than elements of arrays."""
        self.arrays.make_inbox(count)
        state = self.arrays.state
        raw, floats = (memoryview(each).cast("B") for each in (state.inbox, state.inbox_floats))
        self._inbox = state.inbox, raw, raw.cast("q"), floats.cast("d")
        return self._inbox[1:]

    def _row(self, order: Order, lots: int, group: int) -> bytes:
        """The order as the kernel wants it, but for its number and limit."""
        row, level = [0] * L.ORDER_COLUMNS, self.grid.level
        row[L.BUY], row[L.TYPE] = 1 if order.side == "Buy" else -1, _TYPE[order.type]
        row[L.SIZE], row[L.GROUP], row[L.STATE] = lots, group, L.NOT_SENT
        row[L.TAG], row[L.REASON] = _TAG[order.tag], self.code(order.reason)
        row[L.LABEL] = row[L.REASON] or self.code(order.tag)
        row[L.TRIGGER], row[L.TRAIL] = level(order.trigger), level(order.trail)
        row[L.STOP], row[L.TARGET], row[L.REARM] = level(order.stop), level(order.target), level(order.rearm)
        row[L.REDUCE], row[L.POST_ONLY] = order.reduce_only, order.post_only
        row[L.IN_FORCE], row[L.OCO] = _FORCE[order.time_in_force], order.oco
        return struct.pack(f"{L.ORDER_COLUMNS}q", *row)

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
