import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from schema.archive import parquet
from schema.archive.candles import Candles
from schema.archive.coverage import coverage, gaps
from schema.archive.reader import holes, read_candles, read_funding
from schema.archive.resample import downsample, resample
from schema.archive.writer import CandleArchive, FundingArchive
from schema.files.aside import BrokenFile
from tests.schema.archive.samples import DAY, START, minutes, same
from tests.schema.files.full_disk import with_file_limit


def test_candles_come_back_by_range_with_their_exact_numbers(tmp_path: Path) -> None:
    candles = minutes(3000)
    done = CandleArchive(tmp_path).write("bybit", "XBTUSD", candles)
    assert (done.added, done.replaced, done.unchanged) == (3000, 0, 0)
    assert len(list((tmp_path / "xbtusd").glob("2024-*"))) == 3
    assert same(read_candles(tmp_path, "bybit", "XBTUSD", None, None), candles)
    part = read_candles(tmp_path, "bybit", "XBTUSD", START + DAY - 60, START + DAY + 60)
    assert part.ts.tolist() == [START + DAY - 60, START + DAY]
    assert (part.ts.dtype.name, part.close.dtype.name) == ("int64", "float64")


def test_decimals_are_the_numbers_that_were_given(tmp_path: Path) -> None:
    row = (START, *map(Decimal, ("0.06901", "0.06904", "0.06901", "0.06902", "1196156.123")))
    CandleArchive(tmp_path).write("bybit", "DOGEUSD", [row])
    assert list(read_candles(tmp_path, "bybit", "DOGEUSD", None, None).decimals()) == [row]


def test_origins_never_mix(tmp_path: Path) -> None:
    archive = CandleArchive(tmp_path)
    archive.write("bybit", "XBTUSD", minutes(10))
    archive.write("sandbox", "XBTUSD", minutes(5, seed=2))
    assert len(read_candles(tmp_path, "bybit", "XBTUSD", None, None)) == 10
    assert len(read_candles(tmp_path, "sandbox", "XBTUSD", None, None)) == 5
    assert len(read_candles(tmp_path, "binance", "XBTUSD", None, None)) == 0
    assert len(read_candles(tmp_path, "bybit", "ETHUSD", None, None)) == 0


