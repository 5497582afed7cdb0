"""Puts a backtest into the kernel's arrays."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import gcd, inf, nan

import numpy as np

from bots.core.assumptions import Assumptions
from bots.core.candles import Floats
from bots.core.compiled import layout as L
from bots.core.compiled.errors import NotCompiled
from bots.core.compiled.state import Array, State, addresses
from bots.core.events import Funding
from bots.core.instrument import Instrument
from bots.core.series import Levels, Series

_MOST = 1 << 30
_ORDERS, _EVENTS, _TRADES = 256, 8192, 4096


@dataclass
class Arrays:
    """The arrays of a run and the table of their addresses, which changes when one of them grows."""

    state: State
    table: Array

    @classmethod
    def of(cls, state: State) -> "Arrays":
        return cls(state, addresses(state))

    def make_room(self) -> None:
        """Larger arrays, with what they held; the outbox must have been read."""
        s, i = self.state, self.state.i
        needed = 8 * (int(i[L.OPEN] + i[L.INBOX]) + 8)
        changed: dict[str, Array] = {}
        if i[L.FREE] < needed:
            changed |= _more_slots(s, max(2 * len(s.orders), len(s.orders) + needed))
        if len(s.outbox) < 2 * needed:
            changed["outbox"] = _longer(s.outbox, 4 * needed)
        if len(s.trades) < i[L.TRADES] + needed:
            most = 2 * len(s.trades) + needed
            changed |= {"trades": _longer(s.trades, most), "trade_times": _longer(s.trade_times, most)}
        if len(s.sample_ts) < i[L.SAMPLES] + needed:
            most = len(s.sample_ts) + len(s.sample_ts) // 8 + 2 * needed
            for name in ("sample_ts", "sample_equity", "sample_drawdown"):
                changed[name] = _longer(getattr(s, name), most)
        self.state = s._replace(**changed)
        self.table[:] = addresses(self.state)

    def make_inbox(self, count: int) -> None:
        """Room for `count` requests at once."""
        if count > len(self.state.inbox):
            self.state = self.state._replace(
                inbox=np.zeros((2 * count, L.ORDER_COLUMNS), dtype=np.int64),
                inbox_floats=np.full((2 * count, L.ORDER_FLOATS), inf),
            )
            self.table[:] = addresses(self.state)


def arrays_of(
    instrument: Instrument,
    series: Series,
    closing: Levels | None,
    assumptions: Assumptions,
    balance: Decimal,
    base: int,
    first: int,
    bars: int,
) -> Arrays:
    """A run that stands before its first candle. Raises NotCompiled for numbers that have no place."""
    i, f = np.zeros(L.INTS, dtype=np.int64), np.zeros(L.FLOATS)
    _put_contract(i, instrument, series)
    _put_assumptions(i, f, instrument, assumptions, base)
    i[L.CANDLES], i[L.FIRST], i[L.CANDLE] = len(series), first, first
    i[L.STOP_CANDLE], i[L.STOP_BAR], i[L.BARS] = len(series), L.NEVER, bars
    i[L.BAR] = first if closing is None else int(np.searchsorted(closing, first))
    i[L.NEXT_ID], i[L.STALE] = 1, 1
    i[L.ALL_LOW], i[L.ALL_HIGH] = series.low.min(), series.high.max()
    i[L.CASH] = _units(balance)
    f[L.PEAK], f[L.WANTED], f[L.EXPIRY] = max(float(balance), 0.0), nan, inf
    volume = series.volume
    if assumptions.slippage_impact and instrument.is_inverse:
        volume = volume * series.price(series.close)
    # A sample for each bar and each trade: memory that is never written to is not taken.
    samples = 2 * max(bars - int(i[L.BAR]), 0) + 4096
    none = np.zeros(0, dtype=np.int64)
    state = State(
        i, f, **_slots(_ORDERS),
        inbox=np.zeros((64, L.ORDER_COLUMNS), dtype=np.int64),
        inbox_floats=np.full((64, L.ORDER_FLOATS), inf),
        outbox=np.zeros((_EVENTS, L.EVENT_COLUMNS)),
        trades=np.zeros((_TRADES, L.TRADE_COLUMNS), dtype=np.int64),
        trade_times=np.zeros((_TRADES, L.TIME_COLUMNS)),
        sample_ts=np.empty(samples), sample_equity=np.empty(samples), sample_drawdown=np.empty(samples),
        ts=_plain(series.ts), open=_plain(series.open), high=_plain(series.high), low=_plain(series.low),
        close=_plain(series.close), volume=np.ascontiguousarray(volume, dtype=np.float64),
        closing=none if closing is None else _plain(closing),
        targets=np.zeros(0), target_lots=none, funding=np.zeros((0, 5)),
    )  # fmt: skip
    i[L.FREE] = _ORDERS
    return Arrays.of(state)


def with_targets(arrays: Arrays, wanted: Floats, lots: Levels) -> Arrays:
    arrays.state.i[L.FOLLOWS_TARGETS] = 1
    return Arrays.of(arrays.state._replace(targets=np.ascontiguousarray(wanted), target_lots=lots))


def with_funding(arrays: Arrays, events: Iterable[Funding]) -> Arrays:
    """Stamps in order of time: time, rate, mark, the last two as double-doubles; no mark is NaN."""
    rows = [
        (event.ts, *_double(event.rate), *((nan, nan) if event.mark is None else _double(event.mark)))
        for event in events
    ]
    arrays.state.i[L.FUNDINGS] = len(rows)
    return Arrays.of(arrays.state._replace(funding=np.array(rows, dtype=np.float64).reshape(-1, 5)))


def _put_contract(i: Array, instrument: Instrument, series: Series) -> None:
    tick, lot = instrument.tick.as_integer_ratio(), instrument.lot.as_integer_ratio()
    i[L.INVERSE], i[L.IN_COINS] = instrument.is_inverse, instrument.settle_price(Decimal(2)) == 2
    i[L.PRICE_UP], i[L.PRICE_DOWN] = tick
    i[L.SIZE_UP], i[L.SIZE_DOWN] = lot
    up, down = _value(instrument)
    common = gcd(up, down)
    i[L.VALUE_UP], i[L.VALUE_DOWN] = up // common, down // common
    if max(up, down, *tick, *lot) >= _MOST or int(series.high.max()) * 4 >= most_levels(instrument):
        raise NotCompiled(f"{instrument.market}: prices too far above a tick of {instrument.tick}")


def _value(instrument: Instrument) -> tuple[int, int]:
    """The value of a lot as a ratio: see `books.value_of`."""
    tick, lot = instrument.tick.as_integer_ratio(), instrument.lot.as_integer_ratio()
    if instrument.is_inverse:
        return lot[0] * 2 * tick[1], lot[1] * tick[0]
    return lot[0] * tick[0], lot[1] * 2 * tick[1]


def most_levels(instrument: Instrument) -> int:
    """Higher prices have no place in the kernel's numbers."""
    return (1 << 52) // max(*_value(instrument), instrument.tick.as_integer_ratio()[0])


