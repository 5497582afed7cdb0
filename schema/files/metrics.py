"""The metrics file `<id>.metrics.json`: one JSON object, replaced whole by the bot, served by the API."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from schema.files import exact
from schema.files.aside import BrokenFile
from schema.files.atomic import write_json


def write_metrics(path: Path, metrics: Mapping[str, Any]) -> None:
    """Raises OSError (the old file stays), ValueError for NaN and what JSON does not know."""
    write_json(path, metrics)


def read_metrics(path: Path) -> dict[str, Any] | None:
    """The metrics, None where none were written yet.

    Raises:
        BrokenFile: it holds something else than a JSON object.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        value = exact.loads(content)
    except (ValueError, RecursionError) as error:
        raise BrokenFile(path, str(error)) from None
    if not isinstance(value, dict):
        raise BrokenFile(path, f"it holds a {type(value).__name__}, not an object")
    return value
