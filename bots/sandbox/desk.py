"""The trading desk: takes orders, brings them to the market, and follows every print with them."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from bots.sandbox import errors, risk, stops
from bots.sandbox.account import Account
from bots.sandbox.books import Books
from bots.sandbox.contracts import ZERO
from bots.sandbox.errors import refuse
from bots.sandbox.keys import check_key
from bots.sandbox.matching import Matching
from bots.sandbox.orders import Order
from bots.sandbox.outbox import Outbox
from bots.sandbox.state import MarketState
from bots.sandbox.store import Store
from bots.sandbox.tape import Print

_MOST_ACTIVE, _MOST_CONDITIONAL = 500, 10


class Desk:
    """Accounts and their orders against one market.

    An order is accepted first and reaches the market a moment later (`release_pending`, which `schedule` is
    asked to call); so an answer says "accepted", not "filled".
    """

    def __init__(self, state: MarketState, store: Store, wallet: Mapping[str, Decimal]) -> None:
        self.state = state
        self.store = store
        self.outbox = Outbox(state)
        self.books = Books(state, store, self.outbox)
        self.matching = Matching(state)
        self.accounts: dict[str, Account] = {account.key: account for account in store.accounts()}
        self.schedule: Callable[[], object] = self.release_pending
        self._wallet = wallet
        self._resting: dict[str, dict[str, Order]] = {}
        self._pending: deque[Order] = deque()
        self._last_stamp = risk.last_stamp(state, store)
        for order in store.open_orders():
            self.accounts[order.account].orders[order.id] = order
            self._index(order) if order.released else self._pending.append(order)

    # Accounts

    def open_account(self, key: str, secret: str, wallet: Mapping[str, Decimal] | None = None) -> Account:
        """A new account, or the one that there is, with this secret.

        Raises:
            ValueError: the key cannot be one, the secret is empty, or an amount is no amount.
        """
        check_key(key)
        if not isinstance(secret, str) or not secret:
            raise ValueError("a secret is a text that is not empty")
        if key in self.accounts:
            self.accounts[key].secret = secret
        else:
            amounts = dict(self._wallet if wallet is None else wallet)
            if not all(amount.is_finite() and amount >= 0 for amount in amounts.values()):
                raise ValueError("amounts of a wallet are at least 0")
            self.accounts[key] = Account(key, secret, amounts)
        self.store.save_account(self.accounts[key])
        self.store.commit()
        return self.accounts[key]

    # Orders

    def accept(self, account: Account, order: Order) -> None:
        """Take an order in.

        Raises:
            ExchangeError: it is refused.
        """
        if order.link and self.store.has_link(account.key, order.link):
            raise refuse(errors.DUPLICATE_LINK)
        self._check_count(account, order)
        if order.reduce_only and not order.is_waiting and not self.closable(account, order):
            raise refuse(errors.NO_POSITION_TO_REDUCE)
        if account.margin_of(order) > account.available(order.symbol.settle, self.state):
            raise refuse(errors.TOO_LITTLE_MARGIN)
        order.created = order.updated = self.state.time()
        account.orders[order.id] = order
        self.store.add_order(order)
        self.bring(order)

    def _check_count(self, account: Account, order: Order) -> None:
        others = [other for other in account.orders.values() if other.symbol_id == order.symbol_id]
        waiting = sum(other.is_waiting and not other.stop_type.startswith(stops.OWN) for other in others)
        if order.is_waiting and waiting >= _MOST_CONDITIONAL:
            raise refuse(errors.TOO_MANY_CONDITIONAL)
        if len(others) - waiting >= _MOST_ACTIVE:
            raise refuse(errors.TOO_MANY_ORDERS)

    def bring(self, order: Order) -> None:
        """Let an order reach the market in a moment."""
        self._pending.append(order)
        self.schedule()

    def release_pending(self) -> None:
        """Bring all accepted orders to the market now."""
        while self._pending:
            order = self._pending.popleft()
            if order.is_open:
                self._release(order)
        self.end()

    def _release(self, order: Order) -> None:
        account = self.accounts[order.account]
        order.released = True
        if order.is_waiting:
            self._index(order)
            self.books.save_order(account, order)
        else:
            self._execute(account, order)

    def _execute(self, account: Account, order: Order) -> None:
        """Trade what trades at once; let the rest stand or end it."""
        last = self.state.last(order.symbol_id)
        if last is None or (order.reduce_only and not self._fit(account, order)):
            return self.cancel(account, order, cancel_type="CancelByReduceOnly")
        if order.kind == "Market" and not order.price:
            order.price = self.matching.protected_price(order.symbol, order.side, last)
        if order.time_in_force == "PostOnly" and self.matching.crosses(order, last):
            return self.cancel(account, order, reason="EC_PostOnlyWillTakeLiquidity")
        fills = self.matching.take(order, last, whole_or_nothing=order.time_in_force == "FOK")
        if fills:
            self.books.fill(account, order, fills, maker=False)
        if order.is_open and (order.kind == "Market" or order.time_in_force in ("IOC", "FOK")):
            self.cancel(account, order, reason="EC_NoImmediateQtyToFill")
        else:
            order.queue = self.matching.queue(order, last) if order.is_open else ZERO
            self._index(order)
            self.books.save_order(account, order)
        if fills:
            self._after_fill(account, order)
        return None

    def closable(self, account: Account, order: Order) -> Decimal:
        """Size that a reduce-only order could close."""
        size = account.position(order.symbol_id).size
        return abs(size) if size * order.sign < 0 else ZERO

    def _fit(self, account: Account, order: Order) -> bool:
        """Cut a reduce-only order to the position; False where nothing is left of it."""
        closable = self.closable(account, order)
        if closable and (order.whole or order.leaves > closable):
            order.qty = order.filled + closable
        return closable > 0

    def _after_fill(self, account: Account, order: Order) -> None:
        """Set stops that came with the order; end stops and reduce-only orders with nothing to reduce."""
        if order.take_profit or order.stop_loss:
            stops.attach(self, account, order)
        for other in list(account.orders.values()):
            if other.symbol_id != order.symbol_id or not other.reduce_only or not other.released:
                continue
            own = other.stop_type in stops.OWN
            if not self.closable(account, other) and (own or not other.is_waiting):
                kind = "CancelByTpSlTsClear" if own else "CancelByReduceOnly"
                self.cancel(account, other, cancel_type=kind)

    def cancel(
        self,
        account: Account,
        order: Order,
        cancel_type: str = "UNKNOWN",
        reason: str = "EC_NoError",
    ) -> None:
        """End an open order; one that was not triggered yet becomes Deactivated."""
        order.status = "Deactivated" if order.is_waiting else "Cancelled"
        order.cancel_type, order.reject_reason = cancel_type, reason
        self._index(order)
        self.books.save_order(account, order)

    def _index(self, order: Order) -> None:
        resting = self._resting.setdefault(order.symbol_id, {})
        if order.is_open:
            resting[order.id] = order
        else:
            resting.pop(order.id, None)

    # The market

    def on_prints(self, prints: Iterable[Print | None]) -> None:
        """Follow the market: funding, then orders, then liquidations."""
        self._last_stamp = risk.settle_funding(self, self._last_stamp)
        for printed, name in zip(prints, self.state.symbols, strict=True):
            if printed is not None and self._resting.get(name):
                for order in list(self._resting[name].values()):
                    if order.is_open:
                        self._follow(self.accounts[order.account], order, printed)
        risk.liquidate(self)
        self.end()

    def _follow(self, account: Account, order: Order, printed: Print) -> None:
        if order.is_waiting:
            if stops.is_triggered(order, printed.price):
                self._trigger(account, order)
            return None
        size = self.matching.touch(order, printed)
        if size and order.reduce_only:
            if not self._fit(account, order):
                return self.cancel(account, order, cancel_type="CancelByReduceOnly")
            size = min(size, order.leaves)
        if size:
            self.books.fill(account, order, [(order.price, size)], maker=True)
            self._index(order)
            self.books.save_order(account, order)
            self._after_fill(account, order)
        return None

    def _trigger(self, account: Account, order: Order) -> None:
        """A conditional order becomes a real one, if there is margin for it."""
        order.status = "New"
        last = self.state.last(order.symbol_id)
        if order.kind == "Market" and last is not None:
            order.price = self.matching.protected_price(order.symbol, order.side, last)
        settle = order.symbol.settle
        others = account.available(settle, self.state) + account.margin_of(order)
        if account.margin_of(order) > others:
            order.status, order.reject_reason = "Rejected", "EC_Others"
            self._index(order)
            return self.books.save_order(account, order)
        return self._execute(account, order)

    def end(self) -> None:
        """Something is over: write it down, then tell about it."""
        self.store.commit()
        self.outbox.send()
