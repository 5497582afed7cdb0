import shutil
from pathlib import Path

from schema.archive.layout import manifest_file
from schema.archive.summary import last_stamps, summarise
from schema.archive.writer import CandleArchive, FundingArchive
from tests.schema.archive.samples import DAY, START, minutes


def filled(root: Path) -> None:
    CandleArchive(root).write("bybit", "XBTUSD", minutes(2000))
    CandleArchive(root).write("sandbox", "XBTUSD", minutes(10, start=START + 5 * DAY))
    FundingArchive(root).write("bybit", "XBTUSD", [(START - DAY, 0.0001)])
    CandleArchive(root).write("bybit", "BTC/USDT:USDT", minutes(10), "1m")


def test_an_empty_archive_has_nothing(tmp_path: Path) -> None:
    assert summarise(tmp_path / "none") == []
    assert last_stamps(tmp_path, "XBTUSD") == {}


def test_it_lists_every_kind_by_market_and_exchange(tmp_path: Path) -> None:
    filled(tmp_path)
    found = {(row.market, row.exchange, row.kind): row for row in summarise(tmp_path)}
    assert set(found) == {
        ("XBTUSD", "bybit", "1m"),
        ("XBTUSD", "bybit", "funding"),
        ("XBTUSD", "sandbox", "1m"),
        ("BTC/USDT:USDT", "bybit", "1m"),
    }
    row = found["XBTUSD", "bybit", "1m"]
    assert (row.days, row.first_day, row.last_day) == (2, "2024-01-22", "2024-01-23")
    assert (row.first, row.last) == (START, START + 1999 * 60)
    assert row.as_dict()["bytes"] > 0


def test_the_last_stamp_of_a_market_is_told_without_a_walk(tmp_path: Path) -> None:
    filled(tmp_path)
    for day in (tmp_path / "xbtusd").glob("2024-*/*"):
        day.unlink()  # the days' folders stay, so that the manifest still fits
    found = last_stamps(tmp_path, "XBTUSD")
    assert {exchange: manifest.last for exchange, manifest in found.items()} == {
        "bybit": START + 1999 * 60,
        "sandbox": START + 5 * DAY + 540,
    }
    assert found["bybit"].kinds["funding"] == (START - DAY, START - DAY)


def test_the_files_win_over_a_manifest_that_is_missing_broken_or_does_not_fit(tmp_path: Path) -> None:
    filled(tmp_path)
    expected = last_stamps(tmp_path, "XBTUSD")["bybit"].kinds
    path = manifest_file(tmp_path, "bybit", "XBTUSD")
    for content in ("", "[]", '{"kinds":{"1m":5},"market":"x"}'):
        path.write_text(content)
        assert last_stamps(tmp_path, "XBTUSD")["bybit"].kinds == expected
    CandleArchive(tmp_path).write("bybit", "XBTUSD", minutes(2001))
    shutil.rmtree(tmp_path / "xbtusd" / "2024-01-23")
    assert last_stamps(tmp_path, "XBTUSD")["bybit"].kinds["1m"] == (START, START + DAY - 60)
    for manifest in (tmp_path / "xbtusd").glob("*.json"):
        manifest.unlink()
    assert last_stamps(tmp_path, "XBTUSD")["bybit"].market == "XBTUSD"
