"""The bare loops: the same simulations with nothing around them, compiled. What the machine allows."""

import numba
import numpy as np
from numba import njit
from serve import CASH, FAST, FEE, FIRST_SELL_BUY_MIDDLE, RUNGS, SLOW, STEP, Clock, load, serve

OPEN, HIGH, LOW, CLOSE, _ = load()


@njit(cache=True)
def _mean(values, window):
    out = np.full(len(values), np.nan)
    total = 0.0
    for i in range(len(values)):
        total += values[i]
        if i >= window:
            total -= values[i - window]
        if i >= window - 1:
            out[i] = total / window
    return out


@njit(cache=True)
def _cross(open_, close, fast, slow, cash, fee, entry, exit_, entry_price, exit_price, pnl, equity):
    """Records and the equity at every close go to the last six arrays; gives the number of trades."""
    size, paid, count = 0.0, 0.0, 0
    wanted = False
    for i in range(len(close)):
        price = open_[i]
        if wanted and size == 0.0:
            paid = price * fee
            cash -= price + paid
            size = 1.0
            entry[count], entry_price[count] = i, price
        elif not wanted and size != 0.0:
            cost = price * fee
            cash += price - cost
            size = 0.0
            exit_[count], exit_price[count] = i, price
            pnl[count] = price - entry_price[count] - paid - cost
            count += 1
        equity[i] = cash + size * close[i]
        if fast[i] > slow[i]:
            wanted = True
        elif fast[i] < slow[i]:
            wanted = False
    return count


@njit(cache=True)
def _ladder(high, low, close, middle, step, rungs, cash, fee, bars, sides, prices, equity):
    """Fills and the equity at every close go to the last four arrays; gives the number of fills."""
    price = np.empty(rungs)
    side = np.empty(rungs, np.int64)
    for k in range(rungs // 2):
        price[2 * k], side[2 * k] = middle - step * (k + 1), 1
        price[2 * k + 1], side[2 * k + 1] = middle + step * (k + 1), -1
    position, count = 0.0, 0
    highest_buy, lowest_sell = middle - step, middle + step
    for i in range(len(close)):
        if low[i] < highest_buy or high[i] > lowest_sell:
            for k in range(rungs):
                if (side[k] == 1 and low[i] < price[k]) or (side[k] == -1 and high[i] > price[k]):
                    bars[count], sides[count], prices[count] = i, side[k], price[k]
                    count += 1
                    position += side[k]
                    cash -= side[k] * price[k] + price[k] * fee
                    price[k] += side[k] * step
                    side[k] = -side[k]
            highest_buy, lowest_sell = -np.inf, np.inf
            for k in range(rungs):
                if side[k] == 1:
                    highest_buy = max(highest_buy, price[k])
                else:
                    lowest_sell = min(lowest_sell, price[k])
        equity[i] = cash + position * close[i]
    return count


def cross(clock: Clock):
    with clock.stage("indicators"):
        fast, slow = _mean(CLOSE, FAST), _mean(CLOSE, SLOW)
    with clock.stage("simulation"):
        most = len(CLOSE) // 2 + 1
        entry, exit_ = np.empty(most, np.int64), np.empty(most, np.int64)
        floats = [np.empty(most) for _ in range(3)]
        equity = np.empty(len(CLOSE))
        count = _cross(OPEN, CLOSE, fast, slow, CASH, FEE, entry, exit_, *floats, equity)
    columns = [entry, exit_, *floats]
    names = ("entry_bar", "exit_bar", "entry_price", "exit_price", "pnl")
    return lambda: (
        {name: column[:count] for name, column in zip(names, columns, strict=True)} | {"equity": equity[-1:]}
    )


def ladder(clock: Clock):
    with clock.stage("simulation"):
        most = len(CLOSE)
        bars, sides, prices, equity = (
            np.empty(most, np.int64),
            np.empty(most, np.int64),
            np.empty(most),
            np.empty(most),
        )
        count = _ladder(
            HIGH, LOW, CLOSE, FIRST_SELL_BUY_MIDDLE, STEP, RUNGS, CASH, FEE, bars, sides, prices, equity
        )
    return lambda: {
        "bar": bars[:count],
        "side": sides[:count],
        "price": prices[:count],
        "equity": equity[-1:],
    }


if __name__ == "__main__":
    serve({"cross": cross, "ladder": ladder}, {"numba": numba.__version__})
