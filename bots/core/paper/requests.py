"""Requests on their way to the paper market: they arrive a latency after they were sent, in that order."""

from bisect import insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from bots.core.orders import Order

RequestKind = Literal["new", "cancel", "amend"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for an order, and when it arrives (Unix seconds). An amendment has the new figures.

    `others`: new orders that are taken on together with it, or not at all.
    """

    due: float
    kind: RequestKind
    order: Order
    size: Decimal | None = None
    price: Decimal | None = None
    trigger: Decimal | None = None
    others: tuple[Order, ...] = ()


class Requests:
    """A queue by time of arrival; requests of the same time keep their order."""

    def __init__(self) -> None:
        self._queue: list[Request] = []

    def __bool__(self) -> bool:
        return bool(self._queue)

    def send(self, request: Request) -> None:
        insort(self._queue, request, key=_due)

    def arrived(self, until: float, inclusive: bool) -> Iterator[Request]:
        """Requests due before `until` (at it too if inclusive), also such as are sent meanwhile."""
        while self._queue and (self._queue[0].due < until or (inclusive and self._queue[0].due == until)):
            yield self._queue.pop(0)

    def orders(self) -> list[Order]:
        """New orders on their way, oldest first."""
        new = (request for request in self._queue if request.kind == "new")
        return [order for request in new for order in (request.order, *request.others)]

    def shift(self, latest: float) -> None:
        """Let nothing arrive later than at `latest`."""
        self._queue = [replace(request, due=min(request.due, latest)) for request in self._queue]

    def clear(self) -> None:
        self._queue.clear()

    def snapshot(self) -> list[dict[str, Any]]:
        return [
            {
                "due": request.due,
                "kind": request.kind,
                "order": request.order.to_json() if request.kind == "new" else request.order.id,
                "changes": [
                    None if value is None else str(value)
                    for value in (request.size, request.price, request.trigger)
                ],
                "others": [order.to_json() for order in request.others],
            }
            for request in self._queue
        ]

    def restore(self, rows: list[dict[str, Any]], working: Mapping[int, Order]) -> None:
        """Requests of a snapshot; those for orders that are done have no effect any more and are left out."""
        known = dict(working)
        self._queue = []
        for row in rows:
            others: tuple[Order, ...] = ()
            if row["kind"] == "new":
                order = Order.from_json(row["order"])
                known[order.id] = order
                others = tuple(map(Order.from_json, row.get("others", ())))
                known |= {other.id: other for other in others}
            elif row["order"] in known:
                order = known[row["order"]]
            else:
                continue
            size, price, trigger = (None if value is None else Decimal(value) for value in row["changes"])
            self._queue.append(Request(row["due"], row["kind"], order, size, price, trigger, others))


def _due(request: Request) -> float:
    return request.due
