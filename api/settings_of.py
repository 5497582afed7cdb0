"""A session's settings with some of them changed."""

from typing import Any

import orjson
from pydantic import ValidationError

from api.errors import Invalid
from api.validation import field_problems
from schema.session_settings import SessionSettings


def merged_settings(stored: dict[str, Any] | None, changes: dict[str, Any]) -> dict[str, Any]:
    """The stored settings with `changes` over them, complete and checked.

    Raises:
        Invalid: names every bad field.
    """
    merged = _over(stored or {}, changes)
    try:
        return SessionSettings.model_validate_json(orjson.dumps(merged), strict=True).model_dump(mode="json")
    except ValidationError as error:
        raise Invalid(list(field_problems(error, "settings"))) from None


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        former = merged.get(name)
        merged[name] = _over(former, value) if isinstance(former, dict) and isinstance(value, dict) else value
    return merged
