"""Texts and JSON that a column can hold, checked before the database refuses or cuts them."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, String, Table, Text

from schema.db.errors import BadValue

TEXT_BYTES = 65_535
"""What a TEXT column of MariaDB holds, in UTF-8."""
JSON_DEPTH = 30
"""MariaDB calls JSON invalid that is nested more than 32 levels deep."""

_SURROGATE = "holds half of a surrogate pair, which is no character"


def check_text(field: str, value: str) -> None:
    """Raises BadValue for half of a surrogate pair, which JSON can write, and for NUL."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadValue(field, _SURROGATE) from None
    if "\0" in value:
        raise BadValue(field, "holds a NUL character")


def check_json(field: str, value: Any) -> None:
    """Raises BadValue for what MariaDB's JSON_VALID refuses or JSON does not have."""
    if _deeper_than(value, JSON_DEPTH):
        raise BadValue(field, f"is nested more than {JSON_DEPTH} levels deep")
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        raise BadValue(field, _SURROGATE) from None
    except (ValueError, TypeError) as error:
        raise BadValue(field, f"is no JSON: {error}") from None


def check_values(table: Table, values: Mapping[str, Any]) -> None:
    """Check texts and JSON among the values against their columns, alike on SQLite, which knows no lengths.

    Raises:
        BadValue: names the first that does not fit.
    """
    for name, value in values.items():
        kind = table.c[name].type
        if isinstance(kind, JSON):
            check_json(name, value)
        elif isinstance(kind, String) and isinstance(value, str):
            check_text(name, value)
            _check_length(name, value, kind)


def mended(text: str) -> str:
    """The text with what no column can hold replaced: for messages that must be kept whatever they say."""
    return text.encode(errors="replace").decode().replace("\0", "?")


def mended_json(value: Any) -> Any:
    """The same for every text within a JSON value."""
    if isinstance(value, str):
        return mended(value)
    if isinstance(value, Mapping):
        return {mended(str(key)): mended_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [mended_json(one) for one in value]
    return value


def _check_length(name: str, value: str, kind: String) -> None:
    if isinstance(kind, Text):
        if len(value.encode()) > TEXT_BYTES:
            raise BadValue(name, f"is longer than {TEXT_BYTES} bytes")
    elif kind.length is not None and len(value) > kind.length:
        raise BadValue(name, f"is longer than {kind.length} characters")


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit + 1):
        level = [
            child
            for one in level
            if isinstance(one, Mapping | list | tuple)
            for child in (one.values() if isinstance(one, Mapping) else one)
        ]
        if not level:
            return False
    return True
