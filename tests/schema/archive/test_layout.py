from pathlib import Path

import pytest

from schema.archive import layout


@pytest.mark.parametrize(
    ("market", "folder"),
    [
        ("XBTUSD", "xbtusd"),
        ("BTC/USDT:USDT", "btc-usdt-usdt"),
        ("BTC/USD:BTC-261225", "btc-usd-btc-261225"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\0b", "a-b"),
        ("币/USDT:USDT", "u5e01-usdt-usdt"),
        ("xbtusd", "xbtusd"),
    ],
)
def test_a_market_has_a_safe_folder_that_is_its_own_folders_name(market: str, folder: str) -> None:
    assert layout.market_folder(market) == folder
    assert layout.market_folder(folder) == folder


@pytest.mark.parametrize("market", ["", "..", "/", "-", "x" * 200])
def test_what_leaves_no_name_is_refused(market: str) -> None:
    with pytest.raises(ValueError, match="name of a market"):
        layout.market_folder(market)


def test_a_file_carries_exchange_and_kind_in_the_folder_of_its_day() -> None:
    path = layout.data_file(Path("archive"), "sandbox", "XBTUSD", "2024-01-22", "1m")
    assert path == Path("archive/xbtusd/2024-01-22/sandbox-1m.parquet")
    segment = layout.data_file(Path("archive"), "bybit", "XBTUSD", "2024-01-22", "trades", 17)
    assert segment.name == "bybit-trades.000017.parquet"


@pytest.mark.parametrize(
    ("exchange", "kind"), [("a/b", "1m"), ("..", "1m"), ("", "1m"), ("By", "1m"), ("bybit", "7m")]
)
def test_impossible_names_are_refused(exchange: str, kind: str) -> None:
    with pytest.raises(ValueError, match=r"exchange|kind"):
        layout.data_file(Path("archive"), exchange, "XBTUSD", "2024-01-22", kind)


def test_days_are_utc() -> None:
    assert layout.day_of(1705881599.9) == "2024-01-21"
    assert layout.day_of(1705881600) == "2024-01-22"
    assert layout.day_start("2024-01-22") == 1705881600
    assert layout.day_of(-1) == "1969-12-31"
    assert list(layout.days_between(1705881599, 1705881601)) == ["2024-01-21", "2024-01-22"]
    assert list(layout.days_between(1705881600, 1705881600)) == []


def test_listings_name_only_what_is_ours(tmp_path: Path) -> None:
    for name in (
        "bybit-1m.parquet",
        "bybit-trades.000002.parquet",
        "bybit-trades.parquet",
        "notes.txt",
        ".x.tmp",
    ):
        path = tmp_path / "xbtusd" / "2024-01-22" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "xbtusd" / "backup").mkdir()
    (tmp_path / "readme").touch()
    assert layout.list_markets(tmp_path) == ["xbtusd"]
    assert layout.list_days(tmp_path, "XBTUSD") == ["2024-01-22"]
    found = [(file.kind, file.segment) for file in layout.list_files(tmp_path, "XBTUSD", "2024-01-22")]
    assert found == [("1m", None), ("trades", None), ("trades", 2)]
    assert layout.list_markets(tmp_path / "none") == layout.list_days(tmp_path / "none", "XBTUSD") == []
