"""Reading the Procfile."""

from pathlib import Path

import pytest

from cli.up.procfile import Entry, ProcfileError, read_procfile

ROOT = Path(__file__).resolve().parents[2]


def written(folder: Path, text: str) -> Path:
    path = folder / "Procfile"
    path.write_text(text)
    return path


def test_comments_and_blank_lines_are_left_out_and_quotes_hold_words_together(tmp_path: Path) -> None:
    path = written(tmp_path, '# parts\n\nweb: gunicorn "api.app:create_app()"\n')
    assert read_procfile(path) == [Entry("web", ("gunicorn", "api.app:create_app()"))]


def test_botyards_own_names_web_and_supervisor() -> None:
    assert [entry.name for entry in read_procfile(ROOT / "Procfile")] == ["web", "supervisor"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "names no process"),
        ("web gunicorn\n", "line 1: 'web gunicorn' is no 'name: command'"),
        ("a: x\na: y\n", "line 2: there is a process 'a' already"),
        ('a: "x\n', "line 1: No closing quotation"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ProcfileError, match=complaint):
        read_procfile(written(tmp_path, text))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProcfileError, match="cannot be read: No such file"):
        read_procfile(tmp_path / "Procfile")
