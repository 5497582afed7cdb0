import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from schema.archive import ticks
from schema.archive.summary import last_stamps
from schema.archive.tick_reader import read_tick_days
from schema.archive.ticks import QuoteRow, TickArchive, TradeRow
from tests.schema.archive.samples import DAY, START
from tests.schema.files.full_disk import with_file_limit


def rows(first: int, stop: int) -> list[TradeRow]:
    price = Decimal("40000.1")
    return [
        TradeRow(f"id-{n}", START + n / 10, price, 100, "Buy" if n % 2 else "Sell")
        for n in range(first, stop)
    ]


def archive_at(root: Path, now: float = START + 3600) -> TickArchive:
    return TickArchive(root, "bybit", "XBTUSD", clock=lambda: now)


def keys(root: Path, kind: str = "trades") -> list[str]:
    return [key for day in read_tick_days(root, "bybit", "XBTUSD", None, None, kind) for key in day["key"]]


def files(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob("*/*/*.parquet"))


def test_each_flush_is_a_segment_and_no_row_is_stored_twice(tmp_path: Path) -> None:
    archive = archive_at(tmp_path)
    assert archive.append_trades(rows(0, 50)) == 50
    assert archive.append_trades(rows(20, 80)) == 30
    assert archive.append_trades(rows(20, 80)) == 0
    assert archive.append_trades([]) == 0
    assert archive.append_trades([rows(90, 91)[0]] * 3) == 1
    assert files(tmp_path) == [f"bybit-trades.00000{n}.parquet" for n in range(3)]
    assert keys(tmp_path) == [f"id-{n}" for n in [*range(80), 90]]


def test_after_a_restart_nothing_is_stored_twice_and_it_is_known_where_to_go_on(tmp_path: Path) -> None:
    assert archive_at(tmp_path).last_trade() is None
    archive_at(tmp_path).append_trades(rows(0, 50))
    again = archive_at(tmp_path)
    last = again.last_trade()
    assert last is not None
    assert (last.key, last.ts, last.price, last.side) == ("id-49", START + 4.9, 40000.1, "Buy")
    assert again.append_trades(rows(40, 60)) == 10
    assert keys(tmp_path) == [f"id-{n}" for n in range(60)]


def test_rows_around_midnight_go_to_their_days(tmp_path: Path) -> None:
    archive_at(tmp_path, START + DAY + 5).append_trades(
        [TradeRow("a", START + DAY - 0.001, 1, 1, "Buy"), TradeRow("b", START + DAY, 1, 1, "Buy")]
    )
    assert (tmp_path / "xbtusd/2024-01-22/bybit-trades.parquet").exists(), "that day is over"
    assert (tmp_path / "xbtusd/2024-01-23/bybit-trades.000000.parquet").exists()


def test_a_day_that_is_over_becomes_one_file_also_one_of_an_earlier_process(tmp_path: Path) -> None:
    for first in range(0, 50, 10):
        archive_at(tmp_path).append_trades(rows(first, first + 10))
    archive_at(tmp_path, START + DAY + 1).finish()
    assert files(tmp_path) == ["bybit-trades.parquet"]
    assert keys(tmp_path) == [f"id-{n}" for n in range(50)]
    assert archive_at(tmp_path, START + DAY + 1).append_trades(rows(45, 55)) == 5
    archive_at(tmp_path, START + DAY + 1).append_trades([TradeRow("next day", START + DAY, 1, 1, "Buy")])
    assert files(tmp_path) == ["bybit-trades.000000.parquet", "bybit-trades.parquet"], (
        "the new day's, the old one's"
    )
    assert keys(tmp_path) == [*(f"id-{n}" for n in range(55)), "next day"]


def test_a_replay_of_an_old_day_is_not_merged_at_every_flush(tmp_path: Path) -> None:
    archive = archive_at(tmp_path, START + 1000 * DAY)
    for n in range(5):
        archive.append_trades(rows(n, n + 1))
    assert len(files(tmp_path)) == 5


