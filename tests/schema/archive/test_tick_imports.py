"""Trades and quotes out of tables and recorded streams."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from schema.archive.foreign import ImportFailed
from schema.archive.imports import ImportReport
from schema.archive.tick_imports import import_quotes, import_trades
from schema.archive.tick_reader import read_tick_days, read_ticks
from schema.archive.ticks import QuoteRow, TickArchive, TradeRow
from tests.schema.archive.samples import DAY, START

STREAMS = "binance-coinm-ticks-book"


def ticks(root: Path) -> list[tuple[float, ...]]:
    found = read_ticks(root, "bybit", "XBTUSD", None, None)
    columns = (found.ts - START, found.price, found.size, found.side, found.bid, found.ask)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize(("coin", "trades", "quotes"), [("btc", 2286, 19_136), ("eth", 1_732, 15_812)])
def test_a_recorded_stream_gives_trades_that_took_what_stood_then(
    tmp_path: Path, data_dir: Path, coin: str, trades: int, quotes: int
) -> None:
    file = data_dir / STREAMS / f"{coin}usd_perp_20240808.gz"
    report = import_trades(tmp_path, file, "bybit", "XBTUSD")
    assert (report.added, report.kind, report.rejected) == (trades, "trades", {})
    told = import_quotes(tmp_path, file, "bybit", "XBTUSD")
    assert told.added + told.unchanged == quotes
    found = read_ticks(tmp_path, "bybit", "XBTUSD", None, None)
    assert len(found) == trades
    assert (np.diff(found.ts) >= 0).all()
    assert (found.ask > found.bid).all()
    bought = found.side > 0
    assert (found.price[bought] >= found.ask[bought]).mean() > 0.99
    assert (found.price[~bought] <= found.bid[~bought]).mean() > 0.99
    again = import_trades(tmp_path, file, "bybit", "XBTUSD")
    assert (again.added, again.unchanged) == (0, trades)


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "timestamp": [START * 1000 + n * 500 for n in (0, 1, 1, 4)],
            "price": [100.0, 100.5, 100.5, 99.5],
            "amount": [1, 2, 2, 3],
            "side": ["buy", "Sell", "sell", "BUY"],
        }
    )


def in_csv(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False)


@pytest.mark.parametrize("write", [in_csv, pd.DataFrame.to_parquet, pd.DataFrame.to_feather])
def test_trades_of_a_table_with_or_without_ids(
    tmp_path: Path, write: Callable[[pd.DataFrame, Path], None]
) -> None:
    write(frame(), tmp_path / "trades")
    report = import_trades(tmp_path / "archive", tmp_path / "trades", "bybit", "XBTUSD")
    assert (report.rows, report.added) == (4, 4), "two equal trades of one moment are two"
    rows = [row[:4] for row in ticks(tmp_path / "archive")]
    assert rows == [(0, 100, 1, 1), (0.5, 100.5, 2, -1), (0.5, 100.5, 2, -1), (2, 99.5, 3, 1)]
    assert import_trades(tmp_path / "archive", tmp_path / "trades", "bybit", "XBTUSD").unchanged == 4
    write(frame().assign(id=[7, 8, 8, 9]), tmp_path / "with_ids")
    assert import_trades(tmp_path / "other", tmp_path / "with_ids", "bybit", "XBTUSD").added == 3


def test_the_makers_side_is_understood(tmp_path: Path) -> None:
    table = frame().drop(columns="side").assign(is_buyer_maker=[True, False, False, True])
    in_csv(table, tmp_path / "t.csv")
    import_trades(tmp_path / "archive", tmp_path / "t.csv", "bybit", "XBTUSD")
    assert [row[3] for row in ticks(tmp_path / "archive")] == [-1, 1, 1, -1]


def test_quotes_of_a_table_are_joined_to_the_trades_after_them(tmp_path: Path) -> None:
    quotes = pd.DataFrame(
        {"time": [START, START + 0.5, START + 1], "bid": [99.0, 99.5, 5], "ask": [100, 101, 4]}
    )
    in_csv(quotes, tmp_path / "q.csv")
    report = import_quotes(tmp_path, tmp_path / "q.csv", "bybit", "XBTUSD")
    assert (report.added, report.rejected) == (2, {"a bid above the ask": 1})
    assert "the file has no bid_size: stored as 0" in report.notes
    in_csv(frame(), tmp_path / "t.csv")
    import_trades(tmp_path, tmp_path / "t.csv", "bybit", "XBTUSD")
    first, *others = [row[4:] for row in ticks(tmp_path)]
    assert np.isnan(first).all(), "a quote of the same moment may be what the trade made of the book"
    assert others == [(99, 100), (99, 100), (99.5, 101)]


def test_a_quote_of_the_day_before_still_stands_and_own_prices_stay(tmp_path: Path) -> None:
    archive = TickArchive(tmp_path, "bybit", "XBTUSD", lambda: START + 3 * DAY)
    archive.append_quotes([QuoteRow(START - 10, 1, 1, 2, 1)])
    archive.append_trades(
        [TradeRow("a", START + 5, 1, 1, "Buy"), TradeRow("b", START + 6, 1, 1, "Buy", 7, 8)]
    )
    assert [row[4:] for row in ticks(tmp_path)] == [(1, 2), (7, 8)]
    assert read_ticks(tmp_path, "bybit", "XBTUSD", START + 6, START + 7).bid.tolist() == [7]
    assert len(read_ticks(tmp_path, "bybit", "ETHUSD", None, None)) == 0


def packed(content: bytes) -> bytes:
    """Without the time of now: as part of a test's name it has to be the same in every worker."""
    return gzip.compress(content, mtime=0)


