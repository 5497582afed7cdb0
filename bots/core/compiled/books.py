# mypy: disable-error-code="no-any-return"
# What an array of the kernel holds is known to Numba, and not to mypy.
"""The books of one account in one market: cash, the open round trip, and what it is worth.

The same arithmetic as `ledger` and `trade`, with sums carried as double-doubles and booked in units of 1e-8.
"""

import math

from bots.core.compiled import double_double as dd
from bots.core.compiled import layout as L
from bots.core.compiled.cache import kernel
from bots.core.compiled.double_double import Double
from bots.core.compiled.memory import Array, State


@kernel
def get(f: Array, at: int) -> Double:
    return f[at], f[at + 1]


@kernel
def put(f: Array, at: int, value: Double) -> None:
    f[at], f[at + 1] = value


@kernel
def value_of(i: Array, lots: int, half_levels: int) -> Double:
    """Value of so many lots at a price in half ticks, in the settlement currency."""
    if i[L.INVERSE]:
        return dd.ratio(lots * i[L.VALUE_UP], half_levels * i[L.VALUE_DOWN])
    product = dd.multiply(dd.of_int(lots * i[L.VALUE_UP]), (float(half_levels), 0.0))
    return dd.divide(product, (float(i[L.VALUE_DOWN]), 0.0))


@kernel
def value_at(i: Array, lots: int, price: Double) -> Double:
    """Value of so many lots at any price."""
    size = dd.ratio(lots * i[L.SIZE_UP], i[L.SIZE_DOWN])
    return dd.divide(size, price) if i[L.INVERSE] else dd.multiply(size, price)


@kernel
def profit(i: Array, direction: int, entry: Double, exit_: Double) -> Double:
    """Profit of a position from its values."""
    if (direction > 0) != (i[L.INVERSE] != 0):
        return dd.subtract(exit_, entry)
    return dd.subtract(entry, exit_)


@kernel
def average_price(i: Array, lots: int, value: Double) -> int:
    """The one price at which so many lots have this value, booked."""
    size = dd.ratio(lots * i[L.SIZE_UP], i[L.SIZE_DOWN])
    return dd.booked(dd.divide(size, value) if i[L.INVERSE] else dd.divide(value, size))


@kernel
def price_float(i: Array, level: int) -> float:
    return float(level * i[L.PRICE_UP]) / float(i[L.PRICE_DOWN])


@kernel
def size_float(i: Array, lots: int) -> float:
    return float(lots * i[L.SIZE_UP]) / float(i[L.SIZE_DOWN])


@kernel
def value_float(i: Array, lots: int, level: int) -> float:
    """The value in float arithmetic."""
    if i[L.INVERSE]:
        return size_float(i, lots) / price_float(i, level)
    return size_float(i, lots) * price_float(i, level)


@kernel
def open_lots(i: Array) -> int:
    return i[L.ENTERED] - i[L.LEFT]


@kernel
def position(i: Array) -> int:
    """Open lots, negative when short."""
    return i[L.DIRECTION] * (i[L.ENTERED] - i[L.LEFT])


@kernel
def unrealised(s: State) -> int:
    """Profit of the open position at the mark, in units."""
    i = s.i
    if i[L.DIRECTION] == 0:
        return 0
    value = value_of(i, open_lots(i), 2 * i[L.MARK])
    return dd.booked(profit(i, i[L.DIRECTION], get(s.f, L.OPEN_COST), value))


@kernel
def equity_float(s: State) -> float:
    """Cash and unrealised profit in float arithmetic."""
    i = s.i
    total = float(i[L.CASH]) / dd.UNITS
    if i[L.DIRECTION] == 0:
        return total
    value, cost = value_float(i, open_lots(i), i[L.MARK]), s.f[L.OPEN_COST]
    if (i[L.DIRECTION] > 0) != (i[L.INVERSE] != 0):
        return total + (value - cost)
    return total + (cost - value)


@kernel
def sample(s: State) -> None:
    """Note the equity and how far it is below its peak, in percent."""
    f, row = s.f, s.i[L.SAMPLES]
    equity = equity_float(s)
    if equity > f[L.PEAK]:
        f[L.PEAK] = equity
    drawdown = 0.0
    if f[L.PEAK] > 0.0:
        drawdown = (f[L.PEAK] - equity) / f[L.PEAK] * 100.0
        if drawdown > f[L.DEEPEST]:
            f[L.DEEPEST] = drawdown
    s.sample_ts[row] = f[L.NOW]
    s.sample_equity[row] = equity
    s.sample_drawdown[row] = drawdown
    s.i[L.SAMPLES] = row + 1


