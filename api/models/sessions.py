"""Sessions as they are asked for, made and told."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue

from api.errors import FieldProblem
from api.models.common import (
    UUID_PATTERN,
    Answer,
    BadField,
    Body,
    Limit,
    Market,
    Offset,
    PageAnswer,
    Query,
    UnixTime,
    listed,
)
from api.settings_of import settings_problems
from schema.db.listing import SORT_FIELDS
from schema.session_settings import RestartPolicy, SessionSettings, Timeframe

Kind = Literal["test", "backtest", "scraper"]
Action = Literal["start", "stop", "pause", "resume"]
OutcomeName = Literal["finished", "terminated", "error", "killed"]
StatusName = Literal["created", "running", "stopped", "completed", "failed", "paused"]
# No control characters; something to see.
Name = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$")]
Notes = Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")]
# Wider than any time, so that one in milliseconds is answered with what it probably means.
Second = Annotated[int, Field(ge=0, le=2**63 - 1)]
StrategyParams = Annotated[
    dict[str, Any],
    Field(description="values for the strategy's JSON Schema; what is left out takes its default"),
]


class _DocumentedSettings:
    """Tells OpenAPI what settings are; they are checked with all else, so that every bad field is named."""

    def __get_pydantic_json_schema__(self, _: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(SessionSettings.__pydantic_core_schema__)


class Configured(Body):
    """A body with `settings`."""

    settings: Annotated[dict[str, Any], _DocumentedSettings()] | None = Field(
        None, description="what is left out stays as it is, or takes its default"
    )

    @classmethod
    def further_problems(cls, given: dict[str, Any]) -> Iterable[FieldProblem]:
        return settings_problems(given["settings"]) if isinstance(given.get("settings"), dict) else ()


class SessionsQuery(Query):
    """Filters of the list; each narrows it."""

    status: str | None = Field(None, **listed(StatusName))
    type: str | None = Field(None, **listed(Kind))
    market: Market | None = None
    exchange: str | None = Field(None, min_length=1, max_length=50)
    strategy: str | None = Field(None, min_length=1, max_length=100)
    search: str | None = Field(None, max_length=255, description="text in name or notes")
    created_after: UnixTime | None = Field(None, description="Unix seconds, inclusive")
    created_before: UnixTime | None = Field(None, description="Unix seconds, exclusive")
    stopped_after: UnixTime | None = Field(None, description="Unix seconds, inclusive; only what has ended")
    stopped_before: UnixTime | None = Field(None, description="Unix seconds, exclusive; only what has ended")
    limit: Limit = 50
    offset: Offset = 0
    sort: str = Field(
        "created_at:desc",
        pattern=rf"^(?:{'|'.join(SORT_FIELDS)})(?::(?:asc|desc))?$",
        description="field:direction",
    )


class NewSession(Configured):
    """A session to be made."""

    type: Kind
    market: str = Field(
        min_length=1, description="a market, a unified ccxt symbol, or a pair such as XBTUSD+ETHUSD"
    )
    strategy: str = Field(min_length=1, max_length=100)
    name: Name | None = Field(None, description="made up where it is left out")
    exchange: str | None = Field(
        None, min_length=1, max_length=50, description="default: the installation's exchange"
    )
    strategy_params: StrategyParams | None = None
    range_start: Second | None = Field(None, description="first second of a backtest")
    range_end: Second | None = Field(None, description="end of a backtest, exclusive")
    notes: Notes | None = None


class SessionChange(Configured):
    """What is to be changed: name and notes at any time, the rest while the session is `created`."""

    name: Name | None = None
    notes: Notes | None = None
    strategy_params: StrategyParams | None = None
    range_start: Second | None = None
    range_end: Second | None = None


class CloneRequest(Configured):
    """What the clone has otherwise than its original."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        openapi_extra={"required": False},  # type: ignore[typeddict-unknown-key]
    )

    name: Name | None = None
    strategy_params: StrategyParams | None = Field(
        None, description="values that replace the original's, one by one"
    )
    range_start: Second | None = None
    range_end: Second | None = None
    notes: Notes | None = None