def stream(path: Path, *messages: object) -> Path:
    lines = [f"1723161256191649066 {json.dumps(message)}\n" for message in messages]
    path.write_bytes(packed("".join(lines).encode()))
    return path


TRADE = {"e": "trade", "T": START * 1000, "t": 5, "p": "10.5", "q": "2", "m": False}


@pytest.mark.parametrize("take", [import_trades, import_quotes])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\x1f\x8b rubbish", "the gzip file is broken"),
        (packed(b"1 {}\n" * 100)[:-12], "the gzip file is broken"),
        (packed(b'1 {"a": 1}\nno line\n'), "line 2 is no '<nanoseconds> <JSON object>'"),
        (packed(b'1 {"e": "depthUpdate"}\n'), "it has no (trades|quotes)"),
        (b"time,open,high,low,close\n1705881600,1,1,1,1\n", "it has no column '(price|bid)'"),
        (
            b"time,price,size,side,bid,ask\n1705881600,0,1,buy,0,1\n",
            "1 row with a (price|bid) that is not above",
        ),
    ],
)
def test_a_wrong_file_is_a_clear_error_and_nothing_is_written(
    tmp_path: Path, take: Callable[..., ImportReport], content: bytes, reason: str
) -> None:
    file = tmp_path / "wrong"
    file.write_bytes(content)
    with pytest.raises(ImportFailed, match=f"wrong: .*{reason}"):
        take(tmp_path / "archive", file, "bybit", "XBTUSD")
    assert not (tmp_path / "archive").exists()


def test_a_message_that_lacks_a_field_names_its_line(tmp_path: Path) -> None:
    file = stream(tmp_path / "s.gz", {"data": TRADE}, {"e": "trade", "T": 1})
    with pytest.raises(ImportFailed, match=r"s\.gz: line 2: a trade message without 'm'"):
        import_trades(tmp_path / "archive", file, "bybit", "XBTUSD")
    import_trades(tmp_path / "archive", stream(tmp_path / "s.gz", {"data": TRADE}), "bybit", "XBTUSD")
    (day,) = read_tick_days(tmp_path / "archive", "bybit", "XBTUSD", None, None)
    assert (day["key"].tolist(), day["price"].tolist()) == (["5"], [10.5])


def test_a_side_that_is_none_is_left_out_and_told(tmp_path: Path) -> None:
    in_csv(frame().assign(side=["buy", "up", "sell", ""]), tmp_path / "t.csv")
    report = import_trades(tmp_path / "archive", tmp_path / "t.csv", "bybit", "XBTUSD")
    assert (report.added, report.rejected) == (2, {"a side that is neither buy nor sell": 2})
