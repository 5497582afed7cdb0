"""What a session produced: trades, log lines, events, equity, metrics."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models.common import Answer, Limit, Market, Offset, PageAnswer, Query, listed
from schema.files.trades_sort import SORT_FIELDS
from schema.metrics_catalogue import CATALOGUE, Figure, Unit

Order = Literal["desc", "asc"]
Format = Literal["json", "csv"]
Moment = Annotated[float, Field(ge=0, le=253_402_300_799, allow_inf_nan=False)]
LevelName = Literal["info", "warn", "error", "trade"]
_TIME_FROM = "Unix seconds, inclusive"
_TIME_TO = "Unix seconds, exclusive"
_WHOLE = "download everything that the filter lets through, instead of a page"


def _download(answer: str, row: str) -> ConfigDict:
    """Tells OpenAPI that an endpoint answers a page, or with `format` a whole array or CSV."""
    page, rows = ({"$ref": f"#/components/schemas/{name}"} for name in (answer, row))
    either = {"schema": {"anyOf": [page, {"type": "array", "items": rows}]}}
    content = {"application/json": either, "text/csv": {"schema": {"type": "string"}}}
    return ConfigDict(openapi_extra={"content": content})  # type: ignore[typeddict-unknown-key]


class TradesQuery(Query):
    side: Literal["LONG", "SHORT"] | None = None
    market: Market | None = Field(None, description="market of the trade or of one of its legs")
    start: Moment | None = Field(None, description=f"of the exit: {_TIME_FROM}")
    end: Moment | None = Field(None, description=f"of the exit: {_TIME_TO}")
    won: bool | None = Field(None, description="true: pnl above 0; false: the others")
    text: str | None = Field(None, min_length=1, max_length=200, description="text in the reasons")
    run: int | None = Field(None, ge=1, le=2**31 - 1)
    sort: str = Field(
        "exit_time",
        pattern=rf"^(?:{'|'.join(SORT_FIELDS)})(?::(?:asc|desc))?$",
        description="field:direction; without a direction `order` tells it. A trade that lacks the field "
        "comes last. Downloads come in the order of closing",
    )
    order: Order = "desc"
    limit: Limit = 50
    offset: Offset = 0
    format: Format | None = Field(None, description=_WHOLE)


class Leg(BaseModel):
    """One market of a trade. Prices are averages, sizes contracts; amounts are in `settle`."""

    model_config = ConfigDict(extra="allow")

    exchange: str
    market: str
    side: str
    entry_time: float
    exit_time: float
    entry_price: float
    exit_price: float
    size: float
    gross_pnl: float
    fees: float = Field(description="positive: paid")
    funding: float = Field(description="positive: received")
    pnl: float = Field(description="gross_pnl - fees + funding")
    slippage: float = Field(description="told, already inside the prices")
    settle: str
    pnl_usd: float
    entry_reason: str
    exit_reason: str
    mae: float | None = Field(
        None, le=0, description="maximum adverse excursion: the worst open result, costs aside, in settle"
    )
    mfe: float | None = Field(
        None, ge=0, description="maximum favourable excursion: the best open result, costs aside, in settle"
    )
    bars_held: int | None = Field(
        None, ge=0, description="bars of the session's timeframe that closed meanwhile"
    )
    settle_usd: float | None = Field(None, description="dollars a unit of settle at the exit")


class Trade(Leg):
    """A closed trade. A pair trade is in USD at its top and has `legs`."""

    id: str | int
    session: str
    run: int
    legs: list[Leg] = Field(default_factory=list)


class TradesAnswer(PageAnswer):
    model_config = _download("TradesAnswer", "Trade")

    session: str
    exchange: str
    trades: list[Trade]


class LogsQuery(Query):
    level: str | None = Field(None, **listed(LevelName))
    text: str | None = Field(None, min_length=1, max_length=200, description="text in the message")
    start: Moment | None = Field(None, description=_TIME_FROM)
    end: Moment | None = Field(None, description=_TIME_TO)
    order: Order = "desc"
    limit: int = Field(100, ge=1, le=1000)
    offset: Offset = 0
    format: Format | None = Field(None, description=_WHOLE)


class LogRow(BaseModel):
    """A line of a session's log; `offset` is where a stream resumes behind it."""

    timestamp: float
    level: str
    message: str
    offset: int
    run: int
    exchange: str
    data: Any = None


