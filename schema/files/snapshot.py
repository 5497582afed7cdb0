"""The snapshot `<id>.state.json`: from it a session goes on after a stop or a crash. JSON, replaced whole.

    {"format":1,"state":{...}}

What goes in comes out the same: a Decimal is stored as {"$decimal":"1.50"}, a float that JSON lacks as
{"$float":"nan"}.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from schema.files import exact
from schema.files.aside import BrokenFile, keep_aside
from schema.files.atomic import write_json

FORMAT = 1


class BrokenSnapshot(BrokenFile):
    """The snapshot cannot be read; it was moved to `kept`, and the session knows nothing of its position."""


class NewerSnapshot(BrokenFile):
    """The snapshot was written by a newer version of the program; it was left as it is."""


def write_snapshot(path: Path, state: Mapping[str, Any]) -> None:
    """Replace the snapshot; durable on return.

    Raises:
        OSError: disk full or failing. The snapshot before stays.
        ValueError: the state holds what JSON does not know.
    """
    write_json(path, {"format": FORMAT, "state": _packed(state)})


def read_snapshot(path: Path) -> dict[str, Any] | None:
    """The state as it was written, None where there is no snapshot.

    Raises:
        BrokenSnapshot: it cannot be read; moved aside, so that the next start finds none.
        NewerSnapshot: it needs a newer version of this program.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        raw = exact.loads(content)
        if not isinstance(raw, dict) or type(raw.get("format")) is not int:
            raise ValueError("no snapshot: it has no format number")
        if raw["format"] > FORMAT:
            reason = f"its format is {raw['format']}, this version of the program knows {FORMAT}"
            raise NewerSnapshot(path, reason)
        if not isinstance(raw.get("state"), dict):
            raise ValueError("it has no state")
        state: dict[str, Any] = _unpacked(raw["state"])
    except NewerSnapshot:
        raise
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise BrokenSnapshot(path, str(error), keep_aside(path)) from None
    return state


def _packed(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": str(float(value))}
    if isinstance(value, Mapping):
        return {key: _packed(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return [_packed(item) for item in value]
    return value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"$decimal"}:
            return Decimal(value["$decimal"])
        if value.keys() == {"$float"}:
            return float(value["$float"])
        return {key: _unpacked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unpacked(item) for item in value]
    return value
