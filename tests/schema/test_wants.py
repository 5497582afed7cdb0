"""What a process is asked to be, and what it says that it is."""

from pathlib import Path

import pytest

from schema.wants import Actual, Want, read_actual, read_want, write_actual, write_want


def test_both_are_read_as_written(tmp_path: Path) -> None:
    want, actual = Want(3, "paused", relaunch=True), Actual(3, 99, "running")
    write_want(tmp_path / "x.want", want)
    write_actual(tmp_path / "x.is", actual)
    assert read_want(tmp_path / "x.want") == want
    assert read_actual(tmp_path / "x.is") == actual
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.is", "x.want"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"other": 1}', "7"])
def test_what_cannot_be_read_is_no_want(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.want"
    path.write_text(content)
    assert read_want(path) is None
    assert read_want(tmp_path / "missing") is None
