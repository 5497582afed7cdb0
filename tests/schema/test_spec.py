"""Launch specifications and exit notes survive their way through a file."""

import os
from pathlib import Path

import pytest

from schema.exits import ExitNote, Outcome, boot_id, process_start_time, read_exit_note, write_exit_note
from schema.spec import LaunchSpec


def test_a_specification_comes_back_as_it_was() -> None:
    spec = LaunchSpec(
        kind="session",
        id="x",
        run=3,
        home="/tmp/h",
        name="Größe 🚀",
        strategy_params={"threshold": 0.5},
        range_start=1,
    )
    assert LaunchSpec.from_json(spec.to_json()) == spec


def test_a_field_of_a_newer_version_is_ignored() -> None:
    assert (
        LaunchSpec.from_json('{"kind": "agent", "id": "a", "run": 1, "home": "/", "later": true}').id == "a"
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "agent"}'])
def test_what_is_no_specification_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|specification"):
        LaunchSpec.from_json(text)


def test_an_exit_note_comes_back_as_it_was(tmp_path: Path) -> None:
    note = ExitNote("x", 3, 4711, Outcome.KILLED, signal=9, message="killed", at=1.5, boot=boot_id())
    write_exit_note(tmp_path / "x.exit", note)
    assert read_exit_note(tmp_path / "x.exit") == note


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"outcome": "unheard of"}'])
def test_a_broken_exit_note_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.exit").write_text(text)
    assert read_exit_note(tmp_path / "x.exit") is None
    assert read_exit_note(tmp_path / "none.exit") is None


def test_a_process_is_named_by_its_start_too() -> None:
    assert process_start_time(os.getpid()) > 0
    with pytest.raises(ProcessLookupError):
        process_start_time(2**22 + 1)
