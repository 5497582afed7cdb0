"""One account: its wallet, positions and open orders, and what margin they leave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bots.sandbox.connection import Connection
from bots.sandbox.contracts import ZERO, booked, plain, value
from bots.sandbox.limits import Window
from bots.sandbox.orders import Order
from bots.sandbox.positions import Position
from bots.sandbox.state import MarketState
from bots.sandbox.symbols import TAKER_FEE

REGULAR, ISOLATED = "REGULAR_MARGIN", "ISOLATED_MARGIN"


@dataclass
class Account:
    """What one API key has. Margin is counted by settlement coin: one coin does not stand in for another."""

    key: str
    secret: str
    wallet: dict[str, Decimal]
    margin_mode: str = REGULAR
    positions: dict[str, Position] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    cancel_after: int = 0
    connections: set[Connection] = field(default_factory=set)
    windows: dict[str, Window] = field(default_factory=dict)

    @property
    def isolated(self) -> bool:
        return self.margin_mode == ISOLATED

    def position(self, symbol_id: str) -> Position:
        """The position, an empty one where nothing was traded yet."""
        if symbol_id not in self.positions:
            self.positions[symbol_id] = Position(symbol_id)
        return self.positions[symbol_id]

    def open_in(self, settle: str) -> list[Position]:
        """Open positions that settle in that coin."""
        return [p for p in self.positions.values() if p.size and p.symbol.settle == settle]

    def unrealised(self, settle: str, state: MarketState) -> Decimal:
        total = ZERO
        for position in self.open_in(settle):
            mark = state.mark(position.symbol_id)
            total += position.unrealised(mark) if mark is not None else ZERO
        return total

    def equity(self, settle: str, state: MarketState) -> Decimal:
        return self.wallet.get(settle, ZERO) + self.unrealised(settle, state)

    def position_margin(self, settle: str) -> Decimal:
        return sum((p.initial_margin for p in self.open_in(settle)), ZERO)

    def maintenance(self, settle: str, state: MarketState) -> Decimal:
        total = ZERO
        for position in self.open_in(settle):
            mark = state.mark(position.symbol_id)
            total += position.maintenance(mark) if mark is not None else ZERO
        return total

    def order_margin(self, settle: str) -> Decimal:
        """Margin that open orders hold; conditional ones hold none."""
        return sum(
            (self.margin_of(order) for order in self.orders.values() if order.symbol.settle == settle), ZERO
        )

    def margin_of(self, order: Order) -> Decimal:
        """Margin for the part of an order that opens a position, with the fee it may cost."""
        if order.reduce_only or order.is_waiting or not order.price:
            return ZERO
        position = self.position(order.symbol_id)
        reducing = abs(position.size) if position.size * order.sign < 0 else ZERO
        opening = max(order.leaves - reducing, ZERO)
        if not opening:
            return ZERO
        return booked(value(order.symbol, opening, order.price) * (1 / position.leverage + TAKER_FEE))

    def available(self, settle: str, state: MarketState) -> Decimal:
        """What new orders may use."""
        return self.equity(settle, state) - self.position_margin(settle) - self.order_margin(settle)

    def collateral(self, position: Position, state: MarketState) -> Decimal:
        """What stands behind a position: its own margin, or in cross mode all that the others leave."""
        if self.isolated:
            return position.initial_margin
        settle = position.symbol.settle
        others = ZERO
        for other in self.open_in(settle):
            mark = state.mark(other.symbol_id)
            if other is not position and mark is not None:
                others += other.unrealised(mark) - other.maintenance(mark)
        return self.wallet.get(settle, ZERO) + others

    def position_row(self, symbol_id: str, state: MarketState) -> dict[str, Any]:
        position = self.position(symbol_id)
        stops = {
            order.stop_type: plain(order.trailing or order.trigger_price)
            for order in self.orders.values()
            if order.symbol_id == symbol_id and order.whole
        }
        mark = state.mark(symbol_id) if symbol_id in state.symbols else None
        return position.row(mark, self.collateral(position, state), self.isolated, stops)

    def wallet_row(self, state: MarketState, streamed: bool = False) -> dict[str, Any]:
        """The whole wallet. The stream leaves out `locked`, which would hide the margins from ccxt."""
        coins = [self._coin_row(coin, state, streamed) for coin in self.wallet]
        totals = {
            "totalEquity": _dollars(self.wallet, lambda coin: self.equity(coin, state), state),
            "totalWalletBalance": _dollars(self.wallet, lambda coin: self.wallet[coin], state),
            "totalMarginBalance": _dollars(self.wallet, lambda coin: self.equity(coin, state), state),
            "totalAvailableBalance": _dollars(self.wallet, lambda coin: self.available(coin, state), state),
            "totalPerpUPL": _dollars(self.wallet, lambda coin: self.unrealised(coin, state), state),
            "totalInitialMargin": _dollars(
                self.wallet, lambda coin: self.position_margin(coin) + self.order_margin(coin), state
            ),
            "totalMaintenanceMargin": _dollars(
                self.wallet, lambda coin: self.maintenance(coin, state), state
            ),
        }
        return (
            {"accountType": "UNIFIED", "accountIMRate": "", "accountMMRate": "", "accountLTV": ""}
            | totals
            | {"coin": coins}
        )

    def _coin_row(self, coin: str, state: MarketState, streamed: bool) -> dict[str, Any]:
        equity = self.equity(coin, state)
        realised = sum((p.realised_ever for p in self.positions.values() if p.symbol.settle == coin), ZERO)
        row = {
            "coin": coin,
            "equity": plain(equity),
            "usdValue": f"{equity * (_usd(coin, state) or ZERO):.8f}",
            "walletBalance": plain(self.wallet[coin]),
            "borrowAmount": "0",
            "accruedInterest": "0",
            "totalOrderIM": plain(self.order_margin(coin)),
            "totalPositionIM": plain(self.position_margin(coin)),
            "totalPositionMM": plain(self.maintenance(coin, state)),
            "unrealisedPnl": plain(self.unrealised(coin, state)),
            "cumRealisedPnl": plain(realised),
            "bonus": "0",
            "availableToWithdraw": "",
            "availableToBorrow": "",
            "marginCollateral": True,
            "collateralSwitch": True,
        }
        return row if streamed else row | {"locked": "0"}

    def to_json(self) -> dict[str, Any]:
        return {
            "wallet": {coin: str(amount) for coin, amount in self.wallet.items()},
            "margin_mode": self.margin_mode,
            "cancel_after": self.cancel_after,
            "positions": [
                {name: str(v) if isinstance(v, Decimal) else v for name, v in vars(position).items()}
                for position in self.positions.values()
            ],
        }

    @classmethod
    def from_json(cls, key: str, secret: str, raw: Mapping[str, Any]) -> "Account":
        plain = ("symbol_id", "created", "updated")
        rows: list[dict[str, Any]] = [
            {name: v if name in plain else Decimal(v) for name, v in row.items()} for row in raw["positions"]
        ]
        return cls(
            key=key,
            secret=secret,
            wallet={coin: Decimal(amount) for coin, amount in raw["wallet"].items()},
            margin_mode=raw["margin_mode"],
            positions={row["symbol_id"]: Position(**row) for row in rows},
            cancel_after=raw["cancel_after"],
        )


def _usd(coin: str, state: MarketState) -> Decimal | None:
    """Price of a coin in dollars, where the market knows it."""
    if coin == "USDT":
        return Decimal(1)
    for name in (f"{coin}USDT", f"{coin}USD"):
        if name in state.symbols:
            return state.mark(name)
    return None


def _dollars(coins: Mapping[str, Decimal], amount: Any, state: MarketState) -> str:
    return f"{sum(((_usd(coin, state) or ZERO) * amount(coin) for coin in coins), ZERO):.8f}"
