# mypy: disable-error-code="no-any-return"
# What an array of the kernel holds is known to Numba, and not to mypy.
"""Candles in which nothing can happen: passed over at once, or known ahead."""

from bots.core.compiled import books
from bots.core.compiled import double_double as dd
from bots.core.compiled import layout as L
from bots.core.compiled.cache import kernel
from bots.core.compiled.memory import State
from bots.core.compiled.orderbook import reach
from bots.core.compiled.prints import first_side, set_quote

Sizes = tuple[float, float, float, float, float, bool, bool]


@kernel
def pass_over(s: State) -> None:
    """Pass over candles in which nothing happens but that bars close and the equity is noted."""
    i, f = s.i, s.f
    if not i[L.STARTED]:
        return
    if i[L.STALE]:
        reach(s)
    first, base = i[L.CANDLE], int(f[L.BASE])
    until = f[L.EXPIRY] if i[L.FUNDING] >= i[L.FUNDINGS] else min(f[L.EXPIRY], s.funding[i[L.FUNDING], 0])
    end = min(i[L.STOP_CANDLE], i[L.CANDLES] - 1, first + len(s.sample_ts) - i[L.SAMPLES] - 8)
    is_touchable = i[L.OPEN] > 0 or i[L.DIRECTION] != 0
    is_plain, is_open = len(s.closing) == 0, i[L.DIRECTION] != 0
    low, high = i[L.FIRES_LOW], i[L.FIRES_HIGH]
    lows, highs, stamps, opens, targets = s.low, s.high, s.ts, s.open, s.targets
    times, equities, drawdowns = s.sample_ts, s.sample_equity, s.sample_drawdown
    has_targets, warmup, known, bars = i[L.FOLLOWS_TARGETS] != 0, i[L.WARMUP], f[L.WANTED], i[L.BARS]
    peak, deepest = f[L.PEAK], f[L.DEEPEST]
    lowest, highest, bar, stop, now = i[L.LOWEST], i[L.HIGHEST], i[L.BAR], i[L.STOP_BAR], f[L.NOW]
    ends_at = until - float(base)
    candle = first
    sizes = _sizes(s)
    row, closed = i[L.SAMPLES], i[L.BARS_CLOSED]
    while candle < end:
        if is_touchable and (lows[candle] <= low or highs[candle] >= high):
            break
        if float(stamps[candle]) > ends_at:
            break
        if is_plain:
            if bar >= stop:
                break
            if has_targets and bar + 1 >= warmup:
                wanted = targets[bar]
                if wanted == wanted and wanted != known:
                    break
            now = max(now, float(stamps[candle]), float(stamps[candle - 1] + base))
            equity = _equity(sizes, opens[candle])
            peak = max(peak, equity)
            drawdown = (peak - equity) / peak * 100.0 if peak > 0.0 else 0.0
            deepest = max(deepest, drawdown)
            times[row], equities[row], drawdowns[row] = now, equity, drawdown
            row, closed, bar = row + 1, closed + 1, bar + 1
        elif bar < bars and s.closing[bar] == candle - 1:
            break
        if is_open:
            lowest, highest = min(lowest, lows[candle]), max(highest, highs[candle])
        candle += 1
    if candle > first:
        i[L.LOWEST], i[L.HIGHEST], i[L.CANDLE] = lowest, highest, candle
        i[L.SAMPLES], i[L.BARS_CLOSED], i[L.BAR] = row, closed, bar
        f[L.PEAK], f[L.DEEPEST] = peak, deepest
        f[L.NOW] = max(now, float(stamps[candle - 1]))
        if candle - 1 > i[L.FIRST]:
            f[L.VOLUME] = s.volume[candle - 2]
            f[L.NOW] = max(f[L.NOW], float(stamps[candle - 2] + base))
        set_quote(s, candle - 1, 0, opens[candle - 1], first_side(s, candle - 1))


@kernel
def _sizes(s: State) -> Sizes:
    """What `books.equity_float` reckons with, as long as nothing is booked."""
    i = s.i
    return (
        float(i[L.CASH]) / dd.UNITS,
        books.size_float(i, books.open_lots(i)) if i[L.DIRECTION] != 0 else 0.0,
        s.f[L.OPEN_COST],
        float(i[L.PRICE_UP]),
        float(i[L.PRICE_DOWN]),
        i[L.INVERSE] != 0,
        (i[L.DIRECTION] > 0) != (i[L.INVERSE] != 0),
    )


@kernel
def _equity(sizes: Sizes, level: int) -> float:
    """The same as `books.equity_float` at another mark."""
    cash, size, cost, up, down, is_inverse, is_rising = sizes
    if size == 0.0:
        return cash
    price = float(level) * up / down
    value = size / price if is_inverse else size * price
    return cash + (value - cost) if is_rising else cash + (cost - value)


@kernel
def look_ahead(s: State) -> None:
    """Find the first bar that may not be closed before something else has happened."""
    i = s.i
    if i[L.STALE]:
        reach(s)
    candle, base = i[L.CANDLE], int(s.f[L.BASE])
    until = s.f[L.EXPIRY]
    if i[L.FUNDING] < i[L.FUNDINGS]:
        until = min(until, s.funding[i[L.FUNDING], 0])
    if i[L.FIRES_LOW] < i[L.ALL_LOW] and i[L.FIRES_HIGH] > i[L.ALL_HIGH] and until == float("inf"):
        i[L.WAKE_BAR] = L.NEVER
        return
    end = min(i[L.CANDLES], candle + 512)
    while candle < end:
        if s.low[candle] <= i[L.FIRES_LOW] or s.high[candle] >= i[L.FIRES_HIGH]:
            break
        if s.ts[candle] + base > until:
            break
        candle += 1
    bar = i[L.BAR]
    if len(s.closing) == 0:
        bar = max(bar, candle - 1)
    else:
        while bar < i[L.BARS] and s.closing[bar] < candle - 1:
            bar += 1
    i[L.WAKE_BAR] = bar
