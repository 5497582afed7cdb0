"""Each thing that can be wrong with recorded data is found, named and counted."""

from pathlib import Path

import numpy as np
import pytest

from schema.archive import layout, parquet
from schema.archive.candles import Candles, joined
from schema.archive.check import (
    BROKEN,
    DUPLICATE,
    FUNDING_GAP,
    GAP,
    IMPOSSIBLE,
    JUMP,
    OFF_GRID,
    ZERO_VOLUME,
    Finding,
    Source,
    check_candles,
    funding_gaps,
    summary,
)
from schema.archive.compaction import compact
from schema.archive.inspection import inspect
from schema.archive.ticks import QuoteRow, TickArchive, TradeRow
from schema.archive.writer import CandleArchive, FundingArchive
from tests.schema.archive.samples import DAY, START, minutes

SOURCE = Source("XBTUSD", "bybit", "1m", 60)
HOURS_8 = 28_800


def checked(candles: Candles, number: int = 200, jump: float = 10.0) -> list[Finding]:
    return check_candles(SOURCE, candles, START, START + 60 * number, jump)


def changed(row: int, **values: float) -> Candles:
    candles = minutes(200)
    for name, value in values.items():
        getattr(candles, name)[row] = value
    return candles


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_clean_candles_are_whole() -> None:
    assert checked(minutes(200)) == []
    assert summary([]) == "whole"


def test_gaps_at_the_edges_and_within_are_ranges() -> None:
    found = checked(minutes(200).take(np.r_[2:50, 60:199]))
    assert [(f.kind, (f.start - START) // 60, (f.end - START) // 60, f.count) for f in found] == [
        (GAP, 0, 2, 2),
        (GAP, 50, 60, 10),
        (GAP, 199, 200, 1),
    ]
    assert found[1].text == "10 candles missing"
    assert all(finding.is_error for finding in found)
    assert summary(found) == "3 x gap"


def test_without_any_candle_all_is_a_gap() -> None:
    assert only(checked(Candles.empty())).count == 200


def test_duplicates_are_found_in_any_order() -> None:
    candles = minutes(200)
    found = only(checked(joined([candles.take(slice(10, 13)), candles])))
    assert (found.kind, found.start, found.end, found.count) == (DUPLICATE, START + 600, START + 780, 3)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"high": 1.0}, "high below low"),
        ({"open": 1e9}, "open or close outside high and low"),
        ({"close": 2.0}, "open or close outside high and low"),
        ({"low": 0.0}, "a price that is not above zero"),
        ({"low": float("nan")}, "a number that is not finite"),
        ({"volume": float("inf")}, "a number that is not finite"),
        ({"volume": -1.0}, "a negative volume"),
    ],
)
def test_impossible_candles_are_told_with_their_figures(values: dict[str, float], reason: str) -> None:
    found = [finding for finding in checked(changed(17, **values)) if reason in finding.text]
    finding = only(found)
    assert (finding.kind, finding.start, finding.end, finding.count) == (
        IMPOSSIBLE,
        START + 17 * 60,
        START + 18 * 60,
        1,
    )
    assert "open " in finding.text
    assert finding.is_error


def test_stamps_off_the_grid_leave_their_place_empty() -> None:
    candles = minutes(200)
    candles.ts[[5, 9]] += 7
    gap, off, other = checked(candles)
    assert (off.kind, off.start, off.count) == (OFF_GRID, START + 307, 2)
    assert (gap.kind, gap.start, other.kind, other.start) == (GAP, START + 300, GAP, START + 540)


def test_runs_without_volume_are_worth_a_look_and_no_error() -> None:
    candles = minutes(200)
    candles.volume[:] = 1
    candles.volume[20:32] = 0
    candles.volume[40:45] = 0
    found = only(checked(candles))
    assert (found.kind, found.start, found.count, found.is_error) == (ZERO_VOLUME, START + 1200, 12, False)
    candles.volume[:] = 0
    assert only(checked(candles)).text == "no candle has a volume: it was not recorded"


def test_jumps_between_candles_and_within_one() -> None:
    candles = minutes(200)
    for name in ("open", "high", "low", "close"):
        getattr(candles, name)[100:] *= 1.2
    found = only(checked(candles))
    assert (found.kind, found.start, found.is_error) == (JUMP, START + 6000, False)
    assert found.amount == pytest.approx(20, abs=0.1)
    assert found.text.startswith("+20.0 % between close ")
    assert checked(candles, jump=25) == []
    within = only(checked(changed(3, high=60_000.0)))
    assert within.text.startswith("50.")
    assert "between low " in within.text


def test_funding_gaps_follow_the_usual_interval() -> None:
    stamps = np.arange(START, START + 5 * DAY, HOURS_8)
    assert funding_gaps(stamps, START, START + 5 * DAY) == []
    assert funding_gaps(np.delete(stamps, [3, 4, 7]), START, START + 5 * DAY) == [
        (START + 3 * HOURS_8, START + 5 * HOURS_8, 2),
        (START + 7 * HOURS_8, START + 8 * HOURS_8, 1),
    ]
    hourly = np.arange(START, START + DAY, 3600)
    assert funding_gaps(np.delete(hourly, 5) + 2, START, START + DAY) == [(START + 18_000, START + 21_600, 1)]
    assert funding_gaps(np.zeros(0, dtype=np.int64), START, START + DAY) == [(START, START + DAY, 3)]


