"""What a launched child says on its inherited descriptor: one JSON line, that it is ready or why it is
not.
"""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Ready:
    """The child runs. `info` is what it wants to tell beside that."""

    pid: int
    start: int
    info: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """The child's own error; it ends after this."""

    code: str
    message: str
    details: dict[str, Any] = field(default_factory=dict)


def encode(said: Ready | Refused) -> bytes:
    if isinstance(said, Ready):
        value: dict[str, Any] = {"ready": True, "pid": said.pid, "start": said.start, "info": said.info}
    else:
        value = {"ready": False, "code": said.code, "message": said.message, "details": said.details}
    return json.dumps(value, default=str).encode() + b"\n"


def decode(line: bytes) -> Ready | Refused:
    """Raises ValueError for anything that `encode` does not write."""
    value = json.loads(line)
    try:
        if value["ready"]:
            return Ready(int(value["pid"]), int(value["start"]), dict(value["info"]))
        return Refused(str(value["code"]), str(value["message"]), dict(value["details"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"no readiness line: {error}") from None
