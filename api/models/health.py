"""Heartbeats and the state of things."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models.common import Answer
from api.models.sessions import Kind, StatusName
from schema.heartbeat import Heartbeat


class HeartbeatBody(Heartbeat):
    """What a running bot tells of itself. An empty body says no more than that it is alive."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        openapi_extra={"required": False},  # type: ignore[typeddict-unknown-key]
    )


class HeartbeatAnswer(Answer):
    last_updated: int = Field(description="Unix seconds")


class HealthItem(BaseModel):
    """A live session; silence counts from its start until the first heartbeat."""

    id: str
    name: str
    type: Kind
    market: str
    exchange: str
    strategy: str
    status: StatusName
    pid: int | None
    last_updated: int | None
    seconds_since_update: float
    is_stale: bool
    stale_action: Literal["manual"] | None = Field(
        description="manual: it is the user's to stop or restart it"
    )


class HealthAnswer(Answer):
    sessions: list[HealthItem]


class AliveAnswer(Answer):
    status: Literal["alive"] = "alive"


class Part(BaseModel):
    """A part that is needed to work."""

    ok: bool
    message: str


class ReadyAnswer(Answer):
    """All parts answer. Where one does not, the answer is a 503 whose details have the same `parts`."""

    database: Part
    supervisor: Part
    zygote: Part
