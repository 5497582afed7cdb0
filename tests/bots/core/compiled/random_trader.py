"""A strategy of random orders of every kind, and one comparison of what two engines make of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any, Literal

from bots.core.assumptions import Assumptions
from bots.core.backtest import Backtest, BacktestResult
from bots.core.events import Candle, Fill, Funding
from bots.core.instrument import Instrument
from bots.core.memory import MemoryJournal
from bots.core.orders import Order, OrderError
from bots.core.settings import EngineSettings
from bots.core.strategy import Bar, Strategy


class RandomTrader(Strategy):
    """Places, amends and cancels by nothing but its own draws; notes all that it sees."""

    def __init__(self, seed: int, unit: Decimal, tick: Decimal, lively: int = 3) -> None:
        super().__init__((seed, unit, tick, lively))
        self.random = Random(seed)
        self.unit, self.grid, self.lively = unit, tick, lively
        self.placed: list[Order] = []
        self.seen: list[Any] = []

    def warmup(self) -> int:
        return 3

    def on_start(self) -> None:
        quote = self.quote()
        self.seen.append((quote, self.now, self.equity, self.position().size, len(self.history().close)))
        for _ in range(self.random.randrange(4)):
            self._order(quote.price)
        if self.placed and self.random.randrange(3) == 0:
            self._amend(self.placed[-1])

    def on_bar(self, bar: Bar) -> None:
        draw = self.random.randrange
        position = self.position()
        self.seen.append((bar, self.now, position.size, position.entry_price, position.unrealised_pnl))
        self.seen.append((self.equity, self.quote(), len(self.history().close)))
        if draw(3) == 0:
            self.seen.append([order.to_json() for order in self.orders()])
        for order in self.orders():
            if draw(8) == 0:
                self.cancel(order)
            elif draw(8) == 0:
                self._amend(order)
        if draw(self.lively) == 0:
            self._order(Decimal(str(bar.close)))
        if draw(25) == 0:
            self.close(reason="out")
        if draw(25) == 0:
            self.order_to(float(self.unit * (draw(5) - 2)), reason="to")

    def on_fill(self, fill: Fill) -> None:
        draw = self.random.randrange
        self.seen.append((fill, self.now, self.position().size, self.equity))
        if draw(6) == 0:
            self._order(fill.price)
        if draw(12) == 0 and self.placed:
            self.cancel(self.placed[-1])

    def on_funding(self, funding: Funding) -> None:
        self.seen.append((funding, self.now, self.equity))

    def _amend(self, order: Order) -> None:
        draw = self.random.randrange
        try:
            what = draw(3)
            if what == 0:
                self.amend(order, size=order.size + self.unit * (draw(3) - 1))
            elif what == 1:
                self.amend(order, limit=(order.price or self.grid) + self.grid * (draw(41) - 20))
            else:
                self.amend(order, trigger=(order.trigger or self.grid) + self.grid * (draw(41) - 20))
        except OrderError as error:
            self.seen.append(str(error))
        self.seen.append(order.to_json())

    def _order(self, price: Decimal) -> None:
        kind = self.random.randrange(3)
        try:
            if kind == 0:
                with self.one_cancels_other():
                    self.placed += [self._one(price), self._one(price)]
            elif kind == 1 and self.random.randrange(3) == 0:
                with self.all_or_none():
                    self.placed += [self._one(price), self._one(price)]
            else:
                self.placed.append(self._one(price))
        except OrderError as error:
            self.seen.append(str(error))

    def _one(self, price: Decimal) -> Order:
        draw = self.random.randrange
        place = self.buy if draw(2) else self.sell
        up, down = price + self.grid * (draw(60) + 1), max(price - self.grid * (draw(60) + 1), self.grid)
        above, below = (up, down) if place == self.buy else (down, up)
        terms: dict[str, Any] = [
            {},
            {"limit": below},
            {"limit": below},
            {"limit": above},
            {"trigger": above},
            {"trigger": below},
            {"trigger": above, "limit": above + self.grid * (draw(21) - 10)},
            {"if_touched": below},
            {"if_touched": below, "limit": below + self.grid * (draw(21) - 10)},
            {"trail": self.grid * (draw(60) + 1) if draw(9) else price + self.grid * (draw(3) - 1)},
            {"limit": below, "rearm": self.grid * (draw(30) + 1)},
            {"stop": below, "target": above},
            {"stop": below, "target": above, "limit": price},
            {"stop": below},
            {"stop": price},
        ][draw(15)]
        types = terms.keys()
        if draw(5) == 0:
            terms["reduce_only"] = True
        if "limit" in types and draw(4) == 0:
            terms["post_only"] = True
        if draw(5) == 0:
            terms["time_in_force"] = ("IOC", "FOK", "GTC")[draw(3)]
        elif draw(6) == 0:
            terms |= {"time_in_force": "GTD", "expires": self.now + draw(900) + 0.5}
        return place(self.unit * (draw(4) + 1), **terms, reason=("", "a", "b")[draw(3)])


class RandomStarter(RandomTrader):
    """Without a handler of bars: what it does follows from its first orders, and from their fills."""

    on_bar = Strategy.on_bar

    def on_fill(self, fill: Fill) -> None:
        super().on_fill(fill)
        if self.random.randrange(2):
            self._order(fill.price)


@dataclass
class Outcome:
    """What one engine makes of a strategy."""

    result: BacktestResult
    journal: MemoryJournal
    strategy: Strategy


def outcome(
    engine: Literal["general", "compiled"],
    strategy: Strategy,
    instrument: Instrument,
    candles: Sequence[Candle],
    settings: EngineSettings,
    assumptions: Assumptions,
    **options: Any,
) -> Outcome:
    journal, market = MemoryJournal(keep_log=True), instrument.market
    test = Backtest(
        strategy,
        {market: instrument},
        {market: candles},
        settings,
        assumptions=assumptions,
        engine=engine,
        journal=journal,
        **options,
    )
    for _ in test.run(700):
        pass
    assert test.engine_used == engine
    return Outcome(test.result(), journal, strategy)


def assert_same(one: Outcome, other: Outcome) -> None:
    """Everything that can be told of two runs is the same, to the last digit."""
    assert one.result.trades == other.result.trades
    assert one.result.equity == other.result.equity
    assert one.result.counters == other.result.counters
    assert one.result.ambiguous == other.result.ambiguous
    assert one.journal.trades == other.journal.trades
    assert one.journal.curve == other.journal.curve
    assert plain(one.journal.lines) == plain(other.journal.lines)
    if isinstance(one.strategy, RandomTrader) and isinstance(other.strategy, RandomTrader):
        assert plain(one.strategy.seen) == plain(other.strategy.seen)
        assert [plain(order.to_json()) for order in one.strategy.placed] == [
            plain(order.to_json()) for order in other.strategy.placed
        ]


def plain(value: Any) -> Any:
    """With numbers in texts as numbers (0.10 is 0.1), and without what only a broker reads of an order."""
    if isinstance(value, dict):
        hidden = {"taking", "reference"} if value.get("state") == "rejected" else {"taking"}
        return {key: plain(item) for key, item in value.items() if key not in hidden}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return re.sub(r"\d+(\.\d+)?(E[+-]?\d+)?", lambda number: str(Decimal(number[0]).normalize()), value)
    return value