def test_unreadable_files_are_kept_aside_and_hold_up_nothing(tmp_path: Path) -> None:
    for n in range(3):
        archive_at(tmp_path).append_trades(rows(n, n + 1))
    folder = tmp_path / "xbtusd/2024-01-22"
    (folder / "bybit-trades.000001.parquet").write_bytes(b"rubbish")
    archive = archive_at(tmp_path)
    assert archive.append_trades(rows(0, 5)) == 3
    assert [path.name for path in archive.kept_aside] == ["bybit-trades.000001.parquet.broken"]
    assert sorted(keys(tmp_path)) == [f"id-{n}" for n in range(5)]
    archive_at(tmp_path, START + DAY).finish()
    (folder / "bybit-trades.parquet").write_bytes(b"rubbish")
    assert archive_at(tmp_path).append_trades(rows(7, 8)) == 1


def test_many_segments_of_a_day_are_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticks, "_MANY", 5)
    archive = archive_at(tmp_path)
    for n in range(14):
        archive.append_trades(rows(n, n + 1))
    assert len(files(tmp_path)) <= 6
    assert keys(tmp_path) == [f"id-{n}" for n in range(14)]


def test_a_crash_before_merged_segments_are_removed_repeats_no_row(tmp_path: Path) -> None:
    archive_at(tmp_path).append_trades(rows(0, 10))
    archive_at(tmp_path).append_trades(rows(10, 20))
    folder = tmp_path / "xbtusd/2024-01-22"
    saved = {path: path.read_bytes() for path in folder.glob("*.0*.parquet")}
    archive_at(tmp_path, START + DAY).finish()
    for path, content in saved.items():
        path.write_bytes(content)
    assert keys(tmp_path) == [f"id-{n}" for n in range(20)]
    again = archive_at(tmp_path)
    assert again.append_trades(rows(15, 25)) == 5
    assert keys(tmp_path) == [f"id-{n}" for n in range(25)]
    archive_at(tmp_path, START + DAY).finish()
    assert files(tmp_path) == ["bybit-trades.parquet"]


def test_quotes_are_kept_once_a_moment(tmp_path: Path) -> None:
    archive = archive_at(tmp_path)
    quotes = [QuoteRow(START + n, "40000.0", 1000 + n, "40000.5", 2000) for n in range(10)]
    assert archive.append_quotes(quotes) == 10
    assert archive_at(tmp_path).append_quotes([*quotes, QuoteRow(START + 3, 1, 1, 2, 1)]) == 1
    (day,) = read_tick_days(tmp_path, "bybit", "XBTUSD", START + 2, START + 4, "quotes")
    assert day["bid"].tolist() == [40000.0, 40000.0, 1.0]


def test_bad_rows_are_refused_whole(tmp_path: Path) -> None:
    for bad in (TradeRow("x", START, float("nan"), 1, "Buy"), TradeRow("x", START, "abc", 1, "Buy")):
        with pytest.raises(ValueError, match=r"finite|float"):
            archive_at(tmp_path).append_trades([*rows(0, 3), bad])
    assert keys(tmp_path) == []


def test_a_full_disk_stores_none_and_the_same_rows_go_in_later(tmp_path: Path) -> None:
    def overflow() -> None:
        with pytest.raises(OSError, match="too large"):
            archive_at(tmp_path).append_trades(rows(0, 2000))

    with_file_limit(3000, overflow)
    assert keys(tmp_path) == []
    assert archive_at(tmp_path).append_trades(rows(0, 2000)) == 2000


def test_two_processes_store_each_row_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from schema.archive.ticks import TickArchive, TradeRow\n"
        f"a = TickArchive(Path(sys.argv[1]), 'bybit', 'XBTUSD', clock=lambda: {START})\n"
        f"print(sum(a.append_trades([TradeRow(str(m), {START} + m, 1, 1, 'Buy') for m in range(n, n + 5)])"
        " for n in range(100)))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    stored = [int(child.communicate(timeout=40)[0]) for child in children]
    assert sum(stored) == 104
    assert keys(tmp_path) == [str(n) for n in range(104)]


def test_what_is_stored_shows_in_the_markets_reach(tmp_path: Path) -> None:
    archive_at(tmp_path).append_trades(rows(0, 50))
    assert last_stamps(tmp_path, "XBTUSD")["bybit"].kinds == {"trades": (START, START + 4.9)}
