"""Groups of orders of which one cancels the other, and what decides a candle that holds both of them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from bots.core.assumptions import WithinBar
from bots.core.events import Tick
from bots.core.instrument import ZERO
from bots.core.orders import Order, OrderType
from bots.core.paper.working import WorkingOrders

Range = tuple[Decimal, Decimal]


class Inside(NamedTuple):
    """The candle in which a print lies after the candle's first one.

    `low` and `high` are its lowest and highest price; `is_recorded`: the print was, and is no assumption.
    """

    low: Decimal
    high: Decimal
    is_recorded: bool = False


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
    """Decides candles that hold both a target and the stop of its group, and counts them by what decided.

    `counts`: "candles" in all; of them "finer" by recorded prints, "pessimistic" for the stop, and "path" by
    the way that the candle is assumed to have gone.
    """

    def __init__(self, within_bar: WithinBar) -> None:
        self.counts = {"candles": 0, "pessimistic": 0, "finer": 0, "path": 0}
        self._is_pessimistic = within_bar == "pessimistic"
        self._counted: set[str] = set()
        self._feared: set[int] = set()

    def new_candle(self) -> None:
        """The next candle of every market begins; each is counted once."""
        self._feared.clear()
        self._counted.clear()

    def stop_instead(self, exit_: Order, inside: Inside | None, working: WorkingOrders) -> Order | None:
        """An exit is about to fill at a print: the stop to fill in its place, if any. Counts the candle."""
        if inside is None or not exit_.oco or not exit_.reduce_only or exit_.tag not in ("stop", "target"):
            return None
        other = next((each for each in working.of(exit_.market) if _is_other_exit(each, exit_, inside)), None)
        if other is None:
            return None
        by = "finer" if inside.is_recorded else "pessimistic" if self._is_pessimistic else "path"
        if exit_.market not in self._counted:
            self._counted.add(exit_.market)
            self.counts["candles"] += 1
            self.counts[by] += 1
        if by != "pessimistic" or exit_.tag != "target":
            return None
        self._feared.add(other.id)
        return other

    def best(self, order: Order, tick: Tick) -> Decimal:
        """The opposite best for an order that goes on to take.

        A stop that is filled in place of its target gets no better price than its trigger while the candle
        lasts, whatever the way is that the candle is assumed to have gone.
        """
        best = tick.ask if order.side == "Buy" else tick.bid
        if order.id not in self._feared or order.trigger is None:
            return best
        return max(best, order.trigger) if order.side == "Buy" else min(best, order.trigger)

    def snapshot(self) -> dict[str, Any]:
        return {"counts": dict(self.counts), "counted": sorted(self._counted)}

    def restore(self, data: dict[str, Any]) -> None:
        self.counts = dict(data["counts"])
        self._counted = set(data["counted"])


def _is_other_exit(order: Order, exit_: Order, inside: Inside) -> bool:
    """Whether it is the other exit of the group, and lies in the candle."""
    if order.oco != exit_.oco or order is exit_ or order.triggered:
        return False
    wanted = OrderType.STOP if exit_.tag == "target" else OrderType.LIMIT
    price = order.trigger if wanted is OrderType.STOP else order.price
    return order.type is wanted and price is not None and inside.low <= price <= inside.high