class Progress(BaseModel):
    """Candles of a backtest."""

    done: int
    total: int


class Position(BaseModel):
    """An open position; `size` in contracts, `unrealised_pnl` in `settle`."""

    model_config = ConfigDict(extra="allow")

    market: str
    side: Literal["LONG", "SHORT"]
    size: float
    entry_price: float
    mark_price: float | None = None
    unrealised_pnl: float | None = None
    settle: str


def _described(model: type[BaseModel]) -> Callable[[dict[str, Any]], None]:
    """Tells OpenAPI what fields mean, in the words of the model that takes them."""

    def describe(schema: dict[str, Any]) -> None:
        for name, field in model.model_fields.items():
            schema["properties"][name]["description"] = field.description

    return describe


class EffectiveRestart(BaseModel):
    """What happens after a crash."""

    model_config = ConfigDict(json_schema_extra=_described(RestartPolicy))

    policy: Literal["never", "on-failure"]
    delay: float
    max_delay: float
    limit: int


class EffectiveSettings(BaseModel):
    """Settings of a session, each of them, with every default filled in."""

    model_config = ConfigDict(json_schema_extra=_described(SessionSettings))

    starting_balance: float
    leverage: float
    timeframe: Timeframe
    taker_fee: float
    maker_fee: float
    restart: EffectiveRestart
    maintenance_margin: float
    spread_ticks: int
    slippage_ticks: int
    slippage_rate: float
    slippage_impact: float
    volume_share: float | None
    fill_at_touch: bool
    latency_ms: int
    within_bar: Literal["pessimistic", "path"]
    path_steps: int
    allow_gaps: bool


class SessionItem(BaseModel):
    """A session in a list. Times are Unix seconds, `total_pnl` is in USD, other figures are percentages."""

    id: str = Field(pattern=UUID_PATTERN)
    name: str
    type: Kind
    market: str
    exchange: str
    strategy: str
    status: StatusName
    allowed: list[Action] = Field(description="what may be asked of it now")
    created_at: int
    started_at: int | None
    stopped_at: int | None
    last_updated: int | None = Field(description="last heartbeat")
    seconds_since_update: float | None
    is_stale: bool
    pid: int | None
    run: int
    trade_count: int
    total_pnl: float
    win_rate: float
    max_drawdown: float
    unrealised_pnl_usd: float | None
    progress: Progress | None
    data_points: int | None
    archive_folder: str | None = Field(
        description="of a scraper that has been started: where what it collects lies now, such as "
        "archive/xbtusd/2024-01-22/; null for others"
    )
    range_start: int | None
    range_end: int | None
    cloned_from: str | None
    notes: str | None


class SessionDetail(SessionItem):
    """A session with all that is known of it; `position` and what follows come from its last heartbeat."""

    strategy_params: dict[str, Any] = Field(description="with the strategy's defaults filled in")
    settings: EffectiveSettings
    position: list[Position]
    unrealised_pnl: float | None = Field(description="in settle")
    equity: float | None = Field(description="in settle")
    starting_balance: float | None = Field(description="in settle")
    settle: str | None
    last_price: float | None
    market_time: float | None
    memory_bytes: int | None
    exit_outcome: OutcomeName | None = Field(description="how its last run ended")
    exit_code: int | None
    exit_signal: int | None
    exit_message: str | None
    trades_file: str | None
    logs_file: str | None


class Choice(BaseModel):
    """Something to filter by."""

    name: str
    sessions: int = Field(description="how many sessions have it")


class FiltersAnswer(Answer):
    """What the sessions that there are can be filtered by."""

    markets: list[Choice]
    strategies: list[Choice]


class SessionsAnswer(PageAnswer):
    sessions: list[SessionItem]


class SessionAnswer(Answer):
    session: SessionDetail


class CheckAnswer(Answer):
    """Whether a session could be made so, and every field that stands in its way."""

    valid: bool
    fields: list[BadField]


class DeletedAnswer(Answer):
    id: str
    deleted: Literal[True] = True