def test_writing_merges_by_stamp_and_a_later_candle_wins(tmp_path: Path) -> None:
    archive, candles = CandleArchive(tmp_path), minutes(100)
    archive.write("bybit", "XBTUSD", candles.take(slice(0, 60)))
    path = next(tmp_path.glob("*/*/bybit-1m.parquet"))
    stamp = path.stat().st_mtime_ns
    done = archive.write("bybit", "XBTUSD", candles.take(slice(20, 60)))
    assert (done.added, done.replaced, done.unchanged) == (0, 0, 40)
    assert path.stat().st_mtime_ns == stamp, "a file that would not change is not written"
    other = minutes(50, start=START + 50 * 60, seed=3)
    done = archive.write("bybit", "XBTUSD", other.take(slice(None, None, -1)))
    assert (done.added, done.replaced, done.unchanged) == (40, 10, 0)
    read = read_candles(tmp_path, "bybit", "XBTUSD", None, None)
    assert list(read) == [*list(candles)[:50], *list(other)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((START, 1, 2, 3, 1, 1), "high below low"),
        ((START, 1, 1, 1, 2, 1), "outside"),
        ((START + 1, 1, 1, 1, 1, 1), "multiple of 60"),
        ((START, 1, float("nan"), 1, 1, 1), "not finite"),
        ((START, 0, 1, 0, 1, 1), "not above zero"),
        ((START, 1, 1, 1, 1, -1), "negative volume"),
    ],
)
def test_impossible_candles_are_refused_and_nothing_is_written(
    tmp_path: Path, row: tuple[float, ...], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        CandleArchive(tmp_path).write("bybit", "XBTUSD", [(START - 60, 1, 1, 1, 1, 1), row])
    assert len(read_candles(tmp_path, "bybit", "XBTUSD", None, None)) == 0


@pytest.mark.parametrize(("timeframe", "step"), [("5m", 300), ("1h", 3600), ("4h", 14_400), ("1d", DAY)])
def test_longer_bars_are_made_of_minutes(tmp_path: Path, timeframe: str, step: int) -> None:
    candles = minutes(2 * 1440)
    CandleArchive(tmp_path).write("bybit", "XBTUSD", candles)
    bars = read_candles(tmp_path, "bybit", "XBTUSD", None, None, timeframe)
    assert bars.ts.tolist() == list(range(START, START + 2 * DAY, step))
    size = step // 60
    for number, (ts, opening, high, low, close, volume) in enumerate(bars):
        part = candles.take(slice(number * size, (number + 1) * size))
        assert (ts, opening, close) == (part.ts[0], part.open[0], part.close[-1])
        assert (high, low) == (part.high.max(), part.low.min())
        assert volume == pytest.approx(part.volume.sum())


def test_recorded_longer_bars_serve_where_the_minutes_are_not_all_there(tmp_path: Path) -> None:
    archive = CandleArchive(tmp_path)
    hours = minutes(4, step=3600, seed=9)
    archive.write("bybit", "XBTUSD", hours, "1h")
    archive.write("bybit", "XBTUSD", minutes(60 + 30))
    archive.write("bybit", "XBTUSD", minutes(10, start=START + 5 * 3600))
    bars = list(read_candles(tmp_path, "bybit", "XBTUSD", None, None, "1h"))
    assert bars[0] == next(iter(resample(minutes(90).take(slice(60)), 3600)))
    assert bars[1:4] == list(hours)[1:]
    assert [bar[0] for bar in bars[4:]] == [START + 5 * 3600], "made of what there is"
    assert len(read_candles(tmp_path, "bybit", "XBTUSD", None, None, "1m")) == 100


def test_an_unknown_timeframe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown timeframe '7m'"):
        read_candles(tmp_path, "bybit", "XBTUSD", None, None, "7m")


def test_holes_are_told_as_ranges(tmp_path: Path) -> None:
    candles = minutes(100)
    keep = np.ones(100, dtype=bool)
    keep[[10, 11, 12, 50]] = False
    CandleArchive(tmp_path).write("bybit", "XBTUSD", candles.take(keep))
    found = holes(tmp_path, "bybit", "XBTUSD", START - 120, START + 102 * 60)
    assert found == [
        (START - 120, START),
        (START + 600, START + 780),
        (START + 3000, START + 3060),
        (START + 6000, START + 6120),
    ]
    assert holes(tmp_path, "bybit", "XBTUSD", START, START + 600) == []
    assert holes(tmp_path, "none", "XBTUSD", START, START + 600) == [(START, START + 600)]


def test_coverage_by_day_names_rows_and_gaps(tmp_path: Path) -> None:
    assert coverage(tmp_path, "bybit", "XBTUSD") == []
    archive = CandleArchive(tmp_path)
    archive.write("bybit", "XBTUSD", minutes(1440 - 10))
    archive.write("bybit", "XBTUSD", minutes(1440, start=START + 2 * DAY))
    days = coverage(tmp_path, "bybit", "XBTUSD")
    assert [(day.day, day.rows, day.expected, day.complete) for day in days] == [
        ("2024-01-22", 1430, 1440, False),
        ("2024-01-23", 0, 1440, False),
        ("2024-01-24", 1440, 1440, True),
    ]
    assert days[0].gaps == [(START + DAY - 600, START + DAY)]
    assert gaps(days) == [(START + DAY - 600, START + 2 * DAY)]
    part = coverage(tmp_path, "bybit", "XBTUSD", "1m", START + 3600, START + 7200)
    assert [(day.rows, day.expected) for day in part] == [(60, 60)]


def test_a_chart_of_few_points_keeps_highs_and_lows() -> None:
    candles = minutes(1001)
    bars = downsample(candles, 100)
    assert len(bars) <= 100
    assert (bars.open[0], bars.close[-1]) == (candles.open[0], candles.close[-1])
    assert (bars.high.max(), bars.low.min()) == (candles.high.max(), candles.low.min())
    assert same(downsample(candles, 5000), candles)
    assert len(downsample(Candles.empty(), 5)) == 0


def test_a_broken_file_is_an_error_for_readers_and_kept_aside_by_writers(tmp_path: Path) -> None:
    archive = CandleArchive(tmp_path)
    archive.write("bybit", "XBTUSD", minutes(10))
    path = next(tmp_path.glob("*/*/bybit-1m.parquet"))
    content = path.read_bytes()
    for cut in (0, 3, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:cut])
        with pytest.raises(BrokenFile, match="is broken"):
            read_candles(tmp_path, "bybit", "XBTUSD", None, None)
    done = archive.write("bybit", "XBTUSD", minutes(5))
    assert [aside.name for aside in done.kept_aside] == ["bybit-1m.parquet.broken"]
    assert len(read_candles(tmp_path, "bybit", "XBTUSD", None, None)) == 5


