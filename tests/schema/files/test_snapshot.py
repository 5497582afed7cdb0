import json
import math
from decimal import Decimal
from pathlib import Path

import pytest

from schema.files.aside import BrokenFile
from schema.files.metrics import read_metrics, write_metrics
from schema.files.snapshot import BrokenSnapshot, NewerSnapshot, read_snapshot, write_snapshot
from tests.schema.files.full_disk import with_file_limit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.state.json"


def test_a_state_comes_back_as_it_was(path: Path) -> None:
    state = {
        "position": Decimal("1.50"),
        "list": [1, 0.1, None, True, "é"],
        "nested": {"n": Decimal("-1E-8")},
    }
    write_snapshot(path, {**state, "inf": -math.inf})
    read = read_snapshot(path)
    assert read == {**state, "inf": -math.inf}
    assert str(read["position"]) == "1.50"
    json.loads(path.read_bytes(), parse_constant=pytest.fail)


def test_there_may_be_none(path: Path) -> None:
    assert read_snapshot(path) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"format":1}',
        b'{"state":{}}',
        b"\xff",
        b'{"format":1,"state":{"a":{"$decimal":"x"}}}',
    ],
)
def test_a_broken_one_is_kept_aside_and_told(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(
        BrokenSnapshot, match=r"x\.state\.json is broken: .*; kept as x\.state\.json\.broken"
    ) as told:
        read_snapshot(path)
    assert told.value.kept is not None
    assert told.value.kept.read_bytes() == content
    assert read_snapshot(path) is None


def test_a_second_broken_one_does_not_overwrite_the_first(path: Path) -> None:
    for content in (b"first", b"second"):
        path.write_bytes(content)
        with pytest.raises(BrokenSnapshot):
            read_snapshot(path)
    assert path.with_name("x.state.json.broken").read_bytes() == b"first"
    assert path.with_name("x.state.json.broken.1").read_bytes() == b"second"


def test_a_newer_one_is_refused_and_left_in_place(path: Path) -> None:
    path.write_text('{"format":2,"state":{}}')
    with pytest.raises(NewerSnapshot, match="its format is 2, this version of the program knows 1"):
        read_snapshot(path)
    assert path.exists()


def test_a_full_disk_keeps_the_one_before(path: Path) -> None:
    write_snapshot(path, {"n": 1})

    def overflow() -> None:
        with pytest.raises(OSError, match="too large"):
            write_snapshot(path, {"n": "x" * 10_000})

    with_file_limit(5000, overflow)
    assert read_snapshot(path) == {"n": 1}


def test_metrics_are_an_object_or_an_error(path: Path) -> None:
    assert read_metrics(path) is None
    write_metrics(path, {"total_pnl": Decimal("0.10000001"), "sharpe": None})
    assert read_metrics(path) == {"total_pnl": 0.10000001, "sharpe": None}
    for content in ("[1]", "{", '{"a":NaN}'):
        path.write_text(content)
        with pytest.raises(BrokenFile, match="is broken"):
            read_metrics(path)
