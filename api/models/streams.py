"""What WebSockets send. Every message carries the `offset` to resume from."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.models.common import Query
from api.models.data import EventName, LevelName
from api.models.sessions import StatusName


class LogStreamQuery(Query):
    """Where a log stream begins: behind `offset`, else with the last `tail` lines."""

    tail: int = Field(0, ge=0, le=10_000)
    offset: int | None = Field(None, ge=0, le=2**53 - 1)


class EventStreamQuery(Query):
    """Where the event stream begins: behind event `after`, else with what happens from now on."""

    after: int | None = Field(None, ge=0, le=2**53 - 1)


class LogMessage(BaseModel):
    """A line of the log."""

    type: Literal["log"] = "log"
    timestamp: float
    level: LevelName
    message: str
    exchange: str
    offset: int
    data: Any = Field(None, description="only where the line has some")


class TradeMessage(BaseModel):
    """A line of the log that tells of an entry or an exit."""

    type: Literal["trade"] = "trade"
    timestamp: float
    level: LevelName
    message: str
    exchange: str
    data: dict[str, Any]
    offset: int


class HeartbeatMessage(BaseModel):
    """A sign of life of the session whose log is streamed."""

    type: Literal["heartbeat"] = "heartbeat"
    timestamp: float
    exchange: str
    offset: int


class GapMessage(BaseModel):
    """Lines that should follow are gone: rotated away, or `reset` where the offset belonged to an earlier
    log.
    """

    type: Literal["gap"] = "gap"
    timestamp: float
    lost: int = Field(description="bytes")
    reset: bool
    message: str
    offset: int


class EventMessage(BaseModel):
    """Something happened to a session; `status` is its state from then on, where the event tells it."""

    type: Literal["event"] = "event"
    id: int
    session_id: str
    event_type: EventName
    event_data: dict[str, Any]
    status: StatusName | None
    exchange: str | None = Field(description="null where the session was deleted in the meantime")
    created_at: int
    timestamp: float
    offset: int


class SessionHeartbeatMessage(BaseModel):
    """A heartbeat, with what it told (see the body of POST /sessions/{id}/heartbeat)."""

    type: Literal["heartbeat"] = "heartbeat"
    session_id: str
    timestamp: float
    exchange: str | None = Field(description="null where the session was deleted in the meantime")
    data: dict[str, Any]
    offset: int


class DeletedMessage(BaseModel):
    """A session was deleted."""

    type: Literal["deleted"] = "deleted"
    session_id: str
    timestamp: float
    offset: int


LOG_MESSAGES = (LogMessage, TradeMessage, HeartbeatMessage, GapMessage)
EVENT_MESSAGES = (EventMessage, SessionHeartbeatMessage, DeletedMessage)
