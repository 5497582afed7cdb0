from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from schema.archive.imports import ImportFailed, import_candles, import_funding
from schema.archive.reader import read_candles, read_funding
from tests.schema.archive.samples import START, minutes


def frame(number: int = 100) -> pd.DataFrame:
    return pd.DataFrame(minutes(number).columns()).rename(columns={"ts": "time"})


def test_every_recorded_candle_file_is_taken_without_gaps(tmp_path: Path, data_dir: Path) -> None:
    for coin in ("BTC", "ETH", "SOL", "XRP", "DOGE"):
        file = data_dir / "binance-usdm-1m-2023-07" / f"{coin}_USDT_USDT-1m-futures.feather"
        report = import_candles(tmp_path, file, "bybit", f"{coin}USD")
        original = pd.read_feather(file)
        assert (report.rows, report.added, report.duplicates) == (len(original), len(original), 0)
        assert (report.gaps, report.rejected) == ([], {})
        read = read_candles(tmp_path, "bybit", f"{coin}USD", None, None)
        for name in ("open", "high", "low", "close", "volume"):
            assert np.array_equal(getattr(read, name), original[name].to_numpy())
        assert read.ts[0] == original["date"].iloc[0].timestamp()
        assert import_candles(tmp_path, file, "bybit", f"{coin}USD").unchanged == len(original)


def test_recorded_hours_without_volume_are_taken_as_hours(tmp_path: Path, data_dir: Path) -> None:
    file = data_dir / "pairs-1h-daru" / "BTCUSDT_1h_jan_feb_2024.csv"
    report = import_candles(tmp_path, file, "bybit", "XBTUSD", "1h")
    assert (report.added, report.gaps) == (1033, [])
    assert report.notes == ["the file has no volume: stored as 0"]
    assert len(read_candles(tmp_path, "bybit", "XBTUSD", None, None, "1h")) == 1033
    assert len(read_candles(tmp_path, "bybit", "XBTUSD", None, None, "1m")) == 0
    with pytest.raises(ImportFailed, match="3600 s apart, those of 1m are 60 s apart"):
        import_candles(tmp_path, file, "bybit", "XBTUSD", "1m")


def test_recorded_funding_rates_lose_their_jitter(tmp_path: Path, data_dir: Path) -> None:
    file = data_dir / "binance-usdm-1m-2023-07" / "BTC_USDT_USDT-8h-funding_rate.feather"
    report = import_funding(tmp_path, file, "bybit", "XBTUSD")
    assert (report.added, report.kind) == (131, "funding")
    rates = read_funding(tmp_path, "bybit", "XBTUSD", None, None)
    assert all(ts % 28_800 == 0 for ts, _ in rates)
    assert rates[0][1] == 0.0001
    other = import_funding(
        tmp_path, data_dir / "pairs-1h-daru" / "funding_btcusdt_200evt.parquet", "bybit", "ETHUSD"
    )
    assert other.added == 200


@pytest.mark.parametrize("form", ["feather", "parquet", "csv"])
@pytest.mark.parametrize("times", ["seconds", "milliseconds", "zone", "text", "text with zone"])
def test_every_format_and_form_of_time_gives_the_same_candles(tmp_path: Path, form: str, times: str) -> None:
    table = frame()
    moments = pd.to_datetime(table["time"], unit="s", utc=True)
    table["time"] = {
        "seconds": table["time"],
        "milliseconds": table["time"] * 1000,
        "zone": moments.dt.tz_convert("Asia/Tokyo"),
        "text": moments.dt.strftime("%Y-%m-%d %H:%M:%S"),
        "text with zone": moments.dt.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
    }[times]
    file = tmp_path / "without an ending"
    if form == "csv":
        table.to_csv(file, index=False)
    else:
        getattr(table, f"to_{form}")(file)
    report = import_candles(tmp_path / "archive", file, "bybit", "XBTUSD")
    assert (report.added, report.first) == (100, START)
    assert list(read_candles(tmp_path / "archive", "bybit", "XBTUSD", None, None)) == list(minutes(100))


