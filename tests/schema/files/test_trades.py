import contextlib
import json
import os
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from schema.files import trade_index
from schema.files.trades import TradeFilter, TradesReader, TradesWriter
from tests.schema.files.full_disk import lift_file_limit, small_disk, with_file_limit


def trade(number: int, **more: Any) -> dict[str, Any]:
    pnl = Decimal(number % 7 - 3) / 10**8
    sides = {"side": "LONG" if number % 2 else "SHORT", "exit_reason": f'reason "{number}"\né'}
    return {
        "id": str(number),
        "exit_time": 1000.5 + number,
        "entry_price": Decimal(89450),
        "pnl": pnl,
        **sides,
        **more,
    }


def ids(trades: list[dict[str, Any]]) -> list[int]:
    return [int(row["id"]) for row in trades]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trades_x.json"


def filled(path: Path, number: int) -> None:
    with TradesWriter(path, {"session": "x", "exchange": "sandbox"}) as writer:
        for n in range(number):
            assert writer.append(trade(n)) == n


def test_between_appends_it_is_always_a_valid_array_with_one_trade_a_line(path: Path) -> None:
    with TradesWriter(path, {"session": "x"}) as writer:
        assert json.loads(path.read_text()) == []
        for n in range(5):
            writer.append(trade(n))
            rows = json.loads(path.read_text())
            assert ids(rows) == list(range(n + 1))
            assert len(path.read_text().splitlines()) == n + 3
    assert rows[0]["session"] == "x"


def test_fields_of_a_trade_win_over_those_of_every_trade(path: Path) -> None:
    with TradesWriter(path, {"market": "XBTUSD", "run": 1}) as writer:
        writer.append(trade(0, market="ETHUSD"))
    row = TradesReader(path).page().trades[0]
    assert (row["market"], row["run"]) == ("ETHUSD", 1)


def test_amounts_are_exact_for_who_wants_decimals(path: Path) -> None:
    with TradesWriter(path) as writer:
        writer.append(
            trade(0, size=Decimal("0.00000001"), run=2, legs=[{"pnl": 1, "entry_time": Decimal("1.5")}])
        )
    assert b'"size":0.00000001' in path.read_bytes()
    row = TradesReader(path, decimals=True).page().trades[0]
    assert (row["size"], row["entry_price"]) == (Decimal("0.00000001"), Decimal(89450))
    assert isinstance(row["entry_price"], Decimal)
    assert isinstance(row["legs"][0]["pnl"], Decimal)
    assert isinstance(row["exit_time"], float)
    assert isinstance(row["run"], int)
    assert isinstance(TradesReader(path).page().trades[0]["size"], float)


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("indexed", [300, 299, 150, 1, 0, None])
def test_pages_are_right_whatever_part_of_the_index_is_there(
    path: Path, newest_first: bool, indexed: int | None
) -> None:
    filled(path, 300)
    index = trade_index.index_path(path)
    if indexed is None:
        index.unlink()
    else:
        os.truncate(index, indexed * 8 + (3 if indexed else 0))
    order = list(range(300))[:: -1 if newest_first else 1]
    reader = TradesReader(path)
    for offset, limit in [(0, 50), (0, 1), (290, 50), (299, 1), (300, 5), (140, 20), (0, 1000)]:
        page = reader.page(offset, limit, newest_first)
        assert (ids(page.trades), page.total) == (order[offset : offset + limit], 300)
    assert ids(list(reader)) == list(range(300))


def test_filters_count_what_they_match(path: Path) -> None:
    filled(path, 600)
    reader = TradesReader(path)
    longs = reader.page(1, 2, True, TradeFilter(side="long"))
    assert (ids(longs.trades), longs.total) == ([597, 595], 300)
    some = reader.page(0, 5, False, TradeFilter(start=1100.5, end=1103.5))
    assert (ids(some.trades), some.total) == ([100, 101, 102], 3)
    assert reader.page(where=TradeFilter(text='REASON "77"')).total == 1
    assert reader.page(where=TradeFilter(won=True)).total == sum(n % 7 > 3 for n in range(600))
    assert reader.page(where=TradeFilter(market="none")).total == 0


def test_a_page_reads_only_its_own_part_of_the_file(path: Path) -> None:
    with TradesWriter(path) as writer:
        for n in range(400):
            writer.append(trade(n, note="x" * 2000))
    code = (
        "import sys; from pathlib import Path; from schema.files.trades import TradesReader;"
        "r = TradesReader(Path(sys.argv[1])); r.page(350, 5);"
        "print(next(l for l in open('/proc/self/io') if l.startswith('rchar')).split()[1]);"
        "r.page(350, 5);"
        "print(next(l for l in open('/proc/self/io') if l.startswith('rchar')).split()[1])"
    )
    out = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    before, after = map(int, out.stdout.split())
    assert after - before < 40_000 < path.stat().st_size / 10