@kernel
def see(i: Array, low: int, high: int) -> None:
    """The market was marked from `low` to `high`."""
    if i[L.DIRECTION] != 0:
        i[L.LOWEST] = min(i[L.LOWEST], low)
        i[L.HIGHEST] = max(i[L.HIGHEST], high)


@kernel
def _pay(s: State, value: Double, lots: int, buy: int, level: int, reference: int, maker: bool) -> None:
    """Fee and slippage of a fill, and what they change in the cash."""
    i, f = s.i, s.f
    rate = get(f, L.MAKER_FEE if maker else L.TAKER_FEE)
    fees = dd.add(get(f, L.FEES), dd.multiply(value, rate))
    put(f, L.FEES, fees)
    i[L.TRIP_FEES] = dd.booked(fees)
    if reference != 2 * level:
        hoped = value_of(i, lots, reference)
        put(f, L.SLIPPAGE, dd.add(get(f, L.SLIPPAGE), profit(i, buy, hoped, value)))


@kernel
def _settle(i: Array) -> None:
    """Put into the cash what the trip has earned since the last time."""
    now = i[L.TRIP_GROSS] - i[L.TRIP_FEES] + i[L.TRIP_FUNDING]
    i[L.CASH] += now - i[L.TRIP_CASH]
    i[L.TRIP_CASH] = now


@kernel
def leave(
    s: State, lots: int, buy: int, level: int, reference: int, maker: bool, ts: float, label: int
) -> None:
    """Take lots out of the position at the fill's price, at the average entry."""
    i, f = s.i, s.f
    value = value_of(i, lots, 2 * level)
    cost = get(f, L.OPEN_COST)
    if lots != open_lots(i):
        cost = dd.divide(dd.multiply(cost, dd.of_int(lots)), dd.of_int(open_lots(i)))
        put(f, L.OPEN_COST, dd.subtract(get(f, L.OPEN_COST), cost))
    else:
        put(f, L.OPEN_COST, (0.0, 0.0))
    gross = dd.add(get(f, L.GROSS), profit(i, i[L.DIRECTION], cost, value))
    put(f, L.GROSS, gross)
    i[L.TRIP_GROSS] = dd.booked(gross)
    i[L.LEFT] += lots
    put(f, L.EXIT_VALUE, dd.add(get(f, L.EXIT_VALUE), value))
    _pay(s, value, lots, buy, level, reference, maker)
    _settle(i)
    f[L.EXIT_TIME], i[L.EXIT_MARK], i[L.EXIT_REASON] = ts, i[L.MARK], label


@kernel
def enter(
    s: State, lots: int, buy: int, level: int, reference: int, maker: bool, ts: float, label: int
) -> None:
    """Add lots to the position, or open one."""
    i, f = s.i, s.f
    if i[L.DIRECTION] == 0:
        i[L.DIRECTION], i[L.ENTRY_REASON], i[L.ENTRY_BARS] = buy, label, i[L.BARS_CLOSED]
        i[L.ENTERED] = i[L.LEFT] = 0
        i[L.TRIP_CASH] = i[L.TRIP_GROSS] = i[L.TRIP_FEES] = i[L.TRIP_FUNDING] = 0
        i[L.LOWEST] = i[L.HIGHEST] = i[L.MARK]
        f[L.ENTRY_TIME] = ts
        for at in range(L.ENTRY_VALUE, L.FLOATS):
            f[at] = 0.0
    value = value_of(i, lots, 2 * level)
    i[L.ENTERED] += lots
    put(f, L.ENTRY_VALUE, dd.add(get(f, L.ENTRY_VALUE), value))
    put(f, L.OPEN_COST, dd.add(get(f, L.OPEN_COST), value))
    _pay(s, value, lots, buy, level, reference, maker)
    _settle(i)


@kernel
def fund(s: State, rate: Double, mark: Double) -> int:
    """Book funding on the open position; gives the units received (negative: paid)."""
    i, f = s.i, s.f
    if i[L.DIRECTION] == 0:
        return 0
    paid = dd.multiply(value_at(i, open_lots(i), mark), rate)
    if i[L.DIRECTION] > 0:
        paid = dd.negative(paid)
    funded = dd.add(get(f, L.FUNDED), paid)
    put(f, L.FUNDED, funded)
    i[L.TRIP_FUNDING] = dd.booked(funded)
    before = i[L.TRIP_CASH]
    _settle(i)
    return i[L.TRIP_CASH] - before


