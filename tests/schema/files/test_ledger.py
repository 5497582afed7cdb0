"""The ledger of runs: one file a run, never half a one."""

from pathlib import Path

import pytest

from schema.files import ledger
from schema.files.aside import BrokenFile


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    stored = ledger.add(tmp_path / "runs", {"market": "XBTUSD", "metrics": {"sharpe": None}}, b"rows")
    assert ledger.read(tmp_path / "runs", stored["id"]) == stored
    assert ledger.rows_path(tmp_path / "runs", stored["id"]).read_bytes() == b"rows"


def test_runs_are_listed_newest_first(tmp_path: Path) -> None:
    ids = [ledger.add(tmp_path, {"n": n}, at=1_700_000_000 + n * 10_000_000)["id"] for n in range(4)]
    assert [entry["id"] for entry in ledger.entries(tmp_path)] == ids[::-1]
    assert len({len(id) for id in ids}) == 1


def test_two_runs_of_one_millisecond_get_ids_of_their_own(tmp_path: Path) -> None:
    first, second = (ledger.add(tmp_path, {"n": n}, at=1_700_000_000) for n in range(2))
    assert first["id"] < second["id"]
    assert [entry["n"] for entry in ledger.entries(tmp_path)] == [1, 0]


def test_a_part_of_an_id_will_do_where_it_means_one_run(tmp_path: Path) -> None:
    older = ledger.add(tmp_path, {}, at=1_660_000_000)
    newer = ledger.add(tmp_path, {}, at=1_700_000_000.5)
    assert ledger.read(tmp_path, newer["id"][-4:]) == newer
    assert ledger.read(tmp_path, older["id"][:3]) == older
    with pytest.raises(ledger.UnknownRun, match="several"):
        ledger.read(tmp_path, newer["id"][0])
    for nothing in ("", "nothing", "../x"):
        with pytest.raises(ledger.UnknownRun, match="no run"):
            ledger.read(tmp_path, nothing)


def test_what_json_does_not_know_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nan"):
        ledger.add(tmp_path, {"metrics": {"sharpe": float("nan")}})
    assert not list(tmp_path.iterdir())


def test_a_broken_entry_is_named_and_harms_no_other(tmp_path: Path) -> None:
    good = ledger.add(tmp_path, {})
    for name, text in (("aaaa", "{"), ("bbbb", "[]"), ("cccc", '{"format": 99, "id": "cccc"}')):
        (tmp_path / f"{name}.json").write_text(text)
        with pytest.raises(BrokenFile, match=name):
            ledger.read(tmp_path, name)
    assert list(ledger.entries(tmp_path)) == [good]


def test_a_removed_run_is_gone(tmp_path: Path) -> None:
    ledger.remove(tmp_path, ledger.add(tmp_path, {}, b"x")["id"])
    assert not list(tmp_path.iterdir())
