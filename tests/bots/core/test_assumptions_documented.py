"""docs/fills.md has every assumption, with the default and meaning of the session's setting."""

import json
import re
from dataclasses import fields
from pathlib import Path

from bots.core.assumptions import Assumptions
from schema.session_settings import SessionSettings

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "fills.md").read_text()
TABLE = TEXT.partition("\n## ")[0]

# Properties of the instrument, which the engine takes from there.
FEES = {"taker_fee", "maker_fee"}


def rows() -> dict[str, tuple[str, str]]:
    found = re.findall(r"^\| `(\w+)` \| `(.+?)` \| (.+) \|$", TABLE, re.MULTILINE)
    return {name: (default, meaning) for name, default, meaning in found}


def test_every_assumption_and_fee_is_in_the_table() -> None:
    assert set(rows()) == {field.name for field in fields(Assumptions)} | FEES


def test_defaults_and_meanings_are_those_of_the_settings() -> None:
    for name, (default, meaning) in rows().items():
        setting = SessionSettings.model_fields[name]
        value = setting.default if isinstance(setting.default, str) else None
        assert meaning == setting.description
        assert default == (value or _as_json(setting.default))


def test_the_broker_assumes_what_the_settings_say() -> None:
    for field in fields(Assumptions):
        assert getattr(Assumptions(), field.name) == SessionSettings.model_fields[field.name].default


def _as_json(default: object) -> str:
    try:
        return json.dumps(default)
    except TypeError:  # a Decimal, written as it is
        return str(default)
