"""What the exchange does by itself: funding every eight hours, and liquidation."""

from typing import TYPE_CHECKING
from uuid import uuid4

from bots.sandbox.account import Account
from bots.sandbox.blocks import minute_candle, to_price
from bots.sandbox.contracts import ZERO
from bots.sandbox.orders import Order
from bots.sandbox.positions import Position
from bots.sandbox.state import MarketState
from bots.sandbox.store import Store
from bots.sandbox.symbols import FUNDING_MINUTES

if TYPE_CHECKING:
    from bots.sandbox.desk import Desk

_MOST_MISSED = 3 * 366
_META = "funded"


def last_stamp(state: MarketState, store: Store) -> int:
    """The last funding minute that is settled; what another market settled does not count."""
    present = state.minute - state.minute % FUNDING_MINUTES
    minute, _, market = (store.meta(_META) or "").partition(" ")
    return min(int(minute), present) if market == state.market.identity else present


def settle_funding(desk: "Desk", last: int) -> int:
    """Settle every stamp after `last` that has come, also those missed while the sandbox was down."""
    present = desk.state.minute - desk.state.minute % FUNDING_MINUTES
    if present <= last:
        return last
    for stamp in range(
        max(last + FUNDING_MINUTES, present - _MOST_MISSED * FUNDING_MINUTES), present + 1, FUNDING_MINUTES
    ):
        for account in desk.accounts.values():
            for position in account.positions.values():
                if position.size and position.created < stamp * 60_000:
                    _fund(desk, account, position, stamp)
    desk.store.set_meta(_META, f"{present} {desk.state.market.identity}")
    return present


def _fund(desk: "Desk", account: Account, position: Position, stamp: int) -> None:
    state, symbol = desk.state, position.symbol
    rate = state.rates.rate(symbol, stamp)
    candle = minute_candle(state.market, symbol, stamp)
    if rate and candle:
        desk.books.fund(account, position, to_price(symbol, candle.open), rate, stamp * 60_000)


def liquidate(desk: "Desk") -> None:
    """Close what its margin does not carry any more, at the market."""
    for account in desk.accounts.values():
        held = [position for position in account.positions.values() if position.size]
        if not held:
            continue
        for settle in {position.symbol.settle for position in held}:
            for position in _hopeless(desk, account, settle):
                _close(desk, account, position)


def _hopeless(desk: "Desk", account: Account, settle: str) -> list[Position]:
    state, held = desk.state, account.open_in(settle)
    if account.isolated:
        return [position for position in held if _isolated_is_hopeless(position, state)]
    return held if account.equity(settle, state) <= account.maintenance(settle, state) else []


def _isolated_is_hopeless(position: Position, state: MarketState) -> bool:
    mark = state.mark(position.symbol_id)
    return mark is not None and position.initial_margin + position.unrealised(mark) <= position.maintenance(
        mark
    )


def _close(desk: "Desk", account: Account, position: Position) -> None:
    """Cancel the symbol's orders and take the position over at the best opposite price."""
    last = desk.state.last(position.symbol_id)
    if last is None:
        return
    for order in list(account.orders.values()):
        if order.symbol_id == position.symbol_id:
            desk.cancel(account, order, cancel_type="CancelByLiq")
    long, now = position.size > 0, desk.state.time()
    order = Order(
        id=str(uuid4()),
        account=account.key,
        symbol_id=position.symbol_id,
        side="Sell" if long else "Buy",
        kind="Market",
        qty=abs(position.size),
        price=last.bid if long else last.ask,
        time_in_force="IOC",
        reduce_only=True,
        create_type="CreateByLiq",
        created=now,
        released=True,
    )
    desk.store.add_order(order)
    desk.books.fill(account, order, [(order.price, order.qty)], maker=False, kind="BustTrade")
    desk.books.save_order(account, order)
    if account.wallet.get(position.symbol.settle, ZERO) < 0:
        desk.books.write_off(account, position.symbol.settle)