def test_a_missing_file_holds_no_trades(path: Path) -> None:
    assert TradesReader(path).count() == 0
    assert TradesReader(path).page().total == 0
    assert list(TradesReader(path)) == []


def test_cut_at_every_byte_of_the_last_append_every_whole_row_stays(path: Path) -> None:
    filled(path, 2)
    before = path.stat().st_size
    filled_three = path.with_name("trades_y.json")
    filled(filled_three, 3)
    content, index = filled_three.read_bytes(), trade_index.index_path(filled_three).read_bytes()
    row_end = len(content) - 3
    for cut in range(before - 3, len(content) + 1):
        for entries in (index, index[:-8], index[:-3]):
            path.write_bytes(content[:cut])
            trade_index.index_path(path).write_bytes(entries)
            whole = 3 if cut >= row_end else 2
            assert TradesReader(path).count() == whole
            with TradesWriter(path) as writer:
                assert writer.count == whole
                assert (writer.mended is None) == (cut == len(content) and entries == index)
                writer.append(trade(9))
            assert ids(json.loads(path.read_bytes())) == [*range(whole), 9]
            assert ids(list(TradesReader(path))) == [*range(whole), 9]


def test_old_and_new_pieces_of_a_torn_write_are_told_apart(path: Path) -> None:
    filled(path, 3)
    new = path.read_bytes()
    three = trade_index.index_path(path).read_bytes()
    filled(path.with_name("trades_y.json"), 2)
    old = path.with_name("trades_y.json").read_bytes()
    edge = len(old) - 3
    for place in range(edge, edge + 3):
        for content in (new[:place] + old[place:], old[:place] + new[place:]):
            path.write_bytes(content)
            trade_index.index_path(path).write_bytes(three[:16])
            assert TradesReader(path).count() in (2, 3)
            with TradesWriter(path) as writer:
                assert writer.count in (2, 3)
                writer.append(trade(9))
            assert ids(json.loads(path.read_bytes()))[:2] == [0, 1]


