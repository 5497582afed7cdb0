"""What WebSockets send. Every message carries the `offset` to resume from."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from api.models.common import Query, maybe_absent
from api.models.data import LevelName, LifeEvent, Side, TradeEvent
from api.models.sessions import StatusName
from schema.heartbeat import Heartbeat


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


class TradeLine(BaseModel):
    """An entry or an exit; what a strategy itself logs as a trade may lack any of it."""

    model_config = ConfigDict(extra="allow", json_schema_extra=maybe_absent)

    action: Literal["entry", "exit"] = "entry"
    market: str = ""
    side: Side = "LONG"
    entry_price: float = 0
    exit_price: float = Field(0, description="of an exit")
    size: float = Field(0, description="contracts")
    pnl: float = Field(0, description="of an exit, in settle")
    settle: str = Field("", description="of an exit")
    reason: str = ""


class TradeMessage(BaseModel):
    """A line of the log that tells of an entry or an exit."""

    type: Literal["trade"] = "trade"
    timestamp: float
    level: LevelName
    message: str
    exchange: str
    data: TradeLine
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


class _EventMessage(BaseModel):
    type: Literal["event"]
    status: StatusName | None = Field(description="of the session from then on, where the event tells it")
    exchange: str | None = Field(description="null where the session was deleted in the meantime")
    offset: int


class TradeEventMessage(TradeEvent, _EventMessage):
    """A trade was closed."""


class LifeEventMessage(LifeEvent, _EventMessage):
    """Something else happened to a session."""


class EventMessage(
    RootModel[Annotated[TradeEventMessage | LifeEventMessage, Field(discriminator="event_type")]]
):
    """Something happened to a session."""


class ToldHeartbeat(Heartbeat):
    """What a heartbeat told; what it did not tell is absent."""

    model_config = ConfigDict(json_schema_extra=maybe_absent)


class SessionHeartbeatMessage(BaseModel):
    """A heartbeat, with what it told."""

    type: Literal["heartbeat"] = "heartbeat"
    session_id: str
    timestamp: float
    exchange: str | None = Field(description="null where the session was deleted in the meantime")
    data: ToldHeartbeat
    offset: int


class DeletedMessage(BaseModel):
    """A session was deleted."""

    type: Literal["deleted"] = "deleted"
    session_id: str
    timestamp: float
    offset: int


LOG_MESSAGES = (LogMessage, TradeMessage, HeartbeatMessage, GapMessage)
EVENT_MESSAGES = (EventMessage, SessionHeartbeatMessage, DeletedMessage)
