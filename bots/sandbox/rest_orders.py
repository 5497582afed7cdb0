"""Orders by REST, under /v5/order, and by the trade socket."""

import asyncio
from typing import Any

from bots.sandbox import errors, intake
from bots.sandbox.account import Account
from bots.sandbox.desk import Desk
from bots.sandbox.errors import ExchangeError, bad_parameter, refuse
from bots.sandbox.orders import Order
from bots.sandbox.paging import cursor, page_start, span
from bots.sandbox.parameters import Parameters
from bots.sandbox.stops import OWN

Result = dict[str, Any]

_MOST_IN_BATCH = 20


def create(desk: Desk, account: Account, asked: Parameters) -> Result:
    order = intake.new_order(desk, account, asked)
    desk.accept(account, order)
    desk.store.commit()
    return _named(order)


def _named(order: Order) -> Result:
    return {"orderId": order.id, "orderLinkId": order.link}


def find(account: Account, asked: Parameters) -> Order:
    """The open order that a request names; orderId counts before orderLinkId.

    Raises:
        ExchangeError: none is named, or it is not open.
    """
    symbol, order_id, link = asked.need("symbol"), asked.text("orderId"), asked.text("orderLinkId")
    if not order_id and not link:
        raise bad_parameter("orderId or orderLinkId is required")
    for order in account.orders.values():
        named = order.id == order_id if order_id else order.link == link
        if named and order.symbol_id == symbol and order.symbol.category == asked.category():
            return order
    raise refuse(errors.NO_ORDER)


def amend(desk: Desk, account: Account, asked: Parameters) -> Result:
    order = find(account, asked)
    intake.amend(desk, account, order, asked)
    return _named(order)


def cancel(desk: Desk, account: Account, asked: Parameters) -> Result:
    order = find(account, asked)
    desk.cancel(account, order, cancel_type="CancelByUser")
    desk.end()
    return _named(order)


def cancel_all(desk: Desk, account: Account, asked: Parameters) -> Result:
    category, symbol = asked.category(), asked.text("symbol")
    settle, base = asked.text("settleCoin"), asked.text("baseCoin")
    if category == "linear" and not (symbol or settle or base):
        raise bad_parameter("symbol, settleCoin or baseCoin is required")
    which = asked.text("orderFilter")
    chosen = [
        order
        for order in account.orders.values()
        if order.symbol.category == category
        and symbol in ("", order.symbol_id)
        and settle in ("", order.symbol.settle)
        and base in ("", order.symbol.coin)
        and _passes(order, which)
    ]
    for order in chosen:
        desk.cancel(account, order, cancel_type="CancelByUser")
    desk.end()
    return {"list": [_named(order) for order in chosen], "success": "1"}


def _passes(order: Order, which: str) -> bool:
    """orderFilter: Order (plain ones), StopOrder (all conditional ones), tpslOrder (stops of a position)."""
    if which == "Order":
        return not order.is_waiting
    if which == "StopOrder":
        return order.is_waiting
    if which == "tpslOrder":
        return order.stop_type in OWN
    return True


def _each(desk: Desk, account: Account, asked: Parameters, action: Any) -> Result:
    """The answers of a batch: what was done, and beside it the error of each that failed."""
    requests = asked.raw.get("request")
    if not isinstance(requests, list) or not 0 < len(requests) <= _MOST_IN_BATCH:
        raise bad_parameter(f"request must be a list of 1 to {_MOST_IN_BATCH} orders")
    rows, told = [], []
    for raw in requests:
        one = Parameters({"category": asked.category(), **(raw if isinstance(raw, dict) else {})})
        try:
            done = action(desk, account, one)
            told.append({"code": 0, "msg": "OK"})
        except ExchangeError as error:
            done = {"orderId": "", "orderLinkId": one.text("orderLinkId")}
            told.append({"code": error.code, "msg": error.message})
        named = {"category": one.text("category"), "symbol": one.text("symbol")}
        rows.append(named | done | {"createAt": str(desk.state.time())})
    return {"list": rows, "_ext": {"list": told}}


def create_batch(desk: Desk, account: Account, asked: Parameters) -> Result:
    return _each(desk, account, asked, create)


def amend_batch(desk: Desk, account: Account, asked: Parameters) -> Result:
    return _each(desk, account, asked, amend)


def cancel_batch(desk: Desk, account: Account, asked: Parameters) -> Result:
    return _each(desk, account, asked, cancel)


def cancel_after(desk: Desk, account: Account, asked: Parameters) -> Result:
    """All orders end when the last private connection has been gone for so many seconds; 0 turns that off."""
    seconds = asked.integer("timeWindow", -1)
    if seconds != 0 and not 3 <= seconds <= 300:
        raise bad_parameter("timeWindow invalid")
    account.cancel_after = seconds
    desk.store.save_account(account)
    desk.store.commit()
    return {}


def connection_lost(desk: Desk, account: Account) -> None:
    """Called when a private connection ended."""
    if account.connections or not account.cancel_after:
        return

    def still_gone() -> None:
        if not account.connections and account.cancel_after:
            for order in list(account.orders.values()):
                desk.cancel(account, order, cancel_type="CancelByDisconnect")
            desk.end()

    asyncio.get_running_loop().call_later(account.cancel_after, still_gone)


# Reading


def realtime(desk: Desk, account: Account, asked: Parameters) -> Result:
    """Open orders; one that is named is found when it is closed, too."""
    wanted = _wanted(asked)
    if "id" not in wanted and "link" not in wanted:
        if not asked.integer("openOnly", 0):
            wanted["open"] = 1
        if asked.category() == "linear" and not (
            wanted.keys() & {"symbol", "settle"} or asked.text("baseCoin")
        ):
            raise bad_parameter("symbol, settleCoin or baseCoin is required")
    return _page(desk, account, asked, wanted, None)


def history(desk: Desk, account: Account, asked: Parameters) -> Result:
    """Orders that are over, of the last seven days or the span that is asked for."""
    wanted = _wanted(asked) | {"open": 0}
    if asked.text("orderStatus"):
        wanted["status"] = asked.text("orderStatus")
    named = "id" in wanted or "link" in wanted
    return _page(desk, account, asked, wanted, None if named else span(desk.state, asked))


def _wanted(asked: Parameters) -> dict[str, object]:
    """Columns by which orders are chosen. orderId counts before orderLinkId, and both before the rest."""
    wanted: dict[str, object] = {"category": asked.category()}
    for name, column in (("orderId", "id"), ("orderLinkId", "link")):
        if asked.text(name):
            return wanted | {column: asked.text(name)}
    for name, column in (("symbol", "symbol"), ("settleCoin", "settle")):
        if asked.text(name):
            wanted[column] = asked.text(name)
    return wanted


def _page(
    desk: Desk, account: Account, asked: Parameters, wanted: dict[str, object], times: tuple[int, int] | None
) -> Result:
    found = desk.store.page("orders", account.key, wanted, times, asked.limit(20, 50), page_start(asked))
    orders = [account.orders.get(row["id"]) or Order.from_json(row) for row in found.rows]
    which = asked.text("orderFilter")
    rows = [order.row() for order in orders if _passes(order, which)]
    return {"category": asked.category(), "list": rows, "nextPageCursor": cursor(found.next)}