def test_zeros_behind_a_crash_are_cut(path: Path) -> None:
    filled(path, 3)
    content = path.read_bytes()
    path.write_bytes(content[:-3] + b",\n" + b"\0" * 5000)
    with TradesWriter(path) as writer:
        assert writer.count == 3
        assert writer.mended
        assert "torn end" in writer.mended
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"", b"[", b"[\n", b"[\n]", b"[\n]\n"])
def test_a_file_torn_at_its_creation_is_empty(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with TradesWriter(path) as writer:
        writer.append(trade(0))
    assert ids(json.loads(path.read_bytes())) == [0]


def test_an_index_of_another_file_is_not_believed(path: Path) -> None:
    filled(path, 5)
    other = path.with_name("trades_y.json")
    with TradesWriter(other) as writer:
        for n in range(5):
            writer.append(trade(n, note="z" * (10 + n)))
    trade_index.index_path(path).write_bytes(trade_index.index_path(other).read_bytes())
    with TradesWriter(path) as writer:
        assert writer.mended
        assert "index" in writer.mended
    assert ids(TradesReader(path).page(0, 2).trades) == [4, 3]


def test_damage_in_the_middle_costs_that_row_only_and_the_old_file_is_kept(path: Path) -> None:
    filled(path, 5)
    content = path.read_bytes()
    damaged = content.replace(b'{"session":"x","exchange":"sandbox","id":"2"', b"\xff\xfe" * 22)
    path.write_bytes(damaged)
    trade_index.index_path(path).unlink()
    with TradesWriter(path) as writer:
        assert writer.mended
    assert ids(json.loads(path.read_bytes())) == [0, 1, 3, 4]
    assert path.with_name(path.name + ".broken").read_bytes() == damaged


def test_an_array_in_another_layout_is_taken_over(path: Path) -> None:
    path.write_text(json.dumps([{"id": "0", "pnl": 0.1}, {"id": "1"}], indent=4))
    with TradesWriter(path) as writer:
        assert writer.mended
        assert "layout" in writer.mended
        writer.append(trade(2))
    assert ids(TradesReader(path).page(newest_first=False).trades) == [0, 1, 2]


def test_a_trade_added_by_hand_is_not_lost(path: Path) -> None:
    filled(path, 2)
    path.write_bytes(path.read_bytes().replace(b"\n]\n", b',\n    {"id": "2"}\n]\n'))
    with TradesWriter(path) as writer:
        assert writer.count == 3
    assert ids(list(TradesReader(path))) == [0, 1, 2]


def test_one_object_a_line_without_brackets_is_taken_over(path: Path) -> None:
    path.write_bytes(b'{"id":"0"}\n{"id":"1"}\n')
    with TradesWriter(path) as writer:
        assert writer.count == 2
    assert ids(json.loads(path.read_bytes())) == [0, 1]


def test_half_of_the_first_trade_leaves_nothing_aside(path: Path) -> None:
    path.write_bytes(b'[\n{"id":"0","side":"LO')
    with TradesWriter(path) as writer:
        assert writer.mended
    assert sorted(os.listdir(path.parent)) == ["trades_x.idx", "trades_x.json"]


def test_what_is_no_array_is_kept_aside(path: Path) -> None:
    path.write_bytes(b"\x00\x01 rubbish")
    with TradesWriter(path) as writer:
        assert writer.count == 0
        assert writer.mended
    assert path.with_name(path.name + ".broken").read_bytes() == b"\x00\x01 rubbish"


def test_a_trade_that_json_cannot_hold_changes_nothing(path: Path) -> None:
    filled(path, 1)
    before = path.read_bytes()
    with TradesWriter(path) as writer, pytest.raises(ValueError, match="JSON"):
        writer.append(trade(1, pnl=Decimal("NaN")))
    assert path.read_bytes() == before


def fill_up(writer: TradesWriter) -> None:
    with contextlib.suppress(OSError):
        while writer.count < 10_000:
            writer.append(trade(writer.count))
    assert writer.count < 10_000, "the disk was to be full by now"


def test_a_full_disk_is_taken_back_and_the_same_trade_written_later(path: Path) -> None:
    def fill() -> None:
        with TradesWriter(path) as writer:
            fill_up(writer)
            count, size = writer.count, path.stat().st_size
            with pytest.raises(OSError, match=r"space|large"):
                writer.append(trade(count))
            assert path.stat().st_size == size
            assert len(json.loads(path.read_bytes())) == count
            lift_file_limit()
            assert writer.append(trade(count)) == count
            assert ids(json.loads(path.read_bytes())) == list(range(count + 1))

    with_file_limit(3000, fill)


def test_a_really_full_disk_loses_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16 * 4096) as disk:
        if disk is None:
            pytest.skip("no tmpfs can be mounted here; the limit on file sizes is tested instead")
        path = disk / "trades_x.json"
        writer = TradesWriter(path)
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * 8 * 4096)
        fill_up(writer)
        count = writer.count
        assert ids(json.loads(path.read_bytes())) == list(range(count))
        ballast.unlink()
        writer.append(trade(count))
        writer.close()
        assert ids(list(TradesReader(path))) == list(range(count + 1))


def test_a_reader_beside_a_writing_process_sees_whole_rows_only(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from schema.files.trades import TradesWriter\n"
        "w = TradesWriter(Path(sys.argv[1]))\n"
        "for n in range(1500): w.append({'id': str(n), 'note': 'x' * (n * 37 % 900)})"
    )
    TradesWriter(path).close()
    with subprocess.Popen([sys.executable, "-c", code, str(path)]) as writer:
        reader, seen = TradesReader(path), 0
        pick = random.Random(1)
        while seen < 1500 and writer.poll() in (None, 0):
            page = reader.page(0, 20)
            assert ids(page.trades) == list(range(page.total))[::-1][:20]
            assert page.total >= seen
            seen = page.total
            first = pick.randrange(seen + 1)
            found = ids(reader.page(first, 3, False).trades)
            assert found == list(range(first, first + len(found)))
    assert reader.count() == 1500


def test_a_writer_killed_at_any_moment_leaves_what_it_had_told(path: Path) -> None:
    code = (
        "import sys, os; from pathlib import Path; from schema.files.trades import TradesWriter\n"
        "w = TradesWriter(Path(sys.argv[1]))\n"
        "while True: os.write(1, b'%d\\n' % w.append({'id': str(w.count)}))"
    )
    told = -1
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) as child:
            assert child.stdout
            for _ in range(30):
                told = int(child.stdout.readline())
            child.kill()
            for line in child.stdout:
                told = int(line)
        assert TradesReader(path).count() >= told + 1
    with TradesWriter(path) as writer:
        assert ids(json.loads(path.read_bytes())) == list(range(writer.count))
