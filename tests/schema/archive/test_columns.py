"""Rows that are taken from file after file."""

from pathlib import Path

import numpy as np
import pytest

from schema.archive import parquet
from schema.archive.candles import Candles
from schema.archive.columns import Columns
from schema.archive.parquet import Contents
from schema.archive.reader import missing, read_candles
from schema.archive.writer import CandleArchive
from schema.files.aside import BrokenFile


def ints(*values: int) -> list[np.ndarray]:
    return [np.array(values, dtype=np.int64)]


def test_pieces_come_one_after_another() -> None:
    columns = Columns(["ts", "rate"], room=8)
    columns.append({"ts": [*ints(1), *ints(2, 3)], "rate": [np.array([0.1]), np.array([0.2, 0.3])]})
    columns.append({"ts": ints(4), "rate": [np.array([0.4])]})
    taken = columns.taken()
    assert len(columns) == 4
    assert taken["ts"].tolist() == [1, 2, 3, 4]
    assert taken["ts"].dtype == np.int64
    assert taken["rate"].tolist() == [0.1, 0.2, 0.3, 0.4]


@pytest.mark.parametrize("room", [0, 1, 3, 100])
def test_more_rows_than_there_was_room_for(room: int) -> None:
    columns = Columns(["ts"], room)
    for start in range(0, 50, 5):
        columns.append({"ts": ints(*range(start, start + 5))})
    assert columns.taken()["ts"].tolist() == list(range(50))


def test_only_the_rows_of_the_mask() -> None:
    columns = Columns(["ts"], 4)
    columns.append({"ts": [*ints(1, 2), *ints(3)]}, np.array([True, False, True]))
    columns.append({"ts": ints(4)}, np.array([False]))
    assert columns.taken()["ts"].tolist() == [1, 3]


def test_whole_numbers_become_floats_where_a_file_has_floats() -> None:
    columns = Columns(["rate"], 4)
    columns.append({"rate": ints(1)})
    columns.append({"rate": [np.array([2.5])]})
    assert columns.taken()["rate"].tolist() == [1.0, 2.5]


def test_nothing_appended_is_nothing_taken() -> None:
    columns = Columns(["ts"], 4)
    columns.append({"ts": []})
    assert columns.taken() == {}
    assert len(columns) == 0


def test_a_column_of_text_is_a_broken_file_that_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bybit-1m.parquet"
    columns = {"ts": np.array([1, 2]), "open": np.array(["a", "b"], dtype=object)}
    parquet.write(path, columns, Contents("bybit", "BTC", "1m", 2, 1.0, 2.0))
    with pytest.raises(BrokenFile, match="'open' has something that is no number"):
        parquet.numbers(path, ["ts", "open"])


def test_what_was_read_does_not_change_with_what_is_read_after_it(tmp_path: Path) -> None:
    archive = CandleArchive(tmp_path)
    ts = 60 * np.arange(3000)
    for market, price in (("ONE", 1.0), ("TWO", 2.0)):
        column = np.full(len(ts), price)
        archive.write("bybit", market, Candles(ts, column, column, column, column, column))
    one = read_candles(tmp_path, "bybit", "ONE", None, None)
    two = read_candles(tmp_path, "bybit", "TWO", None, None)
    assert len(one) == len(two) == 3000
    assert set(one.close.tolist()) == {1.0}
    assert set(two.close.tolist()) == {2.0}


def test_no_stamp_is_missing_of_a_whole_range_with_more_around_it() -> None:
    stamps = 60 * np.arange(100)
    assert missing(stamps, 600, 1200, 60) == []
    assert missing(stamps, 0, 6000, 60) == []
    assert missing(stamps, 0, 6060, 60) == [(6000, 6060)]
    assert missing(np.delete(stamps, 12), 600, 1200, 60) == [(720, 780)]
    assert missing(stamps[::-1], 600, 1200, 60) == []
    assert missing(np.append(stamps, stamps[5]), 0, 6000, 60) == []
    assert missing(stamps + 1, 0, 120, 60) == [(0, 120)]
    assert missing(stamps, 600, 600, 60) == []
