"""Bookkeeping of fills: executions, positions, wallet and closed profits, all in one place."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from bots.sandbox.account import Account
from bots.sandbox.contracts import ZERO, average_price, booked, plain, value
from bots.sandbox.orders import Order
from bots.sandbox.outbox import Outbox
from bots.sandbox.positions import Position
from bots.sandbox.state import MarketState
from bots.sandbox.store import Store
from bots.sandbox.symbols import MAKER_FEE, TAKER_FEE


@dataclass
class _Closing:
    """What one order closed so far; becomes one row of closed profits."""

    size: Decimal = ZERO
    pnl: Decimal = ZERO
    entry_value: Decimal = ZERO
    exit_value: Decimal = ZERO
    open_fee: Decimal = ZERO
    close_fee: Decimal = ZERO
    fills: int = 0


class Books:
    """Writes what happened to an account."""

    def __init__(self, state: MarketState, store: Store, outbox: Outbox) -> None:
        self._state = state
        self._store = store
        self._outbox = outbox

    def save_order(self, account: Account, order: Order) -> None:
        """Write an order down and tell about it; a finished one leaves the account."""
        order.updated = self._state.time()
        self._store.save_order(order)
        if not order.is_open:
            account.orders.pop(order.id, None)
        self._outbox.order(account, order)

    def fill(
        self,
        account: Account,
        order: Order,
        fills: list[tuple[Decimal, Decimal]],
        maker: bool,
        kind: str = "Trade",
    ) -> None:
        """Book fills (prices and sizes) of an order."""
        position, closing = account.position(order.symbol_id), _Closing()
        for price, size in fills:
            self._fill(account, position, order, price, size, maker, kind, closing)
        if closing.size:
            self._closed(account, position, order, closing, kind)
        self._store.save_account(account)
        self._outbox.wallet(account)

    def _fill(
        self,
        account: Account,
        position: Position,
        order: Order,
        price: Decimal,
        size: Decimal,
        maker: bool,
        kind: str,
        closing: _Closing,
    ) -> None:
        symbol, now = order.symbol, self._state.time()
        rate = MAKER_FEE if maker else TAKER_FEE
        worth = value(symbol, size, price)
        fee = booked(worth * rate)
        closed = position.fill(size * order.sign, price, fee, now)
        account.wallet[symbol.settle] = account.wallet.get(symbol.settle, ZERO) - fee
        order.filled += size
        order.filled_value += worth
        order.fee += fee
        order.status = "Filled" if order.filled == order.qty else "PartiallyFilled"
        if closed:
            account.wallet[symbol.settle] += closed.pnl
            closing.size += closed.size
            closing.pnl += closed.pnl
            closing.entry_value += closed.entry_value
            closing.exit_value += booked(worth * closed.size / size)
            closing.open_fee += closed.costs
            closing.close_fee += booked(fee * closed.size / size)
            closing.fills += 1
        row = self._row(order, kind, price, size, worth, fee, rate, maker)
        row["closedSize"] = plain(closed.size if closed else ZERO)
        self._store.add_execution(account.key, symbol.settle, row)
        self._outbox.execution(account, row)

    def _row(
        self,
        order: Order,
        kind: str,
        price: Decimal,
        size: Decimal,
        worth: Decimal,
        fee: Decimal,
        rate: Decimal,
        maker: bool,
    ) -> dict[str, Any]:
        symbol, mark = order.symbol, self._state.mark(order.symbol_id)
        return {
            "category": symbol.category,
            "symbol": symbol.id,
            "orderId": order.id,
            "orderLinkId": order.link,
            "side": order.side,
            "orderPrice": plain(order.price),
            "orderQty": plain(order.qty),
            "leavesQty": plain(order.leaves),
            "createType": order.create_type,
            "orderType": order.kind,
            "stopOrderType": order.stop_type,
            "execFee": plain(fee),
            "execId": str(uuid4()),
            "execPrice": plain(price),
            "execQty": plain(size),
            "execType": kind,
            "execValue": plain(worth),
            "execTime": str(self._state.time()),
            "feeCurrency": symbol.settle,
            "isMaker": maker,
            "feeRate": plain(rate),
            "markPrice": "" if mark is None else plain(mark),
            "indexPrice": "" if mark is None else plain(mark),
            "blockTradeId": "",
            "seq": self._state.n,
        }

    def _closed(
        self, account: Account, position: Position, order: Order, closing: _Closing, kind: str
    ) -> None:
        symbol, now = order.symbol, str(self._state.time())
        net = closing.pnl - closing.open_fee - closing.close_fee
        row = {
            "symbol": symbol.id,
            "orderId": order.id,
            "side": order.side,
            "qty": plain(order.qty),
            "orderPrice": plain(order.price),
            "orderType": order.kind,
            "execType": kind,
            "closedSize": plain(closing.size),
            "cumEntryValue": plain(closing.entry_value),
            "avgEntryPrice": plain(average_price(symbol, closing.size, closing.entry_value)),
            "cumExitValue": plain(closing.exit_value),
            "avgExitPrice": plain(average_price(symbol, closing.size, closing.exit_value)),
            "closedPnl": plain(net),
            "openFee": plain(closing.open_fee),
            "closeFee": plain(closing.close_fee),
            "fillCount": str(closing.fills),
            "leverage": plain(position.leverage),
            "createdTime": now,
            "updatedTime": now,
        }
        self._store.add_closed(account.key, symbol.settle, symbol.category, row)

    def fund(self, account: Account, position: Position, mark: Decimal, rate: Decimal, at: int) -> None:
        """Settle funding of a position: a positive rate is paid by longs and received by shorts."""
        symbol, worth = position.symbol, value(position.symbol, position.size, mark)
        signed = rate if position.size > 0 else -rate
        paid = booked(worth * signed)
        position.pay(paid, at)
        account.wallet[symbol.settle] -= paid
        order = Order(
            str(uuid4()), account.key, symbol.id, position.side, "UNKNOWN", abs(position.size), mark
        )
        order.status = "Filled"
        row = self._row(order, "Funding", mark, abs(position.size), worth, paid, signed, False)
        row |= {"execTime": str(at), "closedSize": "0", "createType": ""}
        self._store.add_execution(account.key, symbol.settle, row)
        self._store.save_account(account)
        self._outbox.execution(account, row)
        self._outbox.position(account, symbol.id)
        self._outbox.wallet(account)

    def write_off(self, account: Account, coin: str) -> None:
        """A liquidation that cost more than there was leaves nothing, and no debt."""
        if account.wallet.get(coin, ZERO) < 0:
            account.wallet[coin] = ZERO
            self._store.save_account(account)
