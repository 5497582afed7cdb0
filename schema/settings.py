"""The one home of every setting: variables `BOTYARD_*`, their defaults, clear errors for bad values."""

import ipaddress
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schema import markets
from schema.home import Home

_PREFIX = "BOTYARD_"
_SECRET = ("BOTYARD_TOKEN", "BOTYARD_DATABASE_URL")  # never repeated, not even when they are wrong


class SettingsError(ValueError):
    """Bad settings; the text has one line for each."""


class Settings(BaseSettings):
    """Settings of one installation, read from the environment."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="ignore", env_ignore_empty=True)

    home_path: Path = Field(
        Path("var"),
        validation_alias="BOTYARD_HOME",
        description="home directory: files, sockets, embedded database",
    )
    database: str | None = Field(
        None,
        validation_alias="BOTYARD_DATABASE_URL",
        description="such as mysql+pymysql://user:password@host/botyard; default: SQLite in the home",
    )
    host: str = Field(
        "127.0.0.1", description="address the API listens on; wider than loopback needs a token"
    )
    port: int = Field(8000, ge=1, le=65535, description="port the API listens on")
    client_url: str | None = Field(
        None,
        validation_alias="BOTYARD_URL",
        description="where the command line finds the API; default: host and port",
    )
    token: str | None = Field(None, min_length=16, description="bearer token that every request must carry")
    allowed_hosts: str = Field(
        "", description="further names, comma-separated, by which the API may be addressed"
    )
    exchange: str = Field("sandbox", description="exchange of sessions that name none")
    heartbeat_seconds: float = Field(
        10.0, ge=0.05, le=30, description="time between two heartbeats of a session"
    )
    stale_seconds: float = Field(
        30.0, ge=0.1, le=3600, description="silence after which a session is shown as stale"
    )
    grace_seconds: float = Field(
        5.0, ge=0.1, le=600, description="time a session has to end before it is killed"
    )
    ready_seconds: float = Field(20.0, ge=0.5, le=600, description="time a session has to become ready")
    log_max_bytes: int = Field(
        10_000_000, ge=10_000, le=10_000_000_000, description="size at which a log is rotated"
    )
    log_keep: int = Field(5, ge=1, le=1000, description="rotated logs kept for each session")
    pages: Path | None = Field(
        None, description="folder of a built dashboard, in the place of the installed one"
    )
    web_threads: int = Field(
        512, ge=8, le=4096, description="threads of the API; a WebSocket holds one for its life"
    )
    websocket_limit: int = Field(
        400, ge=1, le=4000, description="WebSockets open at once; one more is answered 503"
    )
    sandbox_seed: int = Field(1, ge=0, description="seed of the sandbox's market")
    sandbox_speed: float = Field(
        1.0, gt=0, le=100_000, description="how many times faster than the clock its time runs"
    )
    sandbox_steps: int = Field(60, ge=4, le=6000, description="price steps a minute in the sandbox")
    sandbox_replay: Path | None = Field(None, description="archive folder whose candles the sandbox replays")
    sandbox_replay_exchange: str = Field("bybit", description="exchange whose recorded candles are replayed")
    sandbox_replay_start: int | None = Field(
        None, ge=0, description="first minute of the replay, Unix seconds"
    )
    sandbox_replay_end: int | None = Field(
        None, ge=0, description="end of the replay, Unix seconds, exclusive"
    )
    sandbox_replay_ticks: bool = Field(
        False, description="whether a replay repeats recorded trades too, where there are any"
    )
    sandbox_lockstep: bool = Field(False, description="a replay advances only when every reader has followed")
    sandbox_readers: int = Field(
        1, ge=1, le=1000, description="sessions that must follow before such a replay begins"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="what the daemons log"
    )

    @property
    def home(self) -> Home:
        return Home.at(self.home_path)

    @property
    def database_url(self) -> str:
        return self.database or self.home.database_url

    @property
    def url(self) -> str:
        """Where programs on this machine reach the API."""
        if self.client_url:
            return self.client_url.rstrip("/")
        host = "127.0.0.1" if self.host in ("0.0.0.0", "") else "[::1]" if self.host == "::" else self.host
        return f"http://{host}:{self.port}"

    @field_validator("exchange")
    @classmethod
    def _known_and_open(cls, value: str) -> str:
        return markets.require_open(value).id

    @field_validator("database")
    @classmethod
    def _supported_database(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("mysql+pymysql://", "sqlite:///")):
            raise ValueError(
                "a database is mysql+pymysql://user:password@host/name or sqlite:////absolute/path"
            )
        return value

    @field_validator("client_url")
    @classmethod
    def _http(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("an address starts with http:// or https://")
        return value

    @model_validator(mode="after")
    def _wider_needs_a_token(self) -> "Settings":
        if not _is_loopback(self.host) and not self.token:
            raise ValueError(
                f"BOTYARD_HOST={self.host} is reachable from other machines: set BOTYARD_TOKEN to a secret "
                "of at least 16 characters, or listen on 127.0.0.1"
            )
        return self

    @model_validator(mode="after")
    def _websockets_leave_threads(self) -> "Settings":
        if self.websocket_limit >= self.web_threads:
            raise ValueError(
                f"BOTYARD_WEBSOCKET_LIMIT={self.websocket_limit} must be below "
                f"BOTYARD_WEB_THREADS={self.web_threads}: heartbeats and stops need threads of their own"
            )
        return self


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def variable(name: str) -> str:
    """Environment variable of a field."""
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else _PREFIX + name.upper()


def load_settings() -> Settings:
    """Settings from the environment.

    Raises:
        SettingsError: one line for each bad value, with the variable's name, its value and what is wrong.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(problem) for problem in error.errors())) from None


def _explain(problem: object) -> str:
    assert isinstance(problem, dict)
    location = [str(part) for part in problem["loc"]]
    message = str(problem["msg"]).removeprefix("Value error, ")
    if not location:
        return message
    name = location[0] if location[0].startswith(_PREFIX) else variable(location[0])
    shown = "***" if name in _SECRET else problem["input"]
    return f"{name}={shown}: {message}"
