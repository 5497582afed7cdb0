"""How a command ends that cannot do what it was asked."""

from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """Exit codes of `botyard`."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    UNAVAILABLE = 3  # the API, or a part behind it, is not running
    NOT_FOUND = 4
    CONFLICT = 5  # not possible in the session's present state
    INVALID = 6  # values that were refused


class CommandError(Exception):
    """Ends a command with a message and an exit code."""

    def __init__(self, message: str, code: Exit = Exit.FAILED, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = details or {}
