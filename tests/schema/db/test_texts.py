from typing import Any

import pytest
from sqlalchemy import Engine

from schema.db import sessions
from schema.db.errors import BadValue
from schema.db.texts import JSON_DEPTH, mended, mended_json
from tests.schema.db.conftest import MakeSession


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("name", "x" * 256, "longer than 255 characters"),
        ("name", "half \ud83d", "surrogate"),
        ("name", "nul \0", "NUL"),
        ("market", "x" * 21, "longer than 20 characters"),
        ("notes", "🚀" * 20_000, "longer than 65535 bytes"),
        ("strategy_params", {"a": ["\ud83d"]}, "surrogate"),
        ("strategy_params", {"a": float("nan")}, "no JSON"),
        ("settings", nested(JSON_DEPTH + 2), "nested more than"),
    ],
)
def test_what_a_column_cannot_hold_is_refused_by_name(
    make_session: MakeSession, field: str, value: Any, why: str
) -> None:
    with pytest.raises(BadValue, match=why) as refusal:
        make_session(**{field: value})
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "🚀" * 255),
        ("name", "'; DROP TABLE sessions; -- <script>"),
        ("notes", "x" * 65_535),
        ("strategy_params", nested(JSON_DEPTH)),
    ],
)
def test_what_just_fits_comes_back_as_it_was(
    engine: Engine, make_session: MakeSession, field: str, value: Any
) -> None:
    row = make_session(**{field: value})
    assert getattr(sessions.get(engine, row.id), field) == value


def test_a_message_is_mended_rather_than_refused() -> None:
    assert mended("bad \udcff byte\0") == "bad ? byte?"
    assert mended_json({"a": ["\udcff", 1, None]}) == {"a": ["?", 1, None]}
