"""Months that are over become one file; what comes later lies beside it until the next compaction."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.archive import layout, parquet
from schema.archive.candles import Candles
from schema.archive.compaction import compact, compact_all
from schema.archive.coverage import coverage
from schema.archive.manifest import scan
from schema.archive.reader import holes, read_candles, read_funding
from schema.archive.summary import last_stamps, summarise
from schema.archive.tick_reader import read_tick_days
from schema.archive.ticks import QuoteRow, TickArchive, TradeRow
from schema.archive.writer import CandleArchive, FundingArchive
from tests.schema.archive.samples import DAY, START, minutes, same

MONTH = 1704067200  # 2024-01-01
FEBRUARY = MONTH + 31 * DAY
LATER = FEBRUARY + 7200.0
HOUR = 3600


def hours(number: int, start: int = MONTH, seed: int = 1) -> Candles:
    return minutes(number, start, HOUR, seed)


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root / "xbtusd")) for path in (root / "xbtusd").rglob("*.parquet"))


def read(root: Path, timeframe: str = "1h") -> Candles:
    return read_candles(root, "bybit", "XBTUSD", None, None, timeframe)


def test_a_month_that_is_over_becomes_one_file_that_holds_the_same(tmp_path: Path) -> None:
    candles = hours(40 * 24)
    CandleArchive(tmp_path).write("bybit", "XBTUSD", candles, "1h")
    assert len(files(tmp_path)) == 40
    done = compact(tmp_path, "bybit", "XBTUSD", LATER)
    assert (done.files, done.removed, done.broken) == (["xbtusd/2024-01/bybit-1h.parquet"], 31, [])
    assert files(tmp_path) == [
        "2024-01/bybit-1h.parquet",
        *(f"2024-02-{day:02}/bybit-1h.parquet" for day in range(1, 10)),
    ]
    assert not (tmp_path / "xbtusd" / "2024-01-01").exists()
    assert same(read(tmp_path), candles)
    part = read_candles(tmp_path, "bybit", "XBTUSD", FEBRUARY - HOUR, FEBRUARY + HOUR, "1h")
    assert part.ts.tolist() == [FEBRUARY - HOUR, FEBRUARY]
    assert compact(tmp_path, "bybit", "XBTUSD", LATER).files == [], "there is nothing left to do"


def test_a_month_is_not_touched_before_it_is_over(tmp_path: Path) -> None:
    CandleArchive(tmp_path).write("bybit", "XBTUSD", hours(31 * 24), "1h")
    assert compact(tmp_path, "bybit", "XBTUSD", FEBRUARY + 60).files == []
    assert len(files(tmp_path)) == 31


def test_what_is_written_later_wins_and_is_merged_by_the_next_compaction(tmp_path: Path) -> None:
    archive, candles = CandleArchive(tmp_path), hours(31 * 24)
    archive.write("bybit", "XBTUSD", candles, "1h")
    compact(tmp_path, "bybit", "XBTUSD", LATER)
    done = archive.write("bybit", "XBTUSD", candles.take(slice(0, 50)), "1h")
    assert (done.added, done.replaced, done.unchanged) == (0, 0, 50)
    assert files(tmp_path) == ["2024-01/bybit-1h.parquet"], "what is there already is not written again"
    other = hours(5, MONTH + 3 * DAY, seed=7)
    done = archive.write("bybit", "XBTUSD", other, "1h")
    assert (done.added, done.replaced) == (0, 5)
    expected = [*list(candles)[:72], *list(other), *list(candles)[77:]]
    assert list(read(tmp_path)) == expected
    assert compact(tmp_path, "bybit", "XBTUSD", LATER).removed == 1
    assert files(tmp_path) == ["2024-01/bybit-1h.parquet"]
    assert list(read(tmp_path)) == expected


def test_only_whole_months_where_that_is_asked_for(tmp_path: Path) -> None:
    archive, candles = CandleArchive(tmp_path), hours(31 * 24)
    archive.write("bybit", "XBTUSD", candles.take(slice(0, 72)), "1h")
    assert compact(tmp_path, "bybit", "XBTUSD", LATER, whole_only=True).files == []
    archive.write("bybit", "XBTUSD", candles, "1h")
    assert compact(tmp_path, "bybit", "XBTUSD", LATER, whole_only=True).removed == 31
    archive.write("bybit", "XBTUSD", hours(1, seed=3), "1h")
    assert compact(tmp_path, "bybit", "XBTUSD", LATER, whole_only=True).removed == 1, "it has a file already"


def test_other_exchanges_and_kinds_stay_apart(tmp_path: Path) -> None:
    archive = CandleArchive(tmp_path)
    archive.write("bybit", "XBTUSD", hours(24), "1h")
    archive.write("sandbox", "XBTUSD", hours(48, seed=2), "1h")
    FundingArchive(tmp_path).write("bybit", "XBTUSD", [(MONTH + n * 28_800, n / 1e5) for n in range(9)])
    compact(tmp_path, "bybit", "XBTUSD", LATER)
    assert files(tmp_path) == [
        "2024-01-01/sandbox-1h.parquet",
        "2024-01-02/sandbox-1h.parquet",
        "2024-01/bybit-1h.parquet",
        "2024-01/bybit-funding.parquet",
    ]
    assert read_funding(tmp_path, "bybit", "XBTUSD", MONTH + 28_800, MONTH + DAY) == [
        (MONTH + 28_800, 1e-5),
        (MONTH + 57_600, 2e-5),
    ]
    FundingArchive(tmp_path).write("bybit", "XBTUSD", [(MONTH, 0.5)])
    assert read_funding(tmp_path, "bybit", "XBTUSD", MONTH, MONTH + HOUR) == [(MONTH, 0.5)]
    assert len(read_candles(tmp_path, "sandbox", "XBTUSD", None, None, "1h")) == 48


def test_lists_coverage_and_manifests_look_into_months(tmp_path: Path) -> None:
    archive = CandleArchive(tmp_path)
    archive.write("bybit", "XBTUSD", minutes(3 * 1440 - 10))
    before, days = last_stamps(tmp_path, "XBTUSD"), coverage(tmp_path, "bybit", "XBTUSD")
    compact(tmp_path, "bybit", "XBTUSD", LATER)
    archive.write("bybit", "XBTUSD", minutes(30, START + 60))
    (row,) = summarise(tmp_path)
    assert (row.days, row.first_day, row.last_day) == (3, "2024-01-22", "2024-01-24")
    assert coverage(tmp_path, "bybit", "XBTUSD") == days
    assert last_stamps(tmp_path, "XBTUSD") == before
    for manifest in (tmp_path / "xbtusd").glob("*.json"):
        manifest.unlink()
    assert last_stamps(tmp_path, "XBTUSD") == before
    archive.write("bybit", "XBTUSD", minutes(5, START - 2 * DAY))
    assert scan(tmp_path, "bybit", "XBTUSD").kinds["1m"][0] == START - 2 * DAY, "also of a day beside"


def test_longer_bars_are_made_across_days_and_months(tmp_path: Path) -> None:
    archive, candles = CandleArchive(tmp_path), minutes(4 * 1440, FEBRUARY - 2 * DAY)
    archive.write("bybit", "XBTUSD", candles)
    before = list(read(tmp_path, "4h"))
    compact(tmp_path, "bybit", "XBTUSD", LATER)
    assert list(read(tmp_path, "4h")) == before
    assert len(before) == 24
    assert holes(tmp_path, "bybit", "XBTUSD", FEBRUARY - 2 * DAY, FEBRUARY + 2 * DAY) == []


def test_a_broken_file_is_left_where_it_is_and_named(tmp_path: Path) -> None:
    CandleArchive(tmp_path).write("bybit", "XBTUSD", hours(72), "1h")
    (tmp_path / "xbtusd/2024-01-02/bybit-1h.parquet").write_bytes(b"rubbish")
    done = compact(tmp_path, "bybit", "XBTUSD", LATER)
    assert (done.files, done.broken) == ([], ["xbtusd/2024-01-02/bybit-1h.parquet"])
    assert len(files(tmp_path)) == 3


def killed(work: Callable[[], object], after: int) -> bool:
    """Run `work` in a child that is killed before its `after`-th change of the folder; False: it ended."""
    child = os.fork()
    if child == 0:
        left = [after]

        def dying(original: Callable[..., object]) -> Callable[..., object]:
            def call(*arguments: object, **options: object) -> object:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return original(*arguments, **options)

            return call

        for name in ("rename", "unlink", "rmdir"):
            setattr(Path, name, dying(getattr(Path, name)))
        work()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_a_kill_at_any_step_loses_and_repeats_nothing(tmp_path: Path) -> None:
    candles = hours(3 * 24, FEBRUARY - 3 * DAY)
    trades = [TradeRow(f"id-{n}", FEBRUARY - DAY + n, 100, 1, "Buy") for n in range(20)]
    for step in range(100):
        root = tmp_path / str(step)
        CandleArchive(root).write("bybit", "XBTUSD", candles, "1h")
        TickArchive(root, "bybit", "XBTUSD", lambda: LATER - DAY).append_trades(trades)
        was_killed = killed(lambda root=root: compact(root, "bybit", "XBTUSD", LATER), step)  # type: ignore[misc]
        assert same(read(root), candles)
        assert [key for day in read_tick_days(root, "bybit", "XBTUSD", None, None) for key in day["key"]] == [
            row.key for row in trades
        ]
        late = hours(1, FEBRUARY - 3 * DAY, seed=5)
        CandleArchive(root).write("bybit", "XBTUSD", late, "1h")
        assert TickArchive(root, "bybit", "XBTUSD", lambda: LATER).append_trades(trades) == 0
        compact(root, "bybit", "XBTUSD", LATER)
        assert files(root) == ["2024-01/bybit-1h.parquet", "2024-01/bybit-trades.parquet"]
        assert list(read(root)) == [*list(late), *list(candles)[1:]]
        assert list(root.rglob("*.tmp")) == []
        shutil.rmtree(root)
        if not was_killed:
            break
    assert step > 8


def test_who_reads_meanwhile_always_finds_every_row(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from schema.archive.compaction import compact\n"
        "from schema.archive.writer import CandleArchive; from tests.schema.archive.samples import minutes\n"
        "root = Path(sys.argv[1])\n"
        "for seed in range(2, 22):\n"
        f"    CandleArchive(root).write('bybit', 'XBTUSD', minutes(120, {MONTH}, 3600, seed), '1h')\n"
        f"    compact(root, 'bybit', 'XBTUSD', {LATER})\n"
    )
    CandleArchive(tmp_path).write("bybit", "XBTUSD", hours(120), "1h")
    expected = hours(120).ts.tolist()
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) as writer:
        while writer.poll() is None:
            assert read(tmp_path).ts.tolist() == expected
    assert writer.returncode == 0
    assert same(read(tmp_path), hours(120, seed=21))


class TestTicks:
    def archive(self, root: Path, now: float) -> TickArchive:
        return TickArchive(root, "bybit", "XBTUSD", clock=lambda: now)

    def keys(self, root: Path, kind: str = layout.TRADES) -> list[str]:
        return [
            key for day in read_tick_days(root, "bybit", "XBTUSD", None, None, kind) for key in day["key"]
        ]

    def rows(self, first: int, stop: int, step: float = 3600) -> list[TradeRow]:
        return [TradeRow(f"id-{n}", START + n * step, 100 + n, 1, "Buy") for n in range(first, stop)]

    def test_days_of_trades_become_a_month_with_a_row_group_each(self, tmp_path: Path) -> None:
        archive = self.archive(tmp_path, START + 9 * DAY)
        archive.append_trades(self.rows(0, 100))
        archive.append_quotes([QuoteRow(START + n, 1, 1, 2, 1) for n in range(10)])
        done = compact(tmp_path, "bybit", "XBTUSD", LATER)
        assert files(tmp_path) == ["2024-01/bybit-quotes.parquet", "2024-01/bybit-trades.parquet"]
        assert done.removed == 6
        assert self.keys(tmp_path) == [row.key for row in self.rows(0, 100)]
        (day,) = read_tick_days(tmp_path, "bybit", "XBTUSD", START + DAY, START + DAY + HOUR)
        assert (day["price"].tolist(), day["side"].tolist()) == ([124.0], ["Buy"])
        told = parquet.contents(tmp_path / "xbtusd/2024-01/bybit-trades.parquet")
        assert told is not None
        assert (told.rows, told.first, told.last) == (100, START, START + 99 * HOUR)
        assert list(told.days) == [f"2024-01-{day}" for day in (22, 23, 24, 25, 26)]
        last = self.archive(tmp_path, LATER).last_trade()
        assert last is not None
        assert last.key == "id-99"

    def test_trades_that_come_late_are_stored_once_and_merged_in_order(self, tmp_path: Path) -> None:
        self.archive(tmp_path, START + 9 * DAY).append_trades(self.rows(0, 100, 1800)[::2])
        compact(tmp_path, "bybit", "XBTUSD", LATER)
        late = self.archive(tmp_path, LATER)
        assert late.append_trades(self.rows(0, 100, 1800)) == 50
        assert self.keys(tmp_path) == [f"id-{n}" for n in range(100)]
        late.append_trades([TradeRow("later", LATER, 1, 1, "Buy")])
        assert self.keys(tmp_path) == [*(f"id-{n}" for n in range(100)), "later"]
        compact(tmp_path, "bybit", "XBTUSD", LATER)
        assert files(tmp_path) == ["2024-01/bybit-trades.parquet", "2024-02-01/bybit-trades.000000.parquet"]
        assert self.keys(tmp_path) == [*(f"id-{n}" for n in range(100)), "later"]
        assert self.archive(tmp_path, LATER).append_trades(self.rows(0, 100, 1800)) == 0

    def test_all_of_an_archive_at_once_days_first(self, tmp_path: Path) -> None:
        self.archive(tmp_path, START + 60).append_trades(self.rows(0, 5))
        self.archive(tmp_path, LATER).append_trades([TradeRow("a", FEBRUARY + 5, 1, 1, "Buy")])
        CandleArchive(tmp_path).write("sandbox", "BTC/USDT:USDT", hours(5), "1h")
        done = compact_all(tmp_path, FEBRUARY + DAY + 5)
        assert [(entry.market, entry.exchange) for entry in done] == [
            ("BTC/USDT:USDT", "sandbox"),
            ("XBTUSD", "bybit"),
        ]
        assert files(tmp_path)[-1] == "2024-02-01/bybit-trades.parquet"
        assert (tmp_path / "btc-usdt-usdt/2024-01/sandbox-1h.parquet").exists()
        assert compact_all(tmp_path, FEBRUARY + DAY + 5) == []

    def test_broken_files_of_other_times_hold_up_no_writer(self, tmp_path: Path) -> None:
        self.archive(tmp_path, START + 9 * DAY).append_trades(self.rows(0, 30))
        compact(tmp_path, "bybit", "XBTUSD", LATER)
        self.archive(tmp_path, LATER + DAY).append_trades([TradeRow("a", FEBRUARY, 1, 1, "Buy")])
        month = tmp_path / "xbtusd/2024-01/bybit-trades.parquet"
        old_day = tmp_path / "xbtusd/2024-01-09/bybit-trades.parquet"
        old_day.parent.mkdir()
        for path in (month, old_day):
            path.write_bytes(b"rubbish")
        archive = self.archive(tmp_path, LATER + DAY)
        last = archive.last_trade()
        assert last is not None
        assert last.key == "a"
        assert archive.append_trades([TradeRow("b", LATER, 1, 1, "Buy")]) == 1
        assert {path.name for path in archive.kept_aside} == {"bybit-trades.parquet.broken"}
        assert self.keys(tmp_path) == ["a", "b"]

    def test_given_up_it_leaves_all_as_it_was(self, tmp_path: Path) -> None:
        self.archive(tmp_path, START + 9 * DAY).append_trades(self.rows(0, 50))
        before = files(tmp_path)

        def stop() -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            compact(tmp_path, "bybit", "XBTUSD", LATER, idle=stop)
        assert files(tmp_path) == before
        assert list(tmp_path.rglob("*.tmp")) == []


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.integers(0, 90), st.integers(1, 40), st.integers(1, 9)),  # first hour, hours, seed
            st.just("compact"),
        ),
        max_size=8,
    )
)
def test_any_order_of_writes_and_compactions_reads_like_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, int] | str]
) -> None:
    root = tmp_path_factory.mktemp("archive")
    expected: dict[int, tuple[float, ...]] = {}
    for step in steps:
        if isinstance(step, str):
            compact(root, "bybit", "XBTUSD", LATER)
            continue
        first, number, seed = step
        candles = hours(number, FEBRUARY + (first - 72) * HOUR, seed)
        CandleArchive(root).write("bybit", "XBTUSD", candles, "1h")
        expected |= {row[0]: row for row in candles}
    assert list(read(root)) == [expected[ts] for ts in sorted(expected)]
    assert read(root, "1d").ts.tolist() == sorted({ts // DAY * DAY for ts in expected})
