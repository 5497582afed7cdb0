"""The README tells the truth about settings and commands."""

import re
from pathlib import Path

from cli.main import _COMMANDS
from schema.settings import Settings, variable

README = (Path(__file__).resolve().parents[1] / "README.md").read_text()


def test_every_setting_is_in_the_table_with_its_default_and_meaning() -> None:
    rows = dict(re.findall(r"^\| `(BOTYARD_\w+)` \| (.+) \|$", README, re.MULTILINE))
    assert list(rows) == [variable(name) for name in Settings.model_fields]
    for name, field in Settings.model_fields.items():
        default, _, meaning = rows[variable(name)].partition(" | ")
        assert meaning == field.description
        if field.default not in (None, ""):
            assert default == f"`{field.default}`"


def test_every_command_is_in_the_table() -> None:
    listed = set(re.findall(r"`botyard (\w+)", README.partition("## The command line")[2]))
    assert set(_COMMANDS) <= listed