def test_the_report_tells_gaps_duplicates_and_rejected_rows_by_reason(tmp_path: Path) -> None:
    columns = {name: column.astype(np.float64) for name, column in minutes(20).columns().items()}
    columns["high"][3] = columns["low"][3] - 1
    columns["close"][4] = np.nan
    columns["ts"][5] += 0.5
    columns["ts"][6] += 7
    table = pd.DataFrame(columns)
    twice = table.iloc[[10]].assign(volume=9.0)
    file = tmp_path / "c.csv"
    pd.concat([table.drop(index=[15, 16]), twice]).to_csv(file, index=False)
    report = import_candles(tmp_path / "archive", file, "bybit", "XBTUSD")
    assert (report.rows, report.added, report.duplicates) == (19, 14, 1)
    assert report.gaps == [(START + 180, START + 420), (START + 900, START + 1020)]
    assert report.rejected == {
        "a number that is not finite": 1,
        "high below low": 1,
        "a stamp that is no multiple of 60 s": 2,
    }
    assert read_candles(tmp_path / "archive", "bybit", "XBTUSD", None, None).volume[6] == 9.0
    text = report.text()
    assert "14 added" in text
    assert "1 rejected: high below low" in text
    assert "gap from 2024-01-22 00:15:00 UTC to 2024-01-22 00:17:00 UTC" in text
    assert report.as_dict()["rejected"] == report.rejected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01\x02\x03\x04\x05\x06", "no feather, parquet or CSV"),
        (b"PAR1 but no parquet", "no feather, parquet or CSV"),
        (b"ARROW1 but no feather", "no feather, parquet or CSV"),
        (
            b"time,open,high,low\n1705881600,1,1,1\n",
            "no column 'close'; its columns are time, open, high, low",
        ),
        (b"open,high,low,close\n1,1,1,1\n", "no time column"),
        (
            b"time,open,high,low,close\n1705881600,a,b,c,d\n",
            "column 'open' holds something else than numbers: row 1 has 'a'",
        ),
        (
            b"time,open,high,low,close\nyesterday,1,1,1,1\n",
            "no times that can be read: row 1 has 'yesterday'",
        ),
        (b"time,open,high,low,close\n5,1,1,1,1\n", "no epoch times"),
        (b"time,open,high,low,close\n", "no epoch times|no rows"),
        (
            b"time,open,high,low,close\n1705881600,1,0.5,0.6,1\n",
            "1 row with high below low; the first with high below low is row 1: 2024-01-22 00:00:00 UTC, o",
        ),
        (b"time,open,high,low,close\n1705881600,1,1,1,1\n5,1\n", "CSV parse error: Row #3"),
    ],
)
def test_a_wrong_file_is_a_clear_error_and_nothing_is_written(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    file = tmp_path / "wrong.csv"
    file.write_bytes(content)
    with pytest.raises(ImportFailed, match=rf"wrong\.csv: .*({reason})"):
        import_candles(tmp_path / "archive", file, "bybit", "XBTUSD")
    assert not (tmp_path / "archive").exists()


def test_a_missing_file_and_a_folder_are_clear_errors(tmp_path: Path) -> None:
    for file in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(ImportFailed, match=r"No such file|Is a directory"):
            import_candles(tmp_path, file, "bybit", "XBTUSD")


def test_funding_without_a_rate_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text("time,price\n1705881600,1\n")
    with pytest.raises(ImportFailed, match="no column rate"):
        import_funding(tmp_path, file, "bybit", "XBTUSD")


def test_rows_out_of_order_are_taken_in_order_and_that_is_told(tmp_path: Path) -> None:
    file = tmp_path / "late.csv"
    frame(50).iloc[[*range(10, 50), *range(10)]].to_csv(file, index=False)
    report = import_candles(tmp_path, file, "bybit", "XBTUSD")
    assert (report.added, report.gaps) == (50, [])
    assert report.notes == ["1 row earlier than the one above: stored in order of time"]
    assert list(read_candles(tmp_path, "bybit", "XBTUSD", None, None)) == list(minutes(50))


def test_a_whole_past_month_is_one_file_after_its_import(tmp_path: Path) -> None:
    hours = minutes(31 * 24, 1704067200, 3600)
    file = tmp_path / "january.csv"
    pd.DataFrame(hours.columns()).rename(columns={"ts": "time"}).to_csv(file, index=False)
    import_candles(tmp_path, file, "bybit", "XBTUSD", "1h")
    names = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.parquet")]
    assert names == ["xbtusd/2024-01/bybit-1h.parquet"]
    assert list(read_candles(tmp_path, "bybit", "XBTUSD", None, None, "1h")) == list(hours)
