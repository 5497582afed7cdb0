"""A position of one account in one symbol, one-way mode."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bots.sandbox.contracts import ZERO, average_price, booked, liquidation_price, plain, profit, value
from bots.sandbox.symbols import SYMBOLS, Symbol

DEFAULT_LEVERAGE = Decimal(10)


@dataclass
class Closed:
    """What closing a part of a position brought, in the settlement coin.

    Attributes:
        pnl: from prices alone.
        entry_value: what the closed part was worth when it was opened.
        costs: fees of opening and funding that fall on the closed part, > 0 = paid.
    """

    size: Decimal
    pnl: Decimal
    entry_value: Decimal
    costs: Decimal


@dataclass
class Position:
    """Size is signed (long > 0); `entry_value` is what it was worth at its entry prices: an exact average.

    Attributes:
        costs: fees of opening and funding of what is open, > 0 = paid.
        realised: profit booked since the position was opened, less costs; `realised_ever` over all of them.
    """

    symbol_id: str
    size: Decimal = ZERO
    entry_value: Decimal = ZERO
    leverage: Decimal = DEFAULT_LEVERAGE
    costs: Decimal = ZERO
    realised: Decimal = ZERO
    realised_ever: Decimal = ZERO
    created: int = 0
    updated: int = 0

    @property
    def symbol(self) -> Symbol:
        return SYMBOLS[self.symbol_id]

    @property
    def side(self) -> str:
        return "Buy" if self.size > 0 else "Sell" if self.size < 0 else ""

    @property
    def entry_price(self) -> Decimal:
        return average_price(self.symbol, self.size, self.entry_value)

    def fill(self, signed: Decimal, price: Decimal, fee: Decimal, at: int) -> Closed | None:
        """Book a fill of `signed` size; what it closed, if it did."""
        closing = min(abs(signed), abs(self.size)) if self.size * signed < 0 else ZERO
        opening = abs(signed) - closing
        worth = value(self.symbol, signed, price)
        opening_worth = worth if not closing else value(self.symbol, opening, price) if opening else ZERO
        opening_fee = booked(fee * opening / abs(signed))
        closed = self._close(closing, worth - opening_worth) if closing else None
        if opening:
            if not self.size:
                self.created, self.realised, self.costs = at, ZERO, ZERO
            self.size += opening.copy_sign(signed)
            self.entry_value += opening_worth
            self.costs += opening_fee
        result = (closed.pnl if closed else ZERO) - fee
        self.realised += result
        self.realised_ever += result
        self.updated = at
        return closed

    def _close(self, size: Decimal, exit_value: Decimal) -> Closed:
        part = size / abs(self.size)
        entry_value = booked(self.entry_value * part)
        costs = booked(self.costs * part)
        pnl = profit(self.symbol, self.size, entry_value, exit_value)
        self.size -= size.copy_sign(self.size)
        self.entry_value -= entry_value
        self.costs -= costs
        return Closed(size, pnl, entry_value, costs)

    def pay(self, amount: Decimal, at: int) -> None:
        """Book funding, > 0 = paid."""
        self.costs += amount
        self.realised -= amount
        self.realised_ever -= amount
        self.updated = at

    def unrealised(self, mark: Decimal) -> Decimal:
        if not self.size:
            return ZERO
        return profit(self.symbol, self.size, self.entry_value, value(self.symbol, self.size, mark))

    @property
    def initial_margin(self) -> Decimal:
        return booked(self.entry_value / self.leverage)

    def maintenance(self, mark: Decimal) -> Decimal:
        return (
            booked(value(self.symbol, self.size, mark) * self.symbol.risk.maintenance) if self.size else ZERO
        )

    def row(
        self, mark: Decimal | None, collateral: Decimal, isolated: bool, stops: dict[str, str]
    ) -> dict[str, Any]:
        """As REST and the private stream have it; `collateral` is what stands behind the position."""
        liquidation = None
        if self.size:
            rate = self.symbol.risk.maintenance
            liquidation = liquidation_price(self.symbol, self.size, self.entry_value, collateral, rate)
        average = plain(self.entry_price.normalize()) if self.size else "0"
        return {
            "category": self.symbol.category,
            "symbol": self.symbol_id,
            "positionIdx": 0,
            "riskId": 1,
            "riskLimitValue": "",
            "side": self.side,
            "size": plain(abs(self.size)),
            "avgPrice": average,
            "entryPrice": average,
            "positionValue": plain(self.entry_value) if self.size else "",
            "tradeMode": 1 if isolated else 0,
            "autoAddMargin": 0,
            "positionStatus": "Normal",
            "leverage": plain(self.leverage.normalize()),
            "markPrice": "" if mark is None else plain(mark),
            "liqPrice": "" if liquidation is None else plain(liquidation),
            "bustPrice": "",
            "positionIM": plain(self.initial_margin) if self.size else "",
            "positionMM": plain(self.maintenance(mark)) if mark is not None and self.size else "",
            "positionBalance": plain(self.initial_margin) if self.size else "0",
            "tpslMode": "Full",
            "takeProfit": stops.get("TakeProfit", ""),
            "stopLoss": stops.get("StopLoss", ""),
            "trailingStop": stops.get("TrailingStop", "0"),
            "sessionAvgPrice": "",
            "unrealisedPnl": plain(self.unrealised(mark)) if mark is not None and self.size else "",
            "curRealisedPnl": plain(self.realised),
            "cumRealisedPnl": plain(self.realised_ever),
            "adlRankIndicator": 0,
            "isReduceOnly": False,
            "createdTime": str(self.created),
            "updatedTime": str(self.updated),
            "seq": self.updated,
        }
