"""What a client has to know of the installation."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.models.common import Answer
from api.models.sessions import EffectiveSettings
from schema.session_settings import Timeframe


class ExchangeItem(BaseModel):
    """An exchange of which there are sessions or recorded data."""

    id: str
    title: str
    invented: bool = Field(description="its prices are made up or replayed: every figure of it has to say so")
    closed_on: str | None = Field(description="ISO date; from then on it has backtests only")


class SandboxItem(BaseModel):
    """How the sandbox exchange runs."""

    seed: int
    speed: float = Field(description="how many times faster than the clock its time runs")
    replays: str | None = Field(
        description="exchange whose recorded candles it repeats; null: prices by seed"
    )


class AboutAnswer(Answer):
    """The installation: nothing here is secret."""

    version: str
    now: float = Field(description="the server's clock, Unix seconds: ages are told by it")
    exchange: str = Field(description="exchange of sessions that name none")
    exchanges: list[ExchangeItem]
    sandbox: SandboxItem
    timeframes: list[Timeframe] = Field(description="lengths of bars, the shortest first")
    heartbeat_seconds: float = Field(description="time between two heartbeats of a session")
    stale_seconds: float = Field(description="silence after which a session is stale")
    database: Literal["sqlite", "mysql"]
    archive_folder: str = Field(description="where recorded data lie on the server")
    needs_token: bool = Field(description="whether requests need Authorization: Bearer <token>")
    default_settings: EffectiveSettings = Field(description="settings of a session that is given none")
    settings_schema: dict[str, Any] = Field(description="JSON Schema of a session's settings, with defaults")
