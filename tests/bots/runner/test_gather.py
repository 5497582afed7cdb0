"""What a backtest is handed, and what it is told of holes."""

from typing import Any

import numpy as np
import pytest

from bots.process import BadSpec, OutsideTrouble
from bots.runner.candles import Gathered, gather
from bots.runner.prepare import prepare
from schema.archive import layout, parquet
from schema.archive.candles import Candles
from schema.archive.ticks import QuoteRow, TickArchive, TradeRow
from schema.archive.writer import CandleArchive, FundingArchive
from schema.home import Home
from schema.spec import LaunchSpec
from tests.bots.data.recorded import START as RECORDED
from tests.bots.data.recorded import candles_file
from tests.bots.data.running import sandbox
from tests.schema.archive.samples import DAY, START, minutes


def gathered(home: Home, start: int, end: int, exchange: str = "sandbox", **settings: Any) -> Gathered:
    spec = LaunchSpec(
        kind="session",
        id="s",
        run=1,
        home=str(home.root),
        type="backtest",
        market="XBTUSD",
        exchange=exchange,
        strategy="TestBot",
        settings=settings,
        range_start=start,
        range_end=end,
    )
    return gather(prepare(spec, home), lambda message: None, lambda: None)


def recorded(home: Home, candles: Candles) -> Candles:
    CandleArchive(home.archive).write("sandbox", "XBTUSD", candles)
    return candles


def test_candles_come_as_columns_on_the_price_grid_with_the_warm_up(home: Home) -> None:
    candles = recorded(home, minutes(1440))
    FundingArchive(home.archive).write("sandbox", "XBTUSD", [(START + 28_800, "0.0001")])
    found = gathered(home, START + 6 * 3600, START + DAY)
    series = found.series["XBTUSD"]
    assert series.ts[0] < START + 6 * 3600
    assert series.ts[-1] == START + DAY - 60
    assert np.array_equal(series.columns().close, candles.close[-len(series) :])
    assert [(event.ts, str(event.rate)) for event in found.funding] == [(START + 28_800, "0.0001")]
    assert found.ticks == {}
    assert found.notes == ["1 funding rate of XBTUSD not recorded: counted 0"]


def test_holes_are_refused_and_named(home: Home) -> None:
    candles = minutes(1440)
    recorded(home, candles.take(np.r_[0:800, 810:1440]))
    with pytest.raises(
        OutsideTrouble, match=r"for 2024-01-22 13:20 to 2024-01-22 13:30 UTC: .*running.*--allow-gaps"
    ):
        gathered(home, START + 6 * 3600, START + DAY)


def test_holes_are_counted_where_they_are_allowed(home: Home) -> None:
    candles = minutes(1440)
    recorded(home, candles.take(np.r_[0:800, 810:1440]))
    found = gathered(home, START + 6 * 3600, START + DAY, allow_gaps=True)
    assert found.notes == [
        "10 of 1,080 minutes of XBTUSD missing: nothing happens in them "
        "(2024-01-22 13:20 to 2024-01-22 13:30 UTC)"
    ]
    assert START + 800 * 60 not in found.series["XBTUSD"].ts


def test_a_range_without_any_candle_is_refused_also_where_gaps_are_allowed(home: Home) -> None:
    with pytest.raises(OutsideTrouble, match=r"of XBTUSD on bitmex are missing .* closed on 2026-09-23"):
        gathered(home, START, START + DAY, "bitmex", allow_gaps=True)


def test_a_range_before_the_listing_says_so(home: Home) -> None:
    file = candles_file(home)
    replay = ("--replay", f"XBTUSD={file}", "--replay-start", str(RECORDED + 200 * 60))
    with sandbox(home, *replay):
        with pytest.raises(OutsideTrouble, match=r"has none of that time; was the market not listed yet\?$"):
            gathered(home, RECORDED - 7200, RECORDED - 3600)
        first = r"has none before 2023-11-14 22:14 UTC, when the market was listed"
        with pytest.raises(OutsideTrouble, match=first):
            gathered(home, RECORDED - 3600, RECORDED + 3600)


def test_files_that_cannot_be_read_and_candles_that_cannot_be_are_named(home: Home) -> None:
    candles = recorded(home, minutes(1440))
    path = layout.data_file(home.archive, "sandbox", "XBTUSD", "2024-01-22", "1m")
    candles.high[700] = 1.0
    told = parquet.Contents("sandbox", "XBTUSD", "1m", 1440, START, START + DAY - 60)
    parquet.write(path, candles.columns(), told)
    with pytest.raises(BadSpec, match=rf"the candle of {START + 42_000} cannot be: open .* data repair"):
        gathered(home, START + 6 * 3600, START + DAY)
    path.write_bytes(b"rubbish")
    with pytest.raises(BadSpec, match=r"2024-01-22/sandbox-1m\.parquet: .*; botyard data check"):
        gathered(home, START + 6 * 3600, START + DAY)


def test_recorded_trades_come_for_the_minutes_that_they_make(home: Home) -> None:
    price = 40_000.0
    rows = [(START + 60 * n, price, price + 2, price - 1, price + 1, 9.0) for n in range(400)]
    recorded(home, Candles.from_rows(rows))
    archive = TickArchive(home.archive, "sandbox", "XBTUSD")
    begin = START + 300 * 60
    prints = [(0, 0), (10, 2), (20, -1), (50, 1), (60, 0), (70, 2), (80, 1)]  # the last minute lacks its low
    archive.append_trades(
        [TradeRow(str(at), begin + at, price + up, 5, "Buy" if up else "Sell") for at, up in prints]
    )
    archive.append_quotes([QuoteRow(begin + 5, price + 0.5, 1, price + 2, 1)])
    found = gathered(home, begin - 3600, begin + 600)
    ticks = found.ticks["XBTUSD"].within(begin, begin + 120)
    assert [tick.ts - begin for tick in ticks] == [0, 10, 20, 50]
    assert [(str(tick.bid), str(tick.ask)) for tick in ticks] == [
        ("40000.0", "40000.1"),
        *[("40000.5", "40002.0")] * 3,
    ], "without a quote the market is one tick wide"
    assert found.covered == [
        "recorded trades decide 1 of 70 minutes of XBTUSD; "
        "those of 1 more do not make up their candle and are not used"
    ]
    assert found.notes == [*found.missing, *found.covered]
    assert not any("recorded trades" in sentence for sentence in found.missing)
