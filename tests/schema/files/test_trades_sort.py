"""Pages of trades in any order."""

import math
import random
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from schema.files.trades import TradeFilter, TradeSort, TradesReader, TradesWriter
from schema.files.trades_sort import SORT_FIELDS, TEXTS

COUNT = 700


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trades_x.json"


@pytest.fixture
def trades(path: Path) -> list[dict[str, Any]]:
    """Trades with many equal values; some lack the fields that older files do not have."""
    chance = random.Random(5)
    made = [_trade(n, chance) for n in range(COUNT)]
    with TradesWriter(path) as writer:
        writer.extend(made)
    return made


def _trade(n: int, chance: random.Random) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": n,
        "exit_time": 1_706_000_000.25 + n,
        "entry_time": 1_706_000_000.25 + n - chance.randint(1, 9),
    }
    for name in SORT_FIELDS:
        if name in TEXTS:
            made[name] = chance.choice(["LONG", "SHORT", "é"])
        elif name not in (*made, "duration"):
            made[name] = chance.choice([-1.5, 0, 0.001, 7, 1e12])
    for name in ("mae", "entry_reason"):
        if n % 5 == 0:
            del made[name]
        elif n % 7 == 0:
            made[name] = None
    return made


def expected(trades: list[dict[str, Any]], sort: TradeSort) -> list[int]:
    def value(trade: dict[str, Any]) -> Any:
        return trade["exit_time"] - trade["entry_time"] if sort.field == "duration" else trade.get(sort.field)

    there = [trade for trade in trades if value(trade) is not None]
    lacking = [trade for trade in trades if value(trade) is None]
    ordered = sorted(there, key=lambda trade: (value(trade), trade["id"]), reverse=sort.descending)
    return [trade["id"] for trade in (*ordered, *(lacking[::-1] if sort.descending else lacking))]


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("field", SORT_FIELDS)
def test_pages_follow_each_other_in_the_order_asked_for(
    path: Path, trades: list[dict[str, Any]], field: str, descending: bool
) -> None:
    sort = TradeSort(field, descending)
    right, reader = expected(trades, sort), TradesReader(path)
    for offset, limit in [(0, 50), (50, 50), (690, 50), (700, 5), (0, COUNT), (300, 7)]:
        page = reader.sorted_page(offset, limit, sort)
        assert ([trade["id"] for trade in page.trades], page.total) == (right[offset : offset + limit], COUNT)


def test_what_a_filter_lets_through_is_sorted(path: Path, trades: list[dict[str, Any]]) -> None:
    sort = TradeSort("pnl", True)
    longs = [trade for trade in trades if trade["side"] == "LONG"]
    page = TradesReader(path).sorted_page(3, 10, sort, TradeFilter(side="LONG"))
    assert [trade["id"] for trade in page.trades] == expected(longs, sort)[3:13]
    assert page.total == len(longs)


def test_what_is_no_number_comes_last(path: Path) -> None:
    with TradesWriter(path) as writer:
        writer.extend([{"id": n, "pnl": pnl} for n, pnl in enumerate(["x", 1, True, None, 10**400, -1, [2]])])
    for descending, first in ((True, [1, 5]), (False, [5, 1])):
        found = TradesReader(path).sorted_page(0, 10, TradeSort("pnl", descending)).trades
        assert [trade["id"] for trade in found[:2]] == first
        assert len(found) == 7


def test_a_field_that_there_is_not_is_refused(path: Path) -> None:
    with pytest.raises(ValueError, match="there are exit_time, entry_time"):
        TradesReader(path).sorted_page(0, 10, TradeSort("id"))


def test_a_file_that_is_not_there_holds_no_trades(path: Path) -> None:
    assert TradesReader(path).sorted_page(0, 10, TradeSort("pnl")).total == 0


def test_memory_holds_keys_and_not_the_rows(path: Path) -> None:
    count, note = 5_000, "x" * 2_000
    with TradesWriter(path) as writer:
        writer.extend([{"id": n, "pnl": math.sin(n), "note": note} for n in range(count)])
    reader = TradesReader(path)
    reader.sorted_page(0, 50, TradeSort("pnl"))
    tracemalloc.start()
    try:
        page = reader.sorted_page(0, 50, TradeSort("pnl"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(page.trades) == 50
    assert peak < path.stat().st_size / 3
