"""Several trades in one write: all of them or none, each found by the index."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from schema.files.trades import TradesReader, TradesWriter


def test_several_trades_are_added_at_once_and_found_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "trades_x.json"
    with TradesWriter(path, {"session": "x"}) as writer:
        writer.append({"id": 1})
        writer.extend([{"id": number, "pnl": Decimal("0.1") * number} for number in (2, 3, 4)])
        writer.extend([])
        writer.append({"id": 5})
        assert writer.count == 5
    assert [trade["id"] for trade in json.loads(path.read_text())] == [1, 2, 3, 4, 5]
    for offset in range(5):
        assert TradesReader(path).page(offset, 1, newest_first=False).trades[0]["id"] == offset + 1


def test_one_trade_that_cannot_be_written_keeps_all_out(tmp_path: Path) -> None:
    path = tmp_path / "trades_x.json"
    with TradesWriter(path) as writer:
        with pytest.raises(ValueError, match=r"nan|NaN|JSON"):
            writer.extend([{"id": 1}, {"id": 2, "pnl": float("nan")}])
        assert writer.count == 0
    assert json.loads(path.read_text()) == []
