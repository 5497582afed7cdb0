"""What is wrong in the archive is mended from a real sandbox."""

import numpy as np
import pytest

from bots.download import download_candles, download_trades, only_funding
from bots.process import OutsideTrouble
from bots.repair import repair
from schema.archive import layout, parquet
from schema.archive.candles import Candles, joined
from schema.archive.compaction import compact
from schema.archive.inspection import inspect
from schema.archive.reader import read_candles, read_funding
from schema.archive.tick_reader import read_ticks
from schema.home import Home
from tests.bots.data.recorded import START as RECORDED
from tests.bots.data.recorded import candles_file
from tests.bots.data.running import agent, sandbox

START = 1_760_054_400  # 2025-10-10 00:00 UTC
DAY = 86_400
END = START + DAY


def damaged(home: Home) -> Candles:
    """A downloaded day, then with a hole, two rows twice, an impossible one and a stamp off the grid."""
    download_candles(home, "sandbox", "XBTUSD", START, END)
    whole = read_candles(home.archive, "sandbox", "XBTUSD", START, END)
    candles = joined([whole.take(np.r_[0:100, 130:1440]), whole.take(slice(200, 202))])
    columns = {name: column.copy() for name, column in candles.columns().items()}
    columns["high"][300] = 1.0
    columns["ts"][500] += 13
    told = parquet.Contents("sandbox", "XBTUSD", "1m", len(candles), START, END - 60)
    parquet.write(layout.data_file(home.archive, "sandbox", "XBTUSD", "2025-10-10", "1m"), columns, told)
    return whole


@pytest.mark.parametrize("compacted", [False, True])
def test_gaps_duplicates_and_impossible_candles_are_fetched_again(home: Home, compacted: bool) -> None:
    with sandbox(home):
        whole = damaged(home)
        if compacted:
            compact(home.archive, "sandbox", "XBTUSD")
        done = repair(home, "sandbox", "XBTUSD", START, END)
    assert (done.missing, done.left, done.holes, done.source) == (0, 0, [], "exchange")
    assert done.added == 31
    assert list(read_candles(home.archive, "sandbox", "XBTUSD", START, END)) == list(whole)
    (candles, _) = inspect(home.archive, "XBTUSD", start=START, end=END)
    assert candles.findings == []


def test_an_unreadable_file_is_kept_aside_and_fetched_again_also_through_the_agent(home: Home) -> None:
    with sandbox(home), agent(home):
        download_candles(home, "sandbox", "XBTUSD", START, START + 6000)
        before = list(read_candles(home.archive, "sandbox", "XBTUSD", START, END))
        path = layout.data_file(home.archive, "sandbox", "XBTUSD", "2025-10-10", "1m")
        path.write_bytes(b"rubbish")
        done = repair(home, "sandbox", "XBTUSD", START, START + 6000)
    assert (done.added, done.source) == (100, "agent")
    assert [kept.name for kept in done.kept_aside] == ["sandbox-1m.parquet.broken"]
    assert list(read_candles(home.archive, "sandbox", "XBTUSD", START, END)) == before


def test_what_the_exchange_does_not_have_is_told(home: Home) -> None:
    file = candles_file(home, 60)
    with sandbox(home, "--replay", f"XBTUSD={file}", "--replay-start", str(RECORDED + 59 * 60)):
        done = repair(home, "sandbox", "XBTUSD", RECORDED - 600, RECORDED + 600)
    assert (done.added, done.missing, done.holes) == (10, 10, [(RECORDED - 600, RECORDED)])


def test_without_an_exchange_nothing_is_touched(home: Home) -> None:
    with sandbox(home):
        damaged(home)
    path = layout.data_file(home.archive, "sandbox", "XBTUSD", "2025-10-10", "1m")
    before = path.read_bytes()
    with pytest.raises(OutsideTrouble):
        repair(home, "sandbox", "XBTUSD", START, END)
    assert path.read_bytes() == before


def test_a_whole_past_month_is_one_file_after_its_download(home: Home) -> None:
    month = layout.month_start("2025-10")
    with sandbox(home):
        done = download_candles(home, "sandbox", "XBTUSD", month, month + 31 * DAY, timeframe="1h")
    assert done.added == 31 * 24
    names = sorted(path.name for path in (home.archive / "xbtusd").iterdir() if path.is_dir())
    assert names == ["2025-10"]


def test_funding_alone_and_only_what_is_not_there(home: Home) -> None:
    with sandbox(home):
        assert only_funding(home, "sandbox", "XBTUSD", START, START + 3 * DAY).funding == 9
        assert only_funding(home, "sandbox", "XBTUSD", START, START + 4 * DAY).funding == 3
        done = only_funding(home, "sandbox", "XBTUSD", START, START + 4 * DAY)
    assert (done.funding, done.missing) == (0, 0)
    assert len(read_funding(home.archive, "sandbox", "XBTUSD", None, None)) == 12


def test_recent_trades_are_all_that_there_is_of_trades(home: Home) -> None:
    with sandbox(home, "--speed", "50"):
        done = download_trades(home, "sandbox", "XBTUSD")
        again = download_trades(home, "sandbox", "XBTUSD")
    assert done.added == done.told > 0
    assert again.added < again.told
    ticks = read_ticks(home.archive, "sandbox", "XBTUSD", None, None)
    assert len(ticks) == done.added + again.added
    assert (ticks.ts[0], bool(np.isnan(ticks.bid).all())) == (done.first, True)
