"""What a run gives: closed trades and the equity over time, in columns.

A row of Python objects for each trade or sample is slow to make and large to keep, so a run of a million bars
keeps columns, and the documented records and rows are made when they are asked for.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Record = dict[str, Any]
EquityRow = tuple[float, float, float]
"""(Unix seconds, equity, drawdown in percent of the peak)"""

SIDES = {"LONG": 1, "SHORT": -1}
NOT_COUNTED = -1
"""`bars_held` of a trade whose record has none."""

REQUIRED = (
    *("entry_time", "exit_time", "entry_price", "exit_price", "size", "gross_pnl", "fees", "funding"),
    *("slippage", "pnl", "pnl_usd"),
)
OPTIONAL = ("mae", "mfe", "settle_usd")
"""Records written before these fields existed have none: NaN in the column."""

FLOATS = (*REQUIRED, *OPTIONAL)
_ORIGIN = ("settle", "market", "exchange", "session")


@dataclass(frozen=True)
class TradeTable:
    """Closed trades as columns of equal length, in order of closing.

    Times are Unix seconds, prices as quoted, `size` contracts (dollars for a pair); `gross_pnl`, `fees`,
    `funding`, `slippage`, `pnl`, `mae`, `mfe` are in `settle`, `pnl_usd` in dollars, `settle_usd` dollars a
    unit of `settle` at the exit. `side` is 1 (long) or -1 (short); the reasons index into `reasons`. NaN and
    `NOT_COUNTED` stand for what a record does not have.

    `ids`, `runs` and `legs` are None where they can be told without: ids 1, 2, ...; `run` for all; no legs.
    """

    entry_time: Floats
    exit_time: Floats
    entry_price: Floats
    exit_price: Floats
    size: Floats
    gross_pnl: Floats
    fees: Floats
    funding: Floats
    slippage: Floats
    pnl: Floats
    pnl_usd: Floats
    mae: Floats
    mfe: Floats
    settle_usd: Floats
    side: Ints
    bars_held: Ints
    entry_reason: Ints
    exit_reason: Ints
    reasons: list[str] = field(default_factory=list)
    settle: str = ""
    market: str = ""
    exchange: str = ""
    session: str = ""
    run: int = 0
    ids: Sequence[int | str] | None = None
    runs: Sequence[int] | None = None
    legs: Sequence[list[Record] | None] | None = None

    def __post_init__(self) -> None:
        lengths = {name: len(getattr(self, name)) for name in (*FLOATS, *_INTS)}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns of different length: {lengths}")

    def __len__(self) -> int:
        return len(self.pnl)

    @classmethod
    def of(cls, records: Iterable[Mapping[str, Any]]) -> "TradeTable":
        """Columns of these records. Raises ValueError that names the record and the field that is wrong."""
        builder = TradeBuilder()
        for record in records:
            builder.append(record)
        return builder.table()

    def records(self) -> list[Record]:
        """The documented records, in order; fields that a trade does not have are left out."""
        names = self.reasons
        columns = [getattr(self, name).tolist() for name in _IN_RECORD]
        sides = ["LONG" if side > 0 else "SHORT" for side in self.side.tolist()]
        entered = [names[index] for index in self.entry_reason.tolist()]
        left = [names[index] for index in self.exit_reason.tolist()]
        ids = self.ids or range(1, len(self) + 1)
        runs = self.runs or [self.run] * len(self)
        legs = self.legs or [None] * len(self)
        rows = zip(ids, sides, entered, left, runs, legs, *columns, strict=True)
        return [self._record(*row) for row in rows]

    def _record(
        self,
        id: int | str,
        side: str,
        entered: str,
        left: str,
        run: int,
        legs: list[Record] | None,
        *row: Any,
    ) -> Record:
        (entry_time, exit_time, entry_price, exit_price, size, gross_pnl, fees, funding, pnl, slippage,
         pnl_usd, mae, mfe, bars_held, settle_usd) = row  # fmt: skip
        record = {
            "id": id,
            "session": self.session,
            "exchange": self.exchange,
            "market": self.market,
            "side": side,
            "entry_time": entry_time,
            "exit_time": exit_time,
            "entry_price": entry_price,
            "exit_price": exit_price,
            "size": size,
            "gross_pnl": gross_pnl,
            "fees": fees,
            "funding": funding,
            "pnl": pnl,
            "slippage": slippage,
            "settle": self.settle,
            "pnl_usd": pnl_usd,
            "entry_reason": entered,
            "exit_reason": left,
        }
        if mae == mae:  # NaN is the one value that differs from itself
            record["mae"] = mae
        if mfe == mfe:
            record["mfe"] = mfe
        if bars_held != NOT_COUNTED:
            record["bars_held"] = bars_held
        if settle_usd == settle_usd:
            record["settle_usd"] = settle_usd
        record["run"] = run
        if legs is not None:
            record["legs"] = legs
        return record


_INTS = ("side", "bars_held", "entry_reason", "exit_reason")
_IN_RECORD = (
    *("entry_time", "exit_time", "entry_price", "exit_price", "size", "gross_pnl", "fees", "funding", "pnl"),
    *("slippage", "pnl_usd", "mae", "mfe", "bars_held", "settle_usd"),
)


class TradeBuilder:
    """Takes trade records one at a time; `table()` gives the columns so far."""

    def __init__(self) -> None:
        self._floats = array("d")
        self._ints = array("q")
        self._reasons: dict[str, int] = {}
        self._ids: list[int | str] = []
        self._runs: list[int] = []
        self._legs: list[list[Record] | None] = []
        self._origin: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def append(self, record: Mapping[str, Any]) -> None:
        """Add a record. Raises ValueError that names the record and the field that is wrong."""
        number = len(self._ids) + 1
        floats = [_number(record, name, number) for name in REQUIRED]
        floats += [_number(record, name, number) if name in record else np.nan for name in OPTIONAL]
        side = SIDES.get(record.get("side", ""))
        if side is None:
            raise ValueError(f"trade {number}: side is {record.get('side')!r}, not LONG or SHORT")
        bars = record.get("bars_held")
        self._floats.extend(floats)
        self._ints.extend(
            (
                side,
                NOT_COUNTED if bars is None else int(bars),
                self._reason(record.get("entry_reason", "")),
                self._reason(record.get("exit_reason", "")),
            )
        )
        self._ids.append(record.get("id", number))
        self._runs.append(int(record.get("run", 0)))
        self._legs.append(record.get("legs"))
        self._origin = self._origin or {name: str(record.get(name, "")) for name in _ORIGIN}

    def table(self) -> TradeTable:
        """The columns so far; later records do not change them."""
        floats = np.array(self._floats, dtype=np.float64).reshape(-1, len(FLOATS)).T
        ints = np.array(self._ints, dtype=np.int64).reshape(-1, len(_INTS)).T
        columns: dict[str, Any] = {
            name: np.ascontiguousarray(column)
            for name, column in (*zip(FLOATS, floats, strict=True), *zip(_INTS, ints, strict=True))
        }
        plain = self._ids == list(range(1, len(self._ids) + 1))
        runs = set(self._runs)
        return TradeTable(
            **columns,
            reasons=list(self._reasons),
            **self._origin,
            run=self._runs[-1] if self._runs else 0,
            ids=None if plain else list(self._ids),
            runs=list(self._runs) if len(runs) > 1 else None,
            legs=list(self._legs) if any(self._legs) else None,
        )

    def _reason(self, text: Any) -> int:
        return self._reasons.setdefault(str(text), len(self._reasons))


def _number(record: Mapping[str, Any], name: str, number: int) -> float:
    value: Any = record.get(name)
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"trade {number}: {name} is {value!r}, not a number") from None


@dataclass(frozen=True)
class EquityCurve:
    """Samples of the equity, oldest first: Unix seconds, settlement currency, percent below the peak."""

    ts: Floats
    equity: Floats
    drawdown: Floats

    def __post_init__(self) -> None:
        lengths = len(self.ts), len(self.equity), len(self.drawdown)
        if len(set(lengths)) > 1:
            raise ValueError(f"columns of different length: ts, equity, drawdown = {lengths}")

    def __len__(self) -> int:
        return len(self.ts)

    @classmethod
    def of(cls, rows: Iterable[Sequence[float]]) -> "EquityCurve":
        """Columns of rows [ts, equity, drawdown]."""
        builder = EquityBuilder()
        for ts, equity, drawdown in rows:
            builder.append(ts, equity, drawdown)
        return builder.curve()

    def rows(self) -> list[EquityRow]:
        return list(zip(self.ts.tolist(), self.equity.tolist(), self.drawdown.tolist(), strict=True))


class EquityBuilder:
    """Takes samples one at a time; `curve()` gives the columns so far."""

    def __init__(self) -> None:
        self._values = array("d")

    def __len__(self) -> int:
        return len(self._values) // 3

    def append(self, ts: float, equity: float, drawdown: float) -> None:
        self._values.extend((ts, equity, drawdown))

    def curve(self) -> EquityCurve:
        """The columns so far; later samples do not change them."""
        table = np.array(self._values, dtype=np.float64).reshape(-1, 3).T
        return EquityCurve(*(np.ascontiguousarray(column) for column in table))
