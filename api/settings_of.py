"""A session's settings: changed, completed, checked."""

from typing import Any

from pydantic import ValidationError

from api.encoding import encode
from api.errors import FieldProblem
from api.validation import field_problems
from schema.session_settings import SessionSettings


def merged_settings(stored: dict[str, Any] | None, changes: dict[str, Any]) -> dict[str, Any]:
    """The stored settings with `changes` over them, not yet checked."""
    return _over(stored or {}, changes)


def complete_settings(given: dict[str, Any]) -> dict[str, Any]:
    """Settings with every default filled in.

    Raises:
        ValidationError
    """
    return SessionSettings.model_validate_json(encode(given), strict=True).model_dump(mode="json")


def settings_problems(given: dict[str, Any]) -> list[FieldProblem]:
    """What is wrong with settings, every bad field named."""
    try:
        complete_settings(given)
    except ValidationError as error:
        return list(field_problems(error, "settings"))
    return []


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        former = merged.get(name)
        merged[name] = _over(former, value) if isinstance(former, dict) and isinstance(value, dict) else value
    return merged