class TestArchive:
    def test_everything_there_is_is_looked_at(self, tmp_path: Path) -> None:
        CandleArchive(tmp_path).write("bybit", "XBTUSD", minutes(2000))
        CandleArchive(tmp_path).write("sandbox", "ETHUSD", minutes(10, step=3600), "1h")
        FundingArchive(tmp_path).write(
            "bybit", "XBTUSD", [(START, 0.1), (START + HOURS_8, 0.1), (START + DAY, 0.1)]
        )
        found = inspect(tmp_path)
        assert [(each.market, each.exchange, each.kind, each.rows, each.is_whole) for each in found] == [
            ("ETHUSD", "sandbox", "1h", 10, True),
            ("XBTUSD", "bybit", "1m", 2000, True),
            ("XBTUSD", "bybit", "funding", 3, True),
        ]
        assert [(f.kind, f.start, f.count) for each in found for f in each.findings] == [
            (FUNDING_GAP, START + 2 * HOURS_8, 1),
            (FUNDING_GAP, START + 4 * HOURS_8, 1),
        ]
        assert found[2].as_dict()["summary"] == "2 x funding gap"
        assert inspect(tmp_path, "XBTUSD", "sandbox") == []
        assert [each.kind for each in inspect(tmp_path, "ETHUSD")] == ["1h"]
        (part,) = inspect(tmp_path, "ETHUSD", "sandbox", "1h", START, START + DAY)
        assert (part.findings[0].count, part.is_whole) == (14, False)

    def test_what_others_put_there_is_told_as_it_is(self, tmp_path: Path) -> None:
        CandleArchive(tmp_path).write("bybit", "XBTUSD", minutes(3 * 1440))
        candles = changed(7, high=1.0)
        told = parquet.Contents("bybit", "XBTUSD", "1m", 200, START, START + 200 * 60)
        path = layout.data_file(tmp_path, "bybit", "XBTUSD", "2024-01-22", "1m")
        parquet.write(path, joined([candles, candles.take(slice(3, 5))]).columns(), told)
        layout.data_file(tmp_path, "bybit", "XBTUSD", "2024-01-23", "1m").write_bytes(b"rubbish")
        (found,) = inspect(tmp_path)
        kinds = [finding.kind for finding in found.findings]
        assert (kinds[0], set(kinds)) == (BROKEN, {BROKEN, GAP, DUPLICATE, IMPOSSIBLE})
        assert "2024-01-23/bybit-1m.parquet cannot be read" in found.findings[0].text

    def test_a_month_and_a_day_beside_it_are_no_duplicates(self, tmp_path: Path) -> None:
        CandleArchive(tmp_path).write("bybit", "XBTUSD", minutes(3 * 1440))
        compact(tmp_path, "bybit", "XBTUSD", START + 40 * DAY)
        CandleArchive(tmp_path).write("bybit", "XBTUSD", minutes(10, START + DAY, seed=4))
        (found,) = inspect(tmp_path)
        assert [finding for finding in found.findings if finding.is_error] == []

    def test_replacing_a_span_removes_what_cannot_be_also_out_of_a_month(self, tmp_path: Path) -> None:
        archive = CandleArchive(tmp_path)
        archive.write("bybit", "XBTUSD", minutes(1440))
        candles = changed(7, high=1.0)
        candles.ts[20] += 5
        told = parquet.Contents("bybit", "XBTUSD", "1m", 200, START, START + 200 * 60)
        path = layout.data_file(tmp_path, "bybit", "XBTUSD", "2024-01-22", "1m")
        parquet.write(path, joined([candles, candles.take(slice(3, 5))]).columns(), told)
        compact(tmp_path, "bybit", "XBTUSD", START + 40 * DAY)
        (found,) = inspect(tmp_path, end=START + 200 * 60)
        spans = [(finding.start, finding.end) for finding in found.findings]
        done = archive.replace("bybit", "XBTUSD", minutes(200).take([7]), spans)
        assert (done.added, done.replaced) == (1, 0)
        (found,) = inspect(tmp_path, end=START + 200 * 60)
        assert [(finding.kind, finding.start) for finding in found.findings] == [(GAP, START + 1200)]

    def test_trades_and_quotes_are_looked_at_too(self, tmp_path: Path) -> None:
        archive = TickArchive(tmp_path, "bybit", "XBTUSD", clock=lambda: START + 3600)
        archive.append_trades([TradeRow(f"{n}", START + n, 40000.1, 1, "Buy") for n in range(5)])
        archive.append_quotes([QuoteRow(START, 40000, 1, 40001, 1), QuoteRow(START + 1, 2, 1, 1, 1)])
        trades, quotes = inspect(tmp_path)
        assert (trades.kind, trades.rows, trades.findings) == ("trades", 5, [])
        assert (quotes.kind, quotes.rows, quotes.is_whole) == ("quotes", 2, False)
        assert quotes.findings[0].text == "the bid is above the ask in 1 row"
        assert inspect(tmp_path, timeframe="1m") == []
        next(tmp_path.glob("*/*/bybit-trades*.parquet")).write_bytes(b"rubbish")
        trades, _ = inspect(tmp_path)
        assert [finding.kind for finding in trades.findings] == [BROKEN]
        assert "bybit-trades.000000.parquet cannot be read" in trades.findings[0].text
