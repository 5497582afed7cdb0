"""The life of a session: its states, the events that move it, and the one table of allowed moves.

Standard library only, so that a child process can import it for nothing.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    CREATED = "created"
    RUNNING = "running"
    STOPPED = "stopped"
    COMPLETED = "completed"
    FAILED = "failed"
    PAUSED = "paused"  # appended to the documented ENUM


class Event(StrEnum):
    START = "start"
    START_FAILED = "start_failed"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    FINISHED = "finished"
    CRASHED = "crashed"


LIVE = frozenset({Status.RUNNING, Status.PAUSED})
"""States in which a process belongs to the session."""

_C, _R, _S, _F, _D, _P = (
    Status.CREATED,
    Status.RUNNING,
    Status.STOPPED,
    Status.FAILED,
    Status.COMPLETED,
    Status.PAUSED,
)

# `start_failed` leads back to the state before the start, which only the row knows: None stands for it.
TRANSITIONS: Mapping[Status, Mapping[Event, Status | None]] = MappingProxyType(
    {
        _C: {Event.START: _R},
        _R: {
            Event.START_FAILED: None,
            Event.STOP: _S,
            Event.PAUSE: _P,
            Event.FINISHED: _D,
            Event.CRASHED: _F,
        },
        _P: {Event.STOP: _S, Event.RESUME: _R, Event.FINISHED: _D, Event.CRASHED: _F},
        _S: {Event.START: _R},
        _F: {Event.START: _R},
        _D: {},
    }
)

_ASKED_BY_USERS = (Event.START, Event.STOP, Event.PAUSE, Event.RESUME)


class IllegalTransition(Exception):
    """An event that the state does not allow.

    Attributes:
        status: the state the session is in.
        event: what was asked.
        allowed: what a user may ask for instead, in the order of the table.
    """

    def __init__(self, status: Status, event: Event) -> None:
        self.status = status
        self.event = event
        self.allowed = allowed_from(status)
        instead = " or ".join(self.allowed) or "clone"
        super().__init__(f"cannot {event.value} a session that is {status.value}; possible: {instead}")


def allowed_from(status: Status) -> list[str]:
    """What a user may ask of a session in this state, as names of events."""
    return [event.value for event in _ASKED_BY_USERS if event in TRANSITIONS[status]]


def next_status(status: Status, event: Event, *, before_start: Status | None = None) -> Status:
    """The state that follows `status` on `event`.

    `before_start` is the state the session was started from; only `start_failed` needs it.

    Raises:
        IllegalTransition: the pair is not in the table.
    """
    row = TRANSITIONS[status]
    if event not in row:
        raise IllegalTransition(status, event)
    following = row[event]
    if following is not None:
        return following
    return before_start or Status.CREATED
