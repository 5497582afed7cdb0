"""Groups of orders of which one cancels the other, and what decides a candle that holds both of them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from bots.core.assumptions import WithinBar
from bots.core.instrument import ZERO
from bots.core.orders import Order, OrderType
from bots.core.working import WorkingOrders

Range = tuple[Decimal, Decimal]


class OcoGroups:
    """Shrinks the members of a group by each other's fills; also those that arrive after the fills."""

    def __init__(self, working: WorkingOrders) -> None:
        self._working = working
        self._filled: dict[int, Decimal] = {}

    def __bool__(self) -> bool:
        return bool(self._filled)

    def filled(self, order: Order, size: Decimal) -> None:
        """`order` filled `size`: the others of its group lose as much."""
        self._filled[order.oco] = self._filled.get(order.oco, ZERO) + size
        for other in list(self._working.by_id.values()):
            if other.oco == order.oco and other is not order:
                self._shrink(other, size)

    def joins(self, order: Order) -> bool:
        """A member arrives: whether the others have left something to it; else it is cancelled."""
        return self._shrink(order, self._filled.get(order.oco, ZERO))

    def forget(self, open_: Iterable[Order]) -> None:
        """Keep only groups that have a member among these orders."""
        groups = {order.oco for order in open_}
        self._filled = {group: size for group, size in self._filled.items() if group in groups}

    def snapshot(self) -> list[list[Any]]:
        return [[group, str(size)] for group, size in self._filled.items()]

    def restore(self, rows: list[list[Any]]) -> None:
        self._filled = {int(group): Decimal(size) for group, size in rows}

    def _shrink(self, order: Order, size: Decimal) -> bool:
        if size >= order.remaining:
            self._working.end(order)
            return False
        order.size -= size
        return True


class Ambiguity:
    """Decides candles in which both a target and the stop of its group could be reached, and counts them."""

    def __init__(self, within_bar: WithinBar) -> None:
        self.counts = {"candles": 0, "pessimistic": 0}
        self._is_pessimistic = within_bar == "pessimistic"
        self._counted: set[str] = set()

    def new_candle(self, market: str) -> None:
        """A candle of the market (of all: "") begins; each is counted once."""
        if market:
            self._counted.discard(market)
        else:
            self._counted.clear()

    def stop_instead(self, target: Order, bar_range: Range | None, working: WorkingOrders) -> Order | None:
        """The stop to fill in place of a target that a print inside of a candle would fill.

        `bar_range`: lowest and highest price of that candle; None for prints that are no assumption.
        """
        if bar_range is None or not target.oco or not target.reduce_only or target.tag != "target":
            return None
        stop = next(
            (each for each in working.of(target.market) if _is_its_stop(each, target, bar_range)), None
        )
        if stop is not None and target.market not in self._counted:
            self._counted.add(target.market)
            self.counts["candles"] += 1
            self.counts["pessimistic"] += self._is_pessimistic
        return stop if self._is_pessimistic else None

    def snapshot(self) -> dict[str, Any]:
        return {"counts": dict(self.counts), "counted": sorted(self._counted)}

    def restore(self, data: dict[str, Any]) -> None:
        self.counts = dict(data["counts"])
        self._counted = set(data["counted"])


def _is_its_stop(order: Order, target: Order, bar_range: Range) -> bool:
    if order.oco != target.oco or order.type is not OrderType.STOP or order.triggered:
        return False
    assert order.trigger is not None
    return bar_range[0] <= order.trigger <= bar_range[1]