@kernel
def _excursion(s: State, level: int) -> int:
    """Profit of all that was entered, from its average price to this level."""
    value = value_of(s.i, s.i[L.ENTERED], 2 * level)
    return dd.booked(profit(s.i, s.i[L.DIRECTION], get(s.f, L.ENTRY_VALUE), value))


@kernel
def close(s: State) -> None:
    """Note the trade that has just been closed; there is no position after it."""
    i, f, row = s.i, s.f, s.i[L.TRADES]
    r = s.trades[row]
    is_long = i[L.DIRECTION] > 0
    r[L.R_SIDE] = i[L.DIRECTION]
    r[L.R_BARS] = i[L.BARS_CLOSED] - i[L.ENTRY_BARS]
    r[L.R_ENTRY_REASON], r[L.R_EXIT_REASON] = i[L.ENTRY_REASON], i[L.EXIT_REASON]
    r[L.R_SIZE] = i[L.ENTERED]
    r[L.R_ENTRY_PRICE] = average_price(i, i[L.ENTERED], get(f, L.ENTRY_VALUE))
    r[L.R_EXIT_PRICE] = average_price(i, i[L.LEFT], get(f, L.EXIT_VALUE))
    r[L.R_GROSS], r[L.R_FEES], r[L.R_FUNDING] = i[L.TRIP_GROSS], i[L.TRIP_FEES], i[L.TRIP_FUNDING]
    r[L.R_SLIPPAGE] = dd.booked(get(f, L.SLIPPAGE))
    r[L.R_PNL] = i[L.TRIP_CASH]
    r[L.R_USD] = in_dollars(i, i[L.TRIP_CASH], i[L.EXIT_MARK])
    r[L.R_MAE] = min(_excursion(s, i[L.LOWEST] if is_long else i[L.HIGHEST]), 0)
    r[L.R_MFE] = max(_excursion(s, i[L.HIGHEST] if is_long else i[L.LOWEST]), 0)
    r[L.R_MARK] = i[L.EXIT_MARK]
    s.trade_times[row, 0], s.trade_times[row, 1] = f[L.ENTRY_TIME], f[L.EXIT_TIME]
    i[L.TRADES] = row + 1
    i[L.WINS] += r[L.R_PNL] > 0
    i[L.EARNED_USD] += r[L.R_USD]
    i[L.DIRECTION] = 0


@kernel
def in_dollars(i: Array, units: int, level: int) -> int:
    """Units of the settlement currency in units of a dollar."""
    if not i[L.IN_COINS]:
        return units
    price = dd.ratio(level * i[L.PRICE_UP], i[L.PRICE_DOWN])
    return dd.booked(dd.multiply(dd.divide(dd.of_int(units), (dd.UNITS, 0.0)), price))


@kernel
def exhaustion(s: State) -> int:
    """A level before which the position is surely not liquidated: at or below it for a long, else above.

    See `margin` for the formula; here with a little to spare, since it is reckoned in floats.
    """
    i, f = s.i, s.f
    is_long, cash, cost = i[L.DIRECTION] > 0, float(i[L.CASH]) / dd.UNITS, f[L.OPEN_COST]
    size, maintenance = size_float(i, open_lots(i)), f[L.MAINTENANCE]
    spare = 1e-7 + 1e-9 * (abs(cash) + abs(cost))
    if is_long != (i[L.INVERSE] != 0):
        value = (cost - cash + spare) / (1.0 - maintenance)
        if value <= 0.0:
            return 0 if is_long else L.NEVER
    else:
        value = (cash + cost - spare) / (1.0 + maintenance)
        if value <= 0.0:
            return L.NEVER if is_long else 0
    price = size / value if i[L.INVERSE] else value / size
    level = price * float(i[L.PRICE_DOWN]) / float(i[L.PRICE_UP])
    if level > 1e15:
        return L.NEVER
    return math.ceil(level) + 1 if is_long else math.floor(level) - 1


@kernel
def is_exhausted(s: State) -> bool:
    """Whether the equity no longer covers the maintenance margin at the mark."""
    i = s.i
    needed = dd.multiply(get(s.f, L.MAINTENANCE), value_of(i, open_lots(i), 2 * i[L.MARK]))
    equity = dd.divide(dd.of_int(i[L.CASH] + unrealised(s)), (dd.UNITS, 0.0))
    return dd.less_or_equal(equity, needed)
