from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.files.downsample import EquityPoint, downsample
from schema.files.equity import EquityHeader, EquityReader, EquityWriter
from tests.schema.files.full_disk import lift_file_limit, with_file_limit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.equity"


def open_curve(path: Path, buffer_rows: int = 1) -> EquityWriter:
    return EquityWriter(path, "x", "sandbox", "XBTUSD", "BTC", Decimal("1.00000001"), buffer_rows)


def filled(path: Path, number: int) -> None:
    with open_curve(path) as writer:
        for n in range(number):
            writer.append(1000.0 + n, Decimal(n % 100) / 10**8, 0.5)


def test_rows_are_json_behind_a_header_that_names_the_currency(path: Path) -> None:
    with open_curve(path) as writer:
        writer.append(1706000205.5, Decimal("1.01230000"), Decimal("0.5"))
    lines = path.read_text().splitlines()
    assert lines[0] == (
        '{"header":1,"session":"x","exchange":"sandbox","market":"XBTUSD","settle":"BTC","start":1.00000001}'
    )
    assert lines[1] == "[1706000205.5,1.0123,0.5]"
    reader = EquityReader(path)
    assert reader.header() == EquityHeader("x", "sandbox", "XBTUSD", "BTC", Decimal("1.00000001"))
    assert reader.points() == [EquityPoint(1706000205.5, 1.0123, 0.5)]
    assert reader.last() == reader.points()[0]


def test_a_missing_file_has_no_points(path: Path) -> None:
    reader = EquityReader(path)
    assert (reader.header(), reader.count(), reader.points(), reader.points(10), reader.last()) == (
        None, 0, [], [], None,
    )  # fmt: skip


def test_it_goes_on_after_a_restart_and_mends_every_torn_end(path: Path) -> None:
    filled(path, 3)
    content = path.read_bytes()
    last = content.rstrip(b"\n").rfind(b"\n") + 1
    for cut in range(last, len(content) + 1):
        path.write_bytes(content[:cut])
        whole = 3 if cut == len(content) else 2
        assert len(EquityReader(path).points()) == whole
        with open_curve(path) as writer:
            assert (writer.mended is None) == (cut in (last, len(content)))
            writer.append(5000.0, 1, 0)
        assert [p.ts for p in EquityReader(path).points()] == [*(1000.0 + n for n in range(whole)), 5000.0]


def test_a_file_without_header_is_kept_aside(path: Path) -> None:
    path.write_text("[1,2,3]\n")
    with open_curve(path) as writer:
        assert writer.mended
    assert EquityReader(path).points() == []
    assert path.with_name("x.equity.broken").exists()


def test_many_rows_can_be_written_together(path: Path) -> None:
    with open_curve(path, buffer_rows=10) as writer:
        for n in range(25):
            writer.append(n, n, 0)
        assert EquityReader(path).count() == 20
    assert EquityReader(path).count() == 25


def test_rows_wait_while_the_disk_is_full(path: Path) -> None:
    def fill() -> None:
        with open_curve(path) as writer:
            for n in range(200):
                writer.append(n, 1, 0)
            assert 0 < EquityReader(path).count() < 200
            assert path.read_bytes().endswith(b"]\n")
            lift_file_limit()
            writer.append(200, 1, 0)
            assert [p.ts for p in EquityReader(path).points()] == list(range(201))

    with_file_limit(1000, fill)


def test_fewer_points_keep_first_last_and_extremes(path: Path) -> None:
    filled(path, 5000)
    with open_curve(path) as writer:
        writer.append(7000, Decimal(9), 0)
        writer.append(7001, Decimal(-9), 99)
        writer.append(7002, Decimal(1), 0)
    points = EquityReader(path).points(50)
    assert len(points) <= 50
    assert (points[0].ts, points[-1].ts) == (1000.0, 7002.0)
    assert {9.0, -9.0} <= {point.equity for point in points}
    assert points == sorted(points)


def test_a_part_of_the_curve(path: Path) -> None:
    filled(path, 100)
    assert [p.ts for p in EquityReader(path).points(None, 1010, 1013)] == [1010.0, 1011.0, 1012.0]
    assert len(EquityReader(path).points(10, 1010, 1090)) == 10


@given(st.lists(st.floats(-1e6, 1e6), max_size=300), st.integers(1, 60))
def test_whatever_the_curve_no_more_points_than_asked_for_and_no_extreme_lost(
    values: list[float], wanted: int
) -> None:
    points = [EquityPoint(float(n), value, 0.0) for n, value in enumerate(values)]
    kept = list(downsample(points, len(points), wanted))
    assert len(kept) <= wanted
    assert kept == sorted(kept)
    assert set(kept) <= set(points)
    if points:
        assert kept[-1] == points[-1]
    if points and wanted >= 4:
        assert kept[0] == points[0]
        assert min(p.equity for p in kept) == min(values)
        assert max(p.equity for p in kept) == max(values)


def test_rows_behind_a_position_are_read_once_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "s.equity"
    reader = EquityReader(path)
    assert reader.behind(0) == ([], 0)
    with EquityWriter(path, "s", "sandbox", "XBTUSD", "BTC", 1.0) as writer:
        for number in range(3):
            writer.append(float(number), 1.0, 0.0)
        first, position = reader.behind(0)
        writer.append(3.0, 1.0, 0.0)
        with path.open("ab") as torn:
            torn.write(b"[4.0,1")
        second, end = reader.behind(position)
    assert [point.ts for point in first] == [0.0, 1.0, 2.0]
    assert [point.ts for point in second] == [3.0]
    assert reader.behind(end) == ([], end)


def test_a_long_curve_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "s.equity"
    with EquityWriter(path, "s", "sandbox", "XBTUSD", "BTC", 1.0, buffer_rows=1000) as writer:
        for number in range(500):
            writer.append(float(number), 1.0, 0.0)
    stamps, position = [], 0
    while (read := EquityReader(path).behind(position, most=1000))[1] > position:
        points, position = read
        stamps += [point.ts for point in points]
    assert stamps == [float(number) for number in range(500)]
