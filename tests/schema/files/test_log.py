import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from schema.files.log import LogFilter, LogHeader, LogLine, LogReader, LogWriter
from schema.files.log_lines import LONGEST
from tests.schema.files.full_disk import lift_file_limit, small_disk, with_file_limit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.log"


def open_log(path: Path, max_bytes: int = 10_000_000, keep: int = 5) -> LogWriter:
    return LogWriter(path, "x", "sandbox", "XBTUSD", max_bytes=max_bytes, keep=keep, run=3)


def filled(path: Path, number: int, max_bytes: int = 10_000_000, keep: int = 5) -> list[int]:
    """Write numbered lines. Returns their offsets."""
    with open_log(path, max_bytes, keep) as writer:
        offsets = [writer.write("info", f"line {n} é", ts=1000.0 + n) for n in range(number)]
    return [offset for offset in offsets if offset is not None]


def messages(lines: list[LogLine]) -> list[str]:
    return [line.record["message"] for line in lines]


def test_a_line_is_one_json_object_behind_a_header(path: Path) -> None:
    with open_log(path) as writer:
        data = {"action": "entry", "entry_price": Decimal("89450.50")}
        writer.write("trade", "ENTRY LONG", data, ts=1706000205.1234567)
    header, line = path.read_text().splitlines()
    assert json.loads(header) == {
        "header": 1,
        "session": "x",
        "exchange": "sandbox",
        "market": "XBTUSD",
        "base": 0,
    }
    assert line == (
        '{"ts":1706000205.123457,"level":"trade","message":"ENTRY LONG","run":3,'
        '"data":{"action":"entry","entry_price":89450.5}}'
    )
    assert LogReader(path).header() == LogHeader("x", "sandbox", "XBTUSD", 0, len(header) + 1)


def test_offsets_go_on_over_rotations_and_lead_back_to_their_lines(path: Path) -> None:
    offsets = filled(path, 300, max_bytes=2000, keep=4)
    assert sorted(os.listdir(path.parent)) == ["x.log", "x.log.1", "x.log.2", "x.log.3", "x.log.4"]
    assert all(file.stat().st_size <= 2000 for file in path.parent.iterdir())
    reader = LogReader(path)
    kept = list(reader.iterate())
    assert [line.offset for line in kept] == offsets[-len(kept) :]
    assert kept[0].offset == reader.first_offset()
    assert kept[-1].next_offset == reader.end_offset()
    for line in kept:
        chunk = reader.read_from(line.offset, max_lines=1)
        assert (chunk.lines, chunk.next_offset, chunk.lost) == ([line], line.next_offset, 0)


@pytest.mark.parametrize(("max_bytes", "max_lines"), [(1, 1000), (500, 1000), (1 << 20, 7), (1 << 20, 1000)])
def test_reading_on_by_offset_gives_every_line_once(path: Path, max_bytes: int, max_lines: int) -> None:
    filled(path, 100, max_bytes=2000, keep=9)
    reader, at, found = LogReader(path), 0, []
    while lines := (chunk := reader.read_from(at, max_bytes, max_lines)).lines:
        assert chunk.lost == 0
        found += lines
        at = chunk.next_offset
    assert messages(found) == [f"line {n} é" for n in range(100)]
    assert at == reader.end_offset()


def test_an_offset_that_was_rotated_away_says_how_much_is_lost(path: Path) -> None:
    offsets = filled(path, 300, max_bytes=2000, keep=1)
    chunk = LogReader(path).read_from(offsets[10])
    assert chunk.lost > 0
    assert offsets[10] + chunk.lost < chunk.lines[0].offset
    assert not chunk.reset


def test_an_offset_of_another_log_begins_anew(path: Path) -> None:
    filled(path, 3)
    chunk = LogReader(path).read_from(1_000_000)
    assert chunk.reset
    assert len(chunk.lines) == 3
    assert LogReader(path.with_name("none.log")).read_from(5).reset


def test_an_offset_within_a_line_goes_on_at_the_next(path: Path) -> None:
    offsets = filled(path, 3)
    assert messages(LogReader(path).read_from(offsets[1] + 4).lines) == ["line 2 é"]


@pytest.mark.parametrize("number", [0, 1, 30, 150, 10_000])
def test_the_tail_is_read_from_the_end(path: Path, number: int) -> None:
    filled(path, 200, max_bytes=3000, keep=20)
    chunk = LogReader(path).tail(number)
    assert messages(chunk.lines) == [f"line {n} é" for n in range(200)][200 - min(number, 200) :]
    assert chunk.next_offset == LogReader(path).end_offset()