def test_a_full_disk_leaves_the_day_as_it_was(tmp_path: Path) -> None:
    CandleArchive(tmp_path).write("bybit", "XBTUSD", minutes(10))
    before = sorted(str(path) for path in tmp_path.rglob("*"))

    def overflow() -> None:
        with pytest.raises(OSError, match="too large"):
            CandleArchive(tmp_path).write("bybit", "XBTUSD", minutes(1440, seed=5))

    with_file_limit(8000, overflow)
    assert len(read_candles(tmp_path, "bybit", "XBTUSD", None, None)) == 10
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def test_two_writing_processes_lose_none_of_each_others_candles(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from schema.archive.writer import CandleArchive\n"
        "a = CandleArchive(Path(sys.argv[1])); first = int(sys.argv[2])\n"
        f"for n in range(first, 120, 2): a.write('bybit', 'XBTUSD', [({START} + 60 * n, 1, 1, 1, 1, n)])"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen([*command, "0"]) as even, subprocess.Popen([*command, "1"]) as odd:
        assert (even.wait(30), odd.wait(30)) == (0, 0)
    assert read_candles(tmp_path, "bybit", "XBTUSD", None, None).volume.tolist() == list(range(120))


def test_a_small_child_gets_no_threads_by_reading(tmp_path: Path) -> None:
    CandleArchive(tmp_path).write("bybit", "XBTUSD", minutes(100))
    code = (
        "import os, sys; from pathlib import Path; from schema.archive.reader import read_candles\n"
        "from schema.archive.writer import CandleArchive; import schema.archive.imports\n"
        "print(len(os.listdir('/proc/self/task')))\n"
        "read_candles(Path(sys.argv[1]), 'bybit', 'XBTUSD', None, None)\n"
        "print(len(os.listdir('/proc/self/task')), 'pandas' in sys.modules)"
    )
    environment = {
        "OPENBLAS_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "PYTHONPATH": ".",
    }
    out = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    imported, read, pandas = out.stdout.split()
    assert (imported, read) == ("1", "1")
    assert pandas == "False"


def test_funding_rates_are_merged_by_stamp(tmp_path: Path) -> None:
    archive = FundingArchive(tmp_path)
    archive.write("bybit", "XBTUSD", [(START + 0.004, Decimal("0.0001")), (START + 28_800, 0.0002)])
    done = archive.write(
        "bybit", "XBTUSD", [(START, 0.0001), (START + 28_800, 0.0003), (START + DAY, -0.0001)]
    )
    assert (done.added, done.replaced, done.unchanged) == (1, 1, 1)
    rates = read_funding(tmp_path, "bybit", "XBTUSD", START, START + DAY)
    assert rates == [(START, 0.0001), (START + 28_800, 0.0003)]
    assert len(read_funding(tmp_path, "bybit", "XBTUSD", None, None)) == 3
    assert read_funding(tmp_path, "sandbox", "XBTUSD", None, None) == []
    with pytest.raises(ValueError, match="not finite"):
        archive.write("bybit", "XBTUSD", [(START, float("nan"))])


def test_a_files_footer_tells_what_it_holds(tmp_path: Path) -> None:
    CandleArchive(tmp_path).write("bybit", "BTC/USDT:USDT", minutes(10))
    told = parquet.contents(tmp_path / "btc-usdt-usdt" / "2024-01-22" / "bybit-1m.parquet")
    assert told == parquet.Contents("bybit", "BTC/USDT:USDT", "1m", 10, START, START + 540)
