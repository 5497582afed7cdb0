from pathlib import Path

import pytest

from bots.sweep.store import Row, Store, SweepError, read_header

IDENTITY = {"strategy": "Cross", "source": "abc", "data": "def", "grid": [["fast", [1, 2]]]}
DONE = Row(0, {"sharpe": 1.5, "trade_count": 3})
FAILED = Row(1, error="ValueError: no")


def swept(folder: Path) -> Path:
    with Store.create(folder, "s1", IDENTITY) as store:
        store.add(DONE)
        store.add(FAILED)
    return folder / "s1.jsonl"


def test_finished_sets_are_there_again(tmp_path: Path) -> None:
    swept(tmp_path)
    with Store.resume(tmp_path, "s1", IDENTITY) as store:
        assert store.rows == {0: DONE, 1: FAILED}
        store.add(Row(2, {"sharpe": None}))
    with Store.resume(tmp_path, "s1", IDENTITY) as store:
        assert sorted(store.rows) == [0, 1, 2]


@pytest.mark.parametrize("torn", [1, 10, 30])
def test_a_torn_last_line_is_mended(tmp_path: Path, torn: int) -> None:
    file = swept(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[:-torn])
    with Store.resume(tmp_path, "s1", IDENTITY) as store:
        assert store.rows == {0: DONE}
        assert store.mended > 0
        store.add(FAILED)
    assert file.read_bytes() == whole


def test_a_broken_line_within_is_named(tmp_path: Path) -> None:
    file = swept(tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0] + b"{]\n" + lines[2])
    with pytest.raises(SweepError, match=r"s1\.jsonl, line 2 cannot be read"):
        Store.resume(tmp_path, "s1", IDENTITY)


def test_a_sweep_of_other_things_is_not_resumed(tmp_path: Path) -> None:
    swept(tmp_path)
    with pytest.raises(SweepError, match="source was abc and is new; data was def and is other"):
        Store.resume(tmp_path, "s1", {**IDENTITY, "source": "new", "data": "other"})


def test_a_file_is_open_only_once(tmp_path: Path) -> None:
    swept(tmp_path)
    with (
        Store.resume(tmp_path, "s1", IDENTITY),
        pytest.raises(SweepError, match="is being run by another process"),
    ):
        Store.resume(tmp_path, "s1", IDENTITY)


@pytest.mark.parametrize("id", ["", "../s1", "a/b", "none"])
def test_a_sweep_that_is_not_there(tmp_path: Path, id: str) -> None:
    with pytest.raises(SweepError):
        read_header(tmp_path, id)


def test_the_header_says_what_was_swept(tmp_path: Path) -> None:
    swept(tmp_path)
    assert read_header(tmp_path, "s1") == {"version": 1, "sweep": "s1", **IDENTITY}


def test_a_file_without_a_header_is_told(tmp_path: Path) -> None:
    (tmp_path / "s1.jsonl").write_bytes(b"")
    with pytest.raises(SweepError, match="no readable header"):
        read_header(tmp_path, "s1")
