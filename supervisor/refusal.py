"""What the daemon answers when it does not do what it was asked."""

from typing import Any

from schema.db.errors import Conflict, DatabaseDown, NotFound, StaleRun
from schema.states import IllegalTransition
from supervisor.stopper import StillAlive


class Refusal(Exception):
    """An error with a code.

    What was asked for cannot be: bad_request, not_found, conflict, start_failed (the child's own words).
    Trouble outside the request: agent_down (`part` names it), zygote_down, database_down, not_writable,
    timeout, shutting_down.
    """

    def __init__(self, code: str, message: str, /, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


def as_refusal(error: Exception) -> Refusal | None:
    """The refusal that an exception of the schema stands for, None where it is something unexpected."""
    match error:
        case Refusal():
            return error
        case IllegalTransition():
            return Refusal("conflict", str(error), status=error.status.value, allowed=error.allowed)
        case Conflict():
            return Refusal("conflict", str(error), status=error.status.value, allowed=error.allowed)
        case StaleRun():
            return Refusal("conflict", str(error), status=error.status.value, allowed=[])
        case NotFound():
            return Refusal("not_found", str(error))
        case DatabaseDown():
            return Refusal("database_down", str(error))
        case StillAlive():
            return Refusal("timeout", str(error))
    return None
