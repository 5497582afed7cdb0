"""Texts that a column can hold, checked before the database refuses or cuts them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import String, Table, Text

from schema.db.errors import BadValue

TEXT_BYTES = 65_535
"""What a TEXT column of MariaDB holds, in UTF-8."""


def check_text(field: str, value: str) -> None:
    """Raises BadValue for half of a surrogate pair, which is valid in JSON but no character, and for NUL."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadValue(field, "holds half of a surrogate pair, which is no character") from None
    if "\0" in value:
        raise BadValue(field, "holds a NUL character")


def check_texts(table: Table, values: Mapping[str, Any]) -> None:
    """Check every text among the values against its column, alike on SQLite, which knows no lengths.

    Raises:
        BadValue: names the first that does not fit.
    """
    for name, value in values.items():
        kind = table.c[name].type
        if not isinstance(value, str) or not isinstance(kind, String):
            continue
        check_text(name, value)
        if isinstance(kind, Text):
            if len(value.encode()) > TEXT_BYTES:
                raise BadValue(name, f"is longer than {TEXT_BYTES} bytes")
        elif kind.length is not None and len(value) > kind.length:
            raise BadValue(name, f"is longer than {kind.length} characters")
