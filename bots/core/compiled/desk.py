"""The strategy's desk in a compiled backtest: what it may see of the kernel, and how it asks for things."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from sys import getrefcount
from typing import Any
from weakref import ProxyTypes, proxy

from bots.core.assumptions import Assumptions
from bots.core.candles import Candles, Floats
from bots.core.compiled import layout as L
from bots.core.compiled.grid import Grid
from bots.core.compiled.market import Market
from bots.core.compiled.narrator import Narrator
from bots.core.compiled.native import caller
from bots.core.compiled.orders import Orders
from bots.core.compiled.outbox import Outbox
from bots.core.compiled.position import HELD_BY_NOBODY, OpenPosition
from bots.core.compiled.reports import Reports
from bots.core.compiled.setup import Arrays
from bots.core.compiled.tables import trade_table
from bots.core.compiled.valuation import Valuation
from bots.core.events import Funding, Side, Tick
from bots.core.instrument import Instrument
from bots.core.orders import Order
from bots.core.ports import Journal, Level
from bots.core.position import FLAT, Position
from bots.core.resample import ClosedBars
from bots.core.series import Series
from bots.core.settings import EngineSettings
from bots.core.signals import Lookback, StrategyError, value_at
from bots.core.strategy import Strategy
from bots.core.terms import Number, Terms
from bots.core.ticket import amendment

_MOST_ROUNDS = 1000


class CompiledDesk:
    """Handlers may be called for bars that the kernel has not reached yet, as long as nothing happens before
    them: then the market is that of the candle after the bar.
    """

    def __init__(
        self,
        strategy: Strategy,
        instrument: Instrument,
        series: Series,
        settings: EngineSettings,
        assumptions: Assumptions,
        arrays: Arrays,
        bars: ClosedBars,
        columns: Mapping[str, Floats],
        funding: list[Funding],
        journal: Journal | None,
    ) -> None:
        self.strategy, self.settings, self.arrays = strategy, settings, arrays
        self.verbose, self.markets = settings.verbose, (instrument.market,)
        self.bars, self.columns, self.funding = bars, columns, funding
        self.where: Callable[[], int] = lambda: -1
        """Gives the bar whose handler is called, or was last; -1: none."""
        self._instrument, self._journal = instrument, journal
        self._i, self._f = memoryview(arrays.state.i), memoryview(arrays.state.f)
        self.grid = Grid(instrument)
        self.price = self.grid.price
        self.prices = Market(instrument, series, arrays, self.grid, settings.base)
        self.is_plain = self.prices.is_plain
        me = proxy(self)  # what the desk has must not hold the desk
        self.orders = Orders(
            instrument,
            arrays,
            self.grid,
            lambda: me.tick(instrument.market).mid,
            lambda when: me.time_of(when),
        )
        self.texts = self.orders.texts
        self.group, self.withdraw_group = self.orders.group, self.orders.withdraw_group
        self.window = max(strategy.warmup(), 1)
        self._lookback = Lookback(strategy, [bars.candles], self.window)
        self.books = Valuation(instrument, self.grid, arrays.state)
        self.entry_price = self.books.entry_price
        self._advance: Callable[[], int] | None = None
        self._round: tuple[int, ...] = ()
        self._rounds = 0
        self.held: OpenPosition | None = None
        self.is_flat = False
        """The open position, or that there is none, once asked for and until the kernel is called."""
        narrator = None if journal is None else self._new_narrator(journal)
        reports = Reports(instrument, self.grid, self.texts, settings, assumptions)
        self.outbox = Outbox(arrays, self.orders, reports, narrator)

    # What the strategy sees.

    @property
    def bar(self) -> int:
        return self.where()

    @property
    def _is_ahead(self) -> bool:
        """Whether the handler of a bar is called that the kernel has not closed yet."""
        return self.bar >= self._i[L.BAR]

    def _mark(self) -> int:
        return self.prices.mark_after(self.bar) if self._is_ahead else self._i[L.MARK]

    @property
    def now(self) -> float:
        if not self._is_ahead:
            return self._f[L.NOW]
        return max(self._f[L.NOW], self.prices.closed_at(self.bar))

    def when(self) -> float | int:
        """The time, or a bar at whose close it is that: see `time_of`."""
        bar = self.where()
        return bar if bar >= self._i[L.BAR] else self._f[L.NOW]

    def time_of(self, when: float | int) -> float:
        """What `when` gave, as a time."""
        return when if isinstance(when, float) else self.prices.closed_at(when)

    @property
    def equity(self) -> Decimal:
        return self.books.cash + self.books.unrealised_at(self._mark())

    def instrument(self, market: str) -> Instrument:
        if market != self._instrument.market:
            raise StrategyError(f"{market} is not traded here: {self._instrument.market}")
        return self._instrument

    def tick(self, market: str) -> Tick:
        self.instrument(market)
        return self.prices.print_after(self.bar) if self._is_ahead else self.prices.last_print()

    def position(self, market: str) -> Position:
        self.instrument(market)
        held = self.held
        if self.is_flat:
            return FLAT
        if held is None:
            return self.new_position()
        if held.bar != (bar := self.bar):
            if getrefcount(held) > HELD_BY_NOBODY:
                held.settle()
                return self.new_position()
            held.bar = bar
        return held

    def new_position(self) -> Position:
        """The position as it stands, kept until the kernel is called."""
        i = self._i
        if not i[L.DIRECTION]:
            self.is_flat = True
            return FLAT
        held = self.held = OpenPosition(self.books.size, self._f[L.ENTRY_TIME], self, self.bar)
        return held

    def unrealised_after(self, bar: int) -> Decimal:
        """Profit of the open position at the mark at which the handler of this bar is called."""
        if bar < self._i[L.BAR]:
            return self.books.unrealised()
        return self.books.unrealised_at(self.prices.mark_after(bar))

    def history(self, market: str, timeframe: str) -> Candles:
        self.instrument(market)
        self._check(timeframe)
        last, bars = self._known(), self.bars.candles
        part = slice(max(last + 1 - self.window, 0), last + 1)
        columns = (bars.ts, bars.open, bars.high, bars.low, bars.close, bars.volume)
        return Candles(*(column[part] for column in columns))

    def indicator(self, name: str, back: int, timeframe: str) -> float:
        self._check(timeframe)
        index = self._known()
        value = value_at(self.columns, name, index, back, self.window, self.strategy)
        if back and value == value and not self._lookback.reaches(name, index, back):
            return float("nan")
        return value

    def open_orders(self, market: str) -> list[Order]:
        self.instrument(market)
        return self.orders.working()

    def unsent_orders(self, market: str) -> list[Order]:
        self.instrument(market)
        return [order for order, *_ in self.orders.pending]

    def log(self, level: Level, message: str, data: dict[str, Any] | None = None) -> None:
        if self._journal is not None:
            self._journal.log(level, message, data)

    # What the strategy asks for.

    def place(self, market: str, side: Side, size: Number, terms: Terms, tag: str = "entry") -> Order:
        """An order that is sent when the handler has returned. Raises OrderError for what cannot be."""
        if market != self._instrument.market:
            self.instrument(market)
        return self.orders.make(side, size, terms, tag, self.when())

    def cancel(self, order: Order) -> None:
        """Cancel an order that waits to be sent, or works."""
        if not self.orders.withdraw(order) and order.is_open:
            self.orders.cancel(order)

    def amend(self, order: Order, changes: Mapping[str, Any]) -> None:
        """Change an order at once, where it still can be."""
        changed = amendment(self._instrument, order, changes)
        if self.orders.is_pending(order):
            for name, value in changed.items():
                setattr(order, name, value)
            self.orders.reckon(order)
        elif changed and order.is_open:
            self._catch_up()
            self.orders.amend(order, changed)
            self.orders.write_changes()
            self._i[L.AT_ONCE] = L.ONLY
            while self.call() == L.MAKE_ROOM:
                self.answer(L.MAKE_ROOM)
            self.outbox.read()
            self.orders.refresh(order)

    # The kernel.

    def close_bar(self, bar: int) -> int:
        """Let the kernel close the bar and take what its handler asked for; gives the first bar before which
        it must be called again."""
        i = self._i
        i[L.STOP_BAR] = bar
        self.orders.write_inbox()
        while (code := self.call()) != L.TELL_BAR:
            self.answer(code)
        self.outbox.read()
        return i[L.WAKE_BAR]

    def leave(self) -> None:
        """The run is over: desk and strategy must not hold each other, and so the arrays, in the memory."""
        strategy: Any = self.strategy
        if type(strategy) not in ProxyTypes:
            strategy = proxy(strategy)
        self.strategy = strategy
        self._lookback = Lookback(strategy, [self.bars.candles], self.window)
        self.held = None

    def answer(self, code: int) -> None:
        """Tell the strategy what the kernel came back for, and hand over what it asks for in turn."""
        self.outbox.read()
        if code == L.MAKE_ROOM:
            self.arrays.make_room()
        if code not in (L.TELL_FILLS, L.TELL_FUNDING, L.TELL_START):
            return
        if code == L.TELL_FILLS:
            self._count_rounds()
            fills, self.outbox.fills = self.outbox.fills, []
            for fill in fills:
                self.strategy.on_fill(fill)
        elif code == L.TELL_START:
            self.strategy.on_start()
        else:
            self.strategy.on_funding(self.prices.marked(self.funding[self._i[L.FUNDING] - 1]))
        self.orders.write_inbox()
        self._i[L.AT_ONCE] = L.IMMEDIATELY

    def call(self) -> int:
        """Let the kernel go on."""
        held, self.held, self.is_flat = self.held, None, False
        if held is not None and getrefcount(held) > HELD_BY_NOBODY - 1:
            held.settle()
        if self._advance is None:
            self._advance = caller(self.arrays.table)
        return self._advance()

    def _catch_up(self) -> None:
        """Let the kernel come to the bar whose handler is called."""
        if self._is_ahead:
            self._i[L.STOP_BAR] = self.bar
            while (code := self.call()) != L.TELL_BAR:
                self.answer(code)
            self.outbox.read()

    def _count_rounds(self) -> None:
        i = self._i
        here = i[L.CANDLE], i[L.PHASE], i[L.STEP], i[L.BAR]
        self._rounds = self._rounds + 1 if here == self._round else 0
        self._round = here
        if self._rounds >= _MOST_ROUNDS:
            raise StrategyError(f"{self.strategy.name} places orders without end within one instant")

    def _new_narrator(self, journal: Journal) -> Narrator:
        settings, arrays, texts, instrument = self.settings, self.arrays, self.texts, self._instrument
        origin = settings.exchange, settings.session, settings.run

        def trades(first: int) -> Any:
            return trade_table(arrays.state, first, texts, instrument, *origin)

        return Narrator(journal, instrument, self.grid, trades, self.funding)

    def _known(self) -> int:
        """The last bar that is closed."""
        return self.bar if self._is_ahead else self._i[L.BAR] - 1

    def _check(self, timeframe: str) -> None:
        if timeframe:
            raise StrategyError(f"{timeframe} is none of the strategy's further timeframes: none")
