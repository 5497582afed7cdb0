"""One loop for live sessions and backtests: events in, orders out, everything booked.

The order within one instant is fixed: funding, fills of resting orders, the bar's close, the strategy, new
orders. At the end of a bar the first tick of the next one comes first (it may fill resting orders); then the
closed bar goes to the strategy, and the market orders it places fill at the best opposite price of that tick.

While paused the strategy is not called and entry orders that rested are cancelled; reduce-only orders (stops,
targets) keep working, candles still fill the windows, funding is still booked. What was filled meanwhile is
told with the first event after it, before anything else: a strategy may have to react to it.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from bots.core.bars import BarBuilder, as_bars
from bots.core.books.account import Account
from bots.core.books.bookkeeper import Bookkeeper
from bots.core.books.ledger import Ledger
from bots.core.desk import Group, TradingDesk
from bots.core.events import Candle, Event, Fill, Funding, Side, Tick, fill_json, fill_of_json
from bots.core.exits import exits
from bots.core.instrument import Instrument
from bots.core.orders import Order
from bots.core.paper.groups import Inside
from bots.core.ports import Broker, Journal
from bots.core.settings import EngineSettings
from bots.core.signals import Signals, StrategyError, WindowSignals
from bots.core.strategy import TARGET_TAG, Strategy
from bots.core.terms import Terms
from bots.core.timeframes import seconds
from bots.core.upgrades import SNAPSHOT_VERSION, upgraded

__all__ = ["Engine", "EngineSettings"]

_MOST_ROUNDS = 1000
"""Fills that lead to orders that fill ... within one instant, before it counts as endless."""


class Engine:
    """Trades one strategy in the markets of `instruments` (in the order of its legs)."""

    def __init__(
        self,
        strategy: Strategy,
        instruments: Mapping[str, Instrument],
        broker: Broker,
        journal: Journal,
        settings: EngineSettings,
    ) -> None:
        if len(instruments) != type(strategy).legs:
            given = "+".join(instruments) or "none"
            raise StrategyError(f"{strategy.name} trades {type(strategy).legs} market(s), not {given}")
        origin = {"session": settings.session, "exchange": settings.exchange, "run": settings.run}
        self.strategy, self.broker, self.journal, self.settings = strategy, broker, journal, settings
        self.ledger = Ledger(instruments, settings.starting_balance)
        self.account = Account(self.ledger, len(instruments) > 1, origin)
        self.bars = self._builder(settings.timeframe, strategy.warmup())
        self.further = {
            name: self._builder(seconds(name), strategy.warmup_on(name)) for name in strategy.timeframes
        }
        bars = {"": self.bars, **self.further}
        self.desk = TradingDesk(self.ledger, self.account, broker, bars, journal, settings.verbose)
        self.desk.signals = {name: WindowSignals(strategy, each, name) for name, each in bars.items()}
        self._books = Bookkeeper(self.ledger, self.account, journal, lambda: self.desk.now)
        self.paused = False
        self.started = False
        self._is_ready = False
        self.wants_ticks = type(strategy).on_tick is not Strategy.on_tick
        self._fills: list[Fill] = []
        self._missed: list[Fill] = []
        self._exits: list[tuple[Order, Fill]] = []
        self._last_price: Decimal | None = None
        broker.attach(self.ledger, self._on_fill, self.desk.next_id, self._on_refused)
        strategy.bind(self.desk)

    @property
    def now(self) -> float:
        """Time of the newest event."""
        return self.desk.now

    def use_signals(self, signals: Signals, timeframe: str = "") -> None:
        """Take indicator values from elsewhere (a backtest computes them once)."""
        self.desk.signals[timeframe] = signals

    def warm_up(self, candles: Iterable[Candle]) -> None:
        """Fill the windows from history; nobody is called. Candles that are already known are left out."""
        for candle in candles:
            known = self.bars.last_candle.get(candle.market or self.bars.markets[0])
            if known is None or candle.ts > known:
                for _ in self._advance(self._named(candle)):
                    pass

    def begin_anew(self, now: float) -> None:
        """Market time went back to `now`: bars are forgotten, to be warmed up again.

        Positions, orders, figures and what the strategy itself remembers stay.
        """
        for timeframe, bars in {"": self.bars, **self.further}.items():
            bars.clear()
            self.desk.signals[timeframe].advance(now)
        self.broker.rewind(now)
        self.desk.now = now

    def start(self) -> None:
        """Begin to trade, with the first print after which every market has a price.

        Then `on_start` is called, once in a session's life: before that nothing could be ordered.
        """
        self._is_ready = True

    def handle(self, event: Event) -> None:
        """Take the next event. What a strategy raises goes through."""
        if isinstance(event, Tick):
            self.on_tick(event)
        elif isinstance(event, Candle):
            self._on_candle(self._named(event))
        else:
            self._on_funding(event)

    def pass_over(self, candle: Candle) -> None:
        """The market went through this candle, and nothing could happen in it."""
        self.ledger.reach(candle.market, candle.low, candle.high)

    def pause(self) -> None:
        """No more calls of the strategy, no entries; protective orders keep working."""
        self.paused = True
        for order in list(self.broker.working.values()):
            if not order.reduce_only:
                self.broker.cancel(order, self.now)
                if order.tag == TARGET_TAG:
                    self.strategy._wanted = None  # to be looked at again: it was not reached

    def resume(self) -> None:
        self.paused = False

    def finish(self, reason: str) -> None:
        """Cancel what rests, close what is open at the best opposite price; the strategy is over."""
        self.paused = True
        self.broker.close_down(self.now)
        for trip in list(self.ledger.trips.values()):
            side: Side = "Sell" if trip.direction > 0 else "Buy"
            terms: Terms = {"reduce_only": True, "reason": reason}
            self.broker.submit(self.desk.make(trip.market, side, trip.open_size, terms, "exit"), self.now)
        self._fills.clear()
        self._missed.clear()
        self._exits.clear()
        self._books.sample()

    def counters(self) -> dict[str, Any]:
        """The trading figures of a heartbeat."""
        return self.account.counters() | {
            "market_time": self.now or None,
            "last_price": None if self._last_price is None else float(self._last_price),
        }

    def snapshot(self) -> dict[str, Any]:
        """Everything to go on from between two events, as JSON."""
        return {
            "version": SNAPSHOT_VERSION,
            "strategy": self.strategy.name,
            "now": self.now,
            "paused": self.paused,
            "started": self.started,
            "last_price": None if self._last_price is None else str(self._last_price),
            "next_order_id": self.desk.next_order_id,
            "wanted": self.strategy._wanted,
            "missed": [fill_json(fill) for fill in self._missed],
            "ledger": self.ledger.snapshot(),
            "account": self.account.snapshot(),
            "broker": self.broker.snapshot(),
            "bars": self.bars.to_json(),
            "further": {name: bars.to_json() for name, bars in self.further.items()},
            "state": self.strategy.state(),
        }

    def restore(self, data: Mapping[str, Any]) -> None:
        """Go on from a snapshot. Raises ValueError for one that is not of this strategy and these bars."""
        data = upgraded(data)
        if data["strategy"] != self.strategy.name:
            raise ValueError(f"snapshot of {data['strategy']}, this session trades {self.strategy.name}")
        self.desk.now = float(data["now"])
        self.paused, self.started = bool(data["paused"]), bool(data["started"])
        self._last_price = None if data["last_price"] is None else Decimal(data["last_price"])
        self.desk.next_order_id = int(data["next_order_id"])
        self.strategy._wanted = data.get("wanted")  # not in a snapshot of a version before
        self._missed = [fill_of_json(row) for row in data.get("missed", ())]
        self.ledger.restore(data["ledger"])
        self.account.restore(data["account"])
        self.broker.restore(data["broker"])
        self.bars.restore(data["bars"])
        for name, bars in self.further.items():
            if name in data.get("further", {}):  # else a timeframe that the strategy has only now
                bars.restore(data["further"][name])
        self.strategy.restore(data["state"])

    def _builder(self, length: int, warmup: int) -> BarBuilder:
        return BarBuilder(tuple(self.ledger.instruments), length, self.settings.base, max(warmup, 1))

    @property
    def _is_priced(self) -> bool:
        return len(self.broker.ticks) == len(self.bars.markets)

    @property
    def _is_trading(self) -> bool:
        if not self.started or self.paused or len(self.bars) < self.strategy.warmup():
            return False
        return not self.further or all(
            len(bars) >= self.strategy.warmup_on(name) for name, bars in self.further.items()
        )

    def _named(self, candle: Candle) -> Candle:
        if candle.market or len(self.bars.markets) > 1:
            return candle
        return candle._replace(market=self.bars.markets[0])

    def on_tick(self, tick: Tick, inside: Inside | None = None) -> None:
        """A print. `inside`: the candle in which it lies, where it is not the first of that."""
        self.broker.advance(tick.ts)
        self.desk.now = max(self.desk.now, tick.ts)
        self.ledger.mark(tick.market, tick.price)
        if tick.market == self.bars.markets[0]:
            self._last_price = tick.price
        self.account.open()
        self.broker.on_tick(tick, inside)
        self._hear()
        if self._is_ready and not self.started and self._is_priced and not self.paused:
            self.started = True
            self.strategy.on_start()
            self._send()
        if self.wants_ticks and self._is_trading:
            self.strategy.on_tick(tick)
            self._send()

    def _on_funding(self, funding: Funding) -> None:
        self.broker.advance(funding.ts)
        self.desk.now = max(self.desk.now, funding.ts)
        self._books.fund(funding)
        self._hear()
        if self._is_trading:
            self.strategy.on_funding(funding)
            self._send()

    def _on_candle(self, candle: Candle) -> None:
        self.desk.now = max(self.desk.now, candle.ts + self.settings.base)
        self.broker.on_candle(candle)
        self._hear()
        for bars in self._advance(candle):
            self.ledger.count_bar()
            self._books.sample()
            if self._is_trading:
                self.strategy.on_bars(as_bars(bars))
                self._send()

    def _advance(self, candle: Candle) -> Iterator[dict[str, Candle]]:
        """Bars of the session's timeframe that this candle completes; those of further ones come first.

        There are two after a gap. While the first is decided on, the second is not known yet.
        """
        for name, builder in self.further.items():
            for bars in builder.add(candle):
                self.desk.signals[name].advance(next(iter(bars.values())).ts)
        for bars in self.bars.add(candle):
            self.desk.signals[""].advance(next(iter(bars.values())).ts)
            yield bars

    def _hear(self) -> None:
        """Follow up the fills that were not followed up yet."""
        if self._fills or (self._missed and self._is_trading):
            self._send()

    def _send(self) -> None:
        """Place the exits of fills, tell the strategy of them and send its orders, until there are none."""
        for _ in range(_MOST_ROUNDS):
            self._place_exits()
            fills, self._fills = self._fills, []
            for fill in self._to_tell(fills):
                self.strategy.on_fill(fill)
            groups, self.desk.tray = self.desk.tray, []
            for group in groups:
                self._submit(group)
            if not self._fills and not self.desk.tray:
                return
        raise StrategyError(f"{self.strategy.name} places orders without end within one instant")

    def _to_tell(self, fills: list[Fill]) -> list[Fill]:
        """Those that the strategy hears of now; what comes while it is paused it hears afterwards."""
        if self._is_trading:
            fills, self._missed = self._missed + fills, []
            return fills
        if self.paused and self.started:
            self._missed += fills
        return []

    def _submit(self, group: Group) -> None:
        if group.whole:
            self.broker.submit_together(group.orders, self.now)
            return
        for order in group.orders:
            self.broker.submit(order, self.now)

    def _on_refused(self, order: Order) -> None:
        """An order, or a change of one, was refused: now, or when it arrived or was woken."""
        self.journal.log("warn", f"{order.side} {order.size} {order.market} refused: {order.rejection}")

    def _on_fill(self, order: Order, fill: Fill) -> None:
        """Book a fill at once; its exits, and the strategy, come when the market's own event is over."""
        self._fills.append(fill)
        if order.stop is not None or order.target is not None:
            self._exits.append((order, fill))
        self._books.fill(fill)

    def _place_exits(self) -> None:
        placed, self._exits = self._exits, []
        for order, fill in placed:
            if self.ledger.size(fill.market):
                for exit_ in exits(self.desk, order, fill):
                    self.broker.submit(exit_, self.now)
                    if not self.ledger.size(fill.market):
                        break  # it was reached already