def test_the_tail_of_long_lines_spans_blocks(path: Path) -> None:
    with open_log(path) as writer:
        for n in range(20):
            writer.write("info", str(n) * 30_000)
    lines = LogReader(path).tail(12).lines
    assert [line.record["message"][0:2] for line in lines] == [
        str(n) * 2 if n < 10 else str(n) for n in range(8, 20)
    ]


@pytest.mark.parametrize("newest_first", [True, False])
def test_pages_count_all_lines_of_all_files(path: Path, newest_first: bool) -> None:
    filled(path, 200, max_bytes=3000, keep=20)
    order = [f"line {n} é" for n in range(200)][:: -1 if newest_first else 1]
    for offset, limit in [(0, 10), (95, 20), (195, 20), (500, 5)]:
        page = LogReader(path).page(offset, limit, newest_first)
        assert (messages(page.lines), page.total) == (order[offset : offset + limit], 200)


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_page_in_front_of_a_line_counts_what_is_in_front_of_it(path: Path, newest_first: bool) -> None:
    filled(path, 60, max_bytes=1000, keep=20)
    reader = LogReader(path)
    lines = list(reader.iterate())
    for number, line in enumerate(lines):
        order = messages(lines[:number])[:: -1 if newest_first else 1]
        page = reader.page(1, 20, newest_first, before=line.next_offset)
        assert (messages(page.lines), page.total) == (order[1:21], number)
    even = reader.page(0, 2, newest_first, LogFilter(text="8 "), before=lines[40].next_offset)
    assert (sorted(messages(even.lines)), even.total) == (
        ["line 28 é", "line 38 é"] if newest_first else ["line 18 é", "line 8 é"],
        4,
    )
    assert reader.page(newest_first=newest_first, before=0).total == 0


def test_filters_by_level_text_and_time(path: Path) -> None:
    with open_log(path, max_bytes=2000) as writer:
        for n in range(30):
            writer.write(("info", "warn", "error")[n % 3], f"Number {n}", ts=100.0 + n)
    reader = LogReader(path)
    page = reader.page(1, 2, True, LogFilter(levels=frozenset({"error", "warn"})))
    assert (messages(page.lines), page.total) == (["Number 28", "Number 26"], 20)
    assert reader.page(where=LogFilter(text="number 2")).total == 11
    span = reader.page(newest_first=False, where=LogFilter(start=105.0, end=107.0))
    assert messages(span.lines) == ["Number 5", "Number 6"]
    assert messages(reader.tail(1, LogFilter(levels=frozenset({"info"}))).lines) == ["Number 27"]
    assert len(list(reader.iterate(LogFilter(levels=frozenset({"warn"}))))) == 10


def test_a_restart_goes_on_where_the_log_ended(path: Path) -> None:
    first = filled(path, 5, max_bytes=400)
    second = filled(path, 5, max_bytes=400)
    lines = list(LogReader(path).iterate())
    assert [line.offset for line in lines] == [*first, *second][-len(lines) :]


def test_cut_at_every_byte_of_the_last_line_it_is_mended(path: Path) -> None:
    offsets = filled(path, 3)
    content = path.read_bytes()
    for cut in range(offsets[2], len(content) + 1):
        path.write_bytes(content[:cut])
        whole = 3 if cut == len(content) else 2
        assert len(list(LogReader(path).iterate())) == whole
        assert LogReader(path).end_offset() == (cut if whole == 3 else offsets[2])
        with open_log(path) as writer:
            assert (writer.mended is not None) == (cut not in (offsets[2], len(content)))
            writer.write("info", "next")
        assert messages(list(LogReader(path).iterate())) == [*(f"line {n} é" for n in range(whole)), "next"]


def test_zeros_and_rubbish_at_the_end_are_cut(path: Path) -> None:
    filled(path, 2)
    content = path.read_bytes()
    path.write_bytes(content + b"\0" * 200_000 + b"rubbish\n" + b"\xff")
    with open_log(path) as writer:
        assert writer.mended
    assert path.read_bytes() == content


def test_a_damaged_line_is_shown_and_harms_no_other(path: Path) -> None:
    offsets = filled(path, 3)
    content = bytearray(path.read_bytes())
    content[offsets[1] + 1] = 0xFF
    path.write_bytes(content)
    lines = list(LogReader(path).iterate())
    assert [line.offset for line in lines] == offsets
    assert "unreadable" in lines[1].record["message"]


