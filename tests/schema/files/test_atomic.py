import os
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from schema.files.atomic import remove_leftovers, write_atomic, write_json
from tests.schema.files.full_disk import with_file_limit


def test_it_replaces_the_file_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"n": Decimal("0.10000001")})
    write_json(path, {"n": Decimal("0.2")})
    assert path.read_bytes() == b'{"n":0.2}\n'
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_full_disk_leaves_the_old_file_and_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_atomic(path, b"old")

    def overflow() -> None:
        with pytest.raises(OSError, match="too large"):
            write_atomic(path, b"x" * 10_000)

    with_file_limit(4096, overflow)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomic(tmp_path / "none" / "a", b"")


def test_what_a_killed_writer_left_is_removed_and_what_is_being_written_stays(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / f".data-1.parquet.{ended.pid}.0.tmp"
    another = tmp_path / f".other-1.parquet.{ended.pid}.0.tmp"
    written = tmp_path / f".data-2.parquet.{os.getpid()}.0.tmp"
    for path in (left, another, written):
        path.touch()
    remove_leftovers(tmp_path, "data-*")
    assert [path.exists() for path in (left, another, written)] == [False, True, True]