class LogsAnswer(PageAnswer):
    model_config = _download("LogsAnswer", "LogRow")

    session: str
    exchange: str
    logs: list[LogRow]


EventName = Literal[
    "created", "started", "stopped", "trade", "error", "metric_update", "paused", "resumed", "restarted",
    "completed", "failed", "updated", "adopted", "stale",
]  # fmt: skip


class EventsQuery(Query):
    type: str | None = Field(None, **listed(EventName))
    order: Order = "desc"
    limit: Limit = 50
    offset: Offset = 0


class EventItem(BaseModel):
    """Something that happened to a session. `timestamp` is `created_at` with its fraction."""

    id: int
    session_id: str
    event_type: EventName
    event_data: dict[str, Any]
    created_at: int
    timestamp: float


class EventsAnswer(PageAnswer):
    session: str
    exchange: str
    events: list[EventItem]


class EquityQuery(Query):
    points: int = Field(1000, ge=10, le=20_000, description="points at most; extremes are kept")
    start: Moment | None = Field(None, description=_TIME_FROM)
    end: Moment | None = Field(None, description=_TIME_TO)


class EquityPoint(BaseModel):
    timestamp: float
    equity: float
    drawdown: float = Field(description="percent below the highest equity so far")


class EquityAnswer(Answer):
    """The equity curve; amounts are in `settle`."""

    session: str
    exchange: str
    market: str
    settle: str | None
    starting_balance: float | None
    total: int = Field(description="points that were recorded")
    equity: list[EquityPoint]


_KINDS = {"count": "integer", "text": "string", "table": "object"}
_UNITS = {
    "settle": "in settle",
    "usd": "USD",
    "percent": "percent",
    "seconds": "seconds",
    "time": "Unix seconds",
}


def _figure(figure: Figure) -> dict[str, Any]:
    """The JSON Schema of a figure; null where it is not defined."""
    told = [figure.label, _UNITS.get(figure.unit, ""), figure.meaning]
    description = "; ".join(part for part in told if part)
    kinds = [{"type": _KINDS.get(figure.unit, "number")}, {"type": "null"}]
    return {"anyOf": kinds, "description": description}


def _document(schema: dict[str, Any]) -> None:
    """Adds every figure of the catalogue to those that are always there."""
    schema["properties"] |= {
        key: _figure(figure) for key, figure in CATALOGUE.items() if key not in schema["properties"]
    }


class Metrics(BaseModel):
    """Figures of a session, all of them once its run has written them; with what is so at the moment, such as
    its equity and its positions.
    """

    model_config = ConfigDict(extra="allow", json_schema_extra=_document)

    trade_count: int
    total_pnl: float = Field(description="USD")
    win_rate: float = Field(description="percent")
    max_drawdown: float = Field(description="percent")


class MetricsAnswer(Answer):
    session: str
    exchange: str
    market: str
    metrics: Metrics


class FigureItem(BaseModel):
    """How a figure is shown."""

    key: str = Field(description="its name in the metrics")
    label: str
    unit: Unit = Field(
        description="settle: in the currency that the session settles in; time: Unix seconds; table: an "
        "object by names whose values have `columns` (in by_day: returns)"
    )
    meaning: str = Field(description="one sentence, empty where the label says it all")


class FigureGroup(BaseModel):
    """Figures that are shown together, in order."""

    title: str
    figures: list[FigureItem]


class CatalogueAnswer(Answer):
    groups: list[FigureGroup]
    columns: list[FigureItem] = Field(description="figures of one row of a table")
