"""Whether engines made the same trades: nothing is timed before they did.

The peers fill at the open. Ours buys at the ask and sells at the bid, one tick apart; which of them the open
is follows from the prices before it (a rise prints at the ask), so for every fill it is known whether it must
have cost a tick or none, and anything else is a difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Records = Mapping[str, NDArray[Any]]

MONEY = 1e-6
"""Dollars by which a profit may differ: sums of floats against booked hundred-millionths of a dollar."""
RELATIVE = 1e-11
"""The same of large sums; at a price it is far less than a tick."""
FEE = 0.0005


class Unequal(AssertionError):
    """Two engines did not make the same trades; names the first difference."""


@dataclass(frozen=True)
class Spread:
    """How far from the open our taker fills are at each bar.

    Attributes:
        buy, sell: dollars above and below the open, 0 or one tick.
    """

    buy: NDArray[np.float64]
    sell: NDArray[np.float64]

    @classmethod
    def of(cls, open_: NDArray[np.float64], close: NDArray[np.float64], tick: float) -> "Spread":
        """By the rule of the way through a candle: a fall prints at the bid, everything else at the ask."""
        fell = np.append(False, open_[1:] < close[:-1])
        return cls(np.where(fell, tick, 0.0), np.where(fell, 0.0, tick))


def load(path: Path) -> dict[str, NDArray[Any]]:
    """Records that a worker has saved."""
    with np.load(path) as saved:
        return dict(saved)


def same_trades(name: str, ours: Records, theirs: Records, spread: Spread | None = None) -> None:
    """Check closed trades of one contract, long only: bars and prices of entry and exit, pnl, equity.

    Args:
        spread: what `ours` paid beside the peer's price; None: nothing.

    Raises:
        Unequal.
    """
    _same_exactly(name, "bar of entry", ours["entry_bar"], theirs["entry_bar"])
    _same_exactly(name, "bar of exit", ours["exit_bar"], theirs["exit_bar"])
    entry, exit_ = theirs["entry_price"], theirs["exit_price"]
    paid = np.zeros((2, len(entry)))
    if spread is not None:
        paid = np.array([spread.buy[theirs["entry_bar"]], spread.sell[theirs["exit_bar"]]])
    _same_nearly(name, "price of entry", ours["entry_price"], entry + paid[0])
    _same_nearly(name, "price of exit", ours["exit_price"], exit_ - paid[1])
    # A fee is a share of the price that was paid.
    lost = paid.sum(axis=0) + FEE * (paid[0] - paid[1])
    _same_nearly(name, "profit", ours["pnl"], theirs["pnl"] - lost, MONEY)
    _same_nearly(
        name, "final equity", ours["equity"], theirs["equity"] - lost.sum(), MONEY * len(lost) ** 0.5
    )


def same_fills(name: str, ours: Records, theirs: Records) -> None:
    """Check fills of resting orders in their order: bar, side, price, equity.

    Raises:
        Unequal.
    """
    for column in ("bar", "side"):
        _same_exactly(name, column, ours[column], theirs[column])
    _same_nearly(name, "price", ours["price"], theirs["price"])
    _same_nearly(name, "final equity", ours["equity"], theirs["equity"], MONEY)


def trips(fills: Records, fee: float = FEE) -> dict[str, NDArray[Any]]:
    """Round trips from flat to flat that fills of one contract each make: entry_bar, exit_bar, size, pnl.

    A trip that is open at the end is left out. An engine that records trips, not fills, is compared by these.
    """
    position, cash, entered, begin = 0, 0.0, 0, 0
    rows: list[tuple[int, int, int, float]] = []
    for bar, side, price in zip(
        fills["bar"].tolist(), fills["side"].tolist(), fills["price"].tolist(), strict=True
    ):
        if position == 0:
            begin, cash, entered = bar, 0.0, 0
        entered += position * side >= 0
        position += side
        cash -= side * price + fee * price
        if position == 0:
            rows.append((begin, bar, entered, cash))
    columns = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    whole = columns[:3].astype(np.int64)
    return {"entry_bar": whole[0], "exit_bar": whole[1], "size": whole[2], "pnl": columns[3]}


def same_trips(name: str, ours: Records, theirs: Records) -> None:
    """Check round trips: entry_bar, exit_bar, size, pnl.

    Raises:
        Unequal.
    """
    for column in ("entry_bar", "exit_bar", "size"):
        _same_exactly(name, column, ours[column], theirs[column])
    _same_nearly(name, "profit", ours["pnl"], theirs["pnl"], MONEY)


def _same_exactly(name: str, what: str, ours: NDArray[Any], theirs: NDArray[Any]) -> None:
    if len(ours) != len(theirs):
        raise Unequal(f"{name}: {len(ours)} against {len(theirs)}; {what}: {_first(ours, theirs)}")
    if not np.array_equal(ours, theirs):
        raise Unequal(f"{name}: {what}: {_first(ours, theirs)}")


def _same_nearly(
    name: str, what: str, ours: NDArray[Any], theirs: NDArray[Any], within: float = 1e-9
) -> None:
    equal = np.isclose(ours, theirs, rtol=RELATIVE, atol=within)
    if not equal.all():
        at = int(np.argmin(equal))
        raise Unequal(f"{name}: {what}: number {at} is {ours[at]!r} against {theirs[at]!r}")


def _first(ours: Sequence[Any] | NDArray[Any], theirs: Sequence[Any] | NDArray[Any]) -> str:
    for at, (one, other) in enumerate(zip(ours, theirs, strict=False)):
        if one != other:
            return f"number {at} is {one} against {other}"
    return "one goes on where the other has ended"