def test_a_file_without_header_is_kept_aside(path: Path) -> None:
    path.write_text("what is this\n")
    with open_log(path) as writer:
        assert writer.mended
        writer.write("info", "a")
    assert messages(list(LogReader(path).iterate())) == ["a"]
    assert path.with_name("x.log.broken").read_text() == "what is this\n"


@pytest.mark.parametrize("missing", ["x.log", "x.log.1"])
def test_a_crash_within_a_rotation_breaks_no_offsets(path: Path, missing: str) -> None:
    filled(path, 100, max_bytes=2000, keep=3)
    end = LogReader(path).end_offset()
    if missing == "x.log":
        path.unlink()  # moved away, and the new one not yet in its place
        path.with_name(".x.log.new").write_text("half a hea")
        end = LogReader(path).end_offset()
    else:
        (path.parent / "x.log.1").rename(path.parent / "x.log.4")  # the numbers have a hole
        (path.parent / "x.log.4").unlink()
    with open_log(path, 2000, 3) as writer:
        assert writer.end >= end
        for n in range(100):
            writer.write("info", f"more {n}")
    lines = list(LogReader(path).iterate())
    assert sorted(lines, key=lambda line: line.offset) == lines
    assert messages(lines)[-1] == "more 99"
    assert sorted(os.listdir(path.parent)) == ["x.log", "x.log.1", "x.log.2", "x.log.3"]


def test_a_line_is_capped_and_says_so(path: Path) -> None:
    with open_log(path) as writer:
        writer.write("info", "é\x00" * 100_000)
        writer.write("info", "data", {"much": "x" * 100_000})
    raw = path.read_bytes().splitlines(keepends=True)
    assert all(len(line) <= LONGEST for line in raw)
    long, data = (json.loads(line) for line in raw[1:])
    assert long["message"].endswith("(cut, it had 200000 characters)")
    assert "left out" in data["data"]


def test_anything_can_be_logged(path: Path) -> None:
    loop: dict[str, object] = {}
    loop["self"] = loop
    with open_log(path) as writer:
        for data in ({"a": float("nan"), "b": object(), "c": {1, 2}}, loop, [Decimal("Infinity")]):
            assert writer.write("info", "lone \udc80 surrogate\nand a second line", data) is not None
    lines = list(LogReader(path).iterate())
    assert [line.record["message"] for line in lines] == ["lone \udc80 surrogate\nand a second line"] * 3


def test_a_full_disk_costs_lines_and_says_how_many_once_there_is_space(path: Path) -> None:
    def fill() -> None:
        with open_log(path) as writer:
            while writer.write("info", "x" * 100) is not None:
                pass
            for _ in range(9):
                assert writer.write("info", "lost") is None
            assert writer.dropped == 10
            end = LogReader(path).end_offset()
            assert path.stat().st_size == end == writer.end
            lift_file_limit()
            writer.write("info", "again")
            chunk = LogReader(path).read_from(end)
            told, again = messages(chunk.lines)
            assert told.startswith("10 log lines were lost here: ")
            assert again == "again"

    with_file_limit(5000, fill)


def test_a_really_full_disk_never_raises_also_when_it_is_time_to_rotate(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16 * 4096) as disk:
        if disk is None:
            pytest.skip("no tmpfs can be mounted here; the limit on file sizes is tested instead")
        path = disk / "x.log"
        with open_log(path, max_bytes=20_000) as writer:
            ballast = disk / "ballast"
            ballast.write_bytes(b"x" * 9 * 4096)
            results = [writer.write("info", f"{n} " + "x" * 200) for n in range(400)]
            assert None in results
            ballast.unlink()
            assert writer.write("info", "again") is not None
        found = messages(LogReader(path).tail(2).lines)
        assert "were lost here" in found[0]
        assert found[1] == "again"


def test_a_follower_of_a_rotating_log_gets_every_line_once_and_in_order(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from schema.files.log import LogWriter\n"
        "w = LogWriter(Path(sys.argv[1]), 'x', 'sandbox', 'XBTUSD', max_bytes=20_000, keep=500)\n"
        "for n in range(6000): w.write('info', str(n), data='x' * (n % 97))"
    )
    reader, at = LogReader(path), 0
    found: list[str] = []
    with subprocess.Popen([sys.executable, "-c", code, str(path)]) as writer:
        while len(found) < 6000 and writer.poll() in (None, 0):
            chunk = reader.read_from(at, max_lines=50)
            assert (chunk.lost, chunk.reset and at > 0) == (0, False)
            found += messages(chunk.lines)
            at = chunk.next_offset
            reader.tail(3)
    assert found == [str(n) for n in range(6000)]