def most_lots(instrument: Instrument) -> int:
    """Larger orders have no place in the kernel's numbers."""
    lot, tick = instrument.lot.as_integer_ratio(), instrument.tick.as_integer_ratio()
    return (1 << 48) // (2 * max(lot[0], lot[0] * tick[0], lot[0] * tick[1]))


def _put_assumptions(i: Array, f: Array, instrument: Instrument, assumptions: Assumptions, base: int) -> None:
    i[L.SPREAD], i[L.SLIPPAGE_TICKS] = assumptions.spread_ticks, assumptions.slippage_ticks
    f[L.SLIPPAGE_RATE], f[L.SLIPPAGE_IMPACT] = assumptions.slippage_rate, assumptions.slippage_impact
    i[L.HAS_SLIPPAGE] = bool(
        assumptions.slippage_ticks or assumptions.slippage_rate or assumptions.slippage_impact
    )
    i[L.AT_TOUCH], i[L.PESSIMISTIC] = assumptions.fill_at_touch, assumptions.within_bar == "pessimistic"
    i[L.STEPS], f[L.BASE] = assumptions.path_steps, base
    for at, number in (
        (L.LEVERAGE, assumptions.leverage),
        (L.MAINTENANCE, assumptions.maintenance_margin),
        (L.TAKER_FEE, instrument.taker_fee),
        (L.MAKER_FEE, instrument.maker_fee),
    ):
        f[at : at + 2] = _double(number)


def _units(amount: Decimal) -> int:
    units = amount.scaleb(8)
    if units != units.to_integral_value() or abs(units) >= 1 << 53:
        raise NotCompiled(f"a balance of {amount} has no place in units of 1e-8")
    return int(units)


def _double(number: Decimal) -> tuple[float, float]:
    high = float(number)
    return high, float(number - Decimal(high))


def _slots(count: int) -> dict[str, Array]:
    """The arrays whose length is that of the table of orders."""
    return {
        "orders": np.zeros((count, L.ORDER_COLUMNS), dtype=np.int64),
        "order_floats": np.full((count, L.ORDER_FLOATS), inf),
        "queue": np.zeros(2 * count, dtype=np.int64),
        "free": np.arange(count - 1, -1, -1, dtype=np.int64),
        "exits": np.zeros((count, L.EXIT_COLUMNS), dtype=np.int64),
        "rearmed": np.zeros(count, dtype=np.int64),
        "groups": np.zeros((2 * count, L.GROUP_COLUMNS), dtype=np.int64),
    }


def _more_slots(s: State, count: int) -> dict[str, Array]:
    fresh = _slots(count)
    for name in ("orders", "order_floats", "exits", "rearmed", "groups"):
        old = getattr(s, name)
        fresh[name][: len(old)] = old
    open_, free = int(s.i[L.OPEN]), int(s.i[L.FREE])
    fresh["queue"][:open_] = s.queue[:open_]
    added = np.arange(count - 1, len(s.orders) - 1, -1)
    fresh["free"][: len(added)] = added
    fresh["free"][len(added) : len(added) + free] = s.free[:free]
    s.i[L.FREE] = len(added) + free
    return fresh


def _longer(array: Array, length: int) -> Array:
    longer = np.zeros((length, *array.shape[1:]), dtype=array.dtype)
    longer[: len(array)] = array
    return longer


def _plain(column: Array) -> Array:
    return np.ascontiguousarray(column, dtype=np.int64)
