"""What a session produced: trades, log lines, events, equity, metrics."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from api.models.common import Answer, Limit, Market, Offset, PageAnswer, Query, listed, maybe_absent
from api.models.sessions import OutcomeName, Position, Progress, StatusName
from schema.files.trades_sort import SORT_FIELDS
from schema.metrics_catalogue import CATALOGUE, COLUMNS, Figure, Unit

Order = Literal["desc", "asc"]
Format = Literal["json", "csv"]
Moment = Annotated[float, Field(ge=0, le=253_402_300_799, allow_inf_nan=False)]
Side = Literal["LONG", "SHORT"]
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
    side: Side | None = None
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

    model_config = ConfigDict(extra="allow", json_schema_extra=maybe_absent)

    exchange: str
    market: str
    side: Side
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
    before: int | None = Field(
        None, ge=0, le=2**53 - 1, description="only lines in front of the one with this `offset`"
    )
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


LifeEventName = Literal[
    "created", "started", "stopped", "error", "metric_update", "paused", "resumed", "restarted", "completed",
    "failed", "updated", "adopted", "stale",
]  # fmt: skip
EventName = Literal[LifeEventName, "trade"]


class EventsQuery(Query):
    type: str | None = Field(None, **listed(EventName))
    order: Order = "desc"
    limit: Limit = 50
    offset: Offset = 0


class TradeFacts(Trade):
    """A closed trade, as it was announced."""

    at: float = Field(description="Unix seconds")


class EventFacts(BaseModel):
    """What an event tells; each tells some of it, and perhaps more."""

    model_config = ConfigDict(extra="allow", json_schema_extra=maybe_absent)

    at: float = Field(0, description="Unix seconds")
    status: StatusName = Field("created", description="of the session from then on")
    previous: StatusName = Field("created", description="of the session until then")
    run: int = Field(0, description="number of the launch")
    message: str = Field("", description="what went wrong, or how it ended")
    reason: str = Field("", description="why it was launched again")
    code: str = Field("", description="a word for programs, of a start that failed")
    outcome: OutcomeName = Field("finished", description="how the run ended")
    exit_code: int | None = None
    signal: int | None = None
    restart_in: float = Field(0, description="seconds until it is started again")
    fields: list[str] = Field(default_factory=list, description="what was edited")
    cloned_from: str | None = None


class _Happened(BaseModel):
    id: int
    session_id: str
    created_at: int
    timestamp: float = Field(description="`created_at` with its fraction")


class TradeEvent(_Happened):
    """A trade was closed."""

    event_type: Literal["trade"]
    event_data: TradeFacts


class LifeEvent(_Happened):
    """Something else happened to a session."""

    event_type: LifeEventName
    event_data: EventFacts


class EventItem(RootModel[Annotated[TradeEvent | LifeEvent, Field(discriminator="event_type")]]):
    """Something that happened to a session."""


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
    """Tells every figure of the catalogue, null where it is not defined, beside those that are always there.

    A table keeps its own shape and gets only its label.
    """
    maybe_absent(schema)
    for key, figure in CATALOGUE.items():
        told = schema["properties"].setdefault(key, _figure(figure))
        told.setdefault("description", _figure(figure)["description"])


def _document_row(schema: dict[str, Any]) -> None:
    schema["properties"] = {key: _figure(figure) for key, figure in COLUMNS.items()}


class MetricsRow(BaseModel):
    """One row of a table of figures: those that it has."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_document_row)


Table = dict[str, MetricsRow]


class Fees(BaseModel):
    taker_fee: float
    maker_fee: float


class Assumptions(BaseModel):
    """What fills were assumed to be like, in this run."""

    model_config = ConfigDict(extra="allow", json_schema_extra=maybe_absent)

    leverage: float = 1
    maintenance_margin: float = 0
    spread_ticks: int = 1
    slippage_ticks: int = 0
    slippage_rate: float = 0
    slippage_impact: float = 0
    volume_share: float | None = None
    fill_at_touch: bool = False
    latency_ms: int = 0
    within_bar: Literal["pessimistic", "path"] = "pessimistic"
    path_steps: int = 60
    fees: dict[str, Fees] = Field(default_factory=dict, description="by market")


class Ambiguous(BaseModel):
    """Candles in which a stop and a target both lay, and what decided them."""

    model_config = ConfigDict(extra="allow")

    candles: int
    pessimistic: int
    finer: int
    path: int


class Metrics(BaseModel):
    """Figures of a session, all of them once its run has written them; with what is so at the moment, such as
    its equity and its positions.
    """

    model_config = ConfigDict(extra="allow", json_schema_extra=_document)

    trade_count: int
    total_pnl: float = Field(description="USD")
    win_rate: float = Field(description="percent")
    max_drawdown: float = Field(description="percent")
    long: MetricsRow | None = None
    short: MetricsRow | None = None
    by_entry_reason: Table | None = None
    by_exit_reason: Table | None = None
    by_reasons: Table | None = None
    by_weekday: Table | None = None
    by_year: Table | None = None
    by_month: Table | None = None
    by_week: Table | None = None
    by_day: dict[str, float | None] | None = None
    run: int | None = Field(None, description="number of the launch that wrote them")
    equity: float | None = Field(None, description="in settle")
    starting_balance: float | None = Field(None, description="in settle")
    unrealised_pnl: float | None = Field(None, description="in settle")
    unrealised_pnl_usd: float | None = None
    position: list[Position] = Field(default_factory=list)
    last_price: float | None = None
    market_time: float | None = Field(None, description="time of the last market event, Unix seconds")
    progress: Progress | None = Field(None, description="of a backtest")
    notes: list[str] = Field(default_factory=list, description="sentences about what is missing or assumed")
    engine: str = Field("", description="what ran a backtest: python or compiled")
    ledger: str | None = Field(None, description="id of a backtest in the ledger of runs")
    assumptions: Assumptions | None = None
    ambiguous: Ambiguous | None = None


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
