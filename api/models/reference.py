"""What there is to choose from: strategies and markets."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.models.common import Answer, Limit, Market, Offset, PageAnswer, Query, UnixTime
from api.models.sessions import Kind
from schema.session_settings import Timeframe


class PageQuery(Query):
    limit: Limit = 50
    offset: Offset = 0


class StrategyPath(BaseModel):
    id: str = Field(min_length=1, max_length=50)


class StrategyItem(BaseModel):
    """A strategy; one that does not load has an `error` and cannot be used."""

    id: str
    name: str
    description: str | None
    supported_types: list[Kind]
    supported_markets: list[str] = Field(description="* is any market, *+* any pair")
    default_params: dict[str, Any]
    param_schema: dict[str, Any] = Field(description="JSON Schema of the parameters")
    created_at: int | None
    source: Literal["built-in", "user"] = Field(description="user: a file in the folder `strategies`")
    file: str | None
    error: str | None


class StrategiesAnswer(PageAnswer):
    strategies: list[StrategyItem]


class StrategyAnswer(Answer):
    strategy: StrategyItem


class MarketsQuery(PageQuery):
    exchange: str | None = Field(None, min_length=1, max_length=50, description="default: the installation's")
    search: str | None = Field(
        None, min_length=1, max_length=50, description="only markets in one of whose names this occurs"
    )


class MarketItem(BaseModel):
    """A market on an exchange, its contract, and what is recorded of it."""

    market: str
    exchange: str
    symbol: str = Field(description="unified ccxt symbol")
    exchange_id: str = Field(description="the exchange's own name")
    kind: Literal["inverse", "linear"]
    base: str
    quote: str
    settle: str
    tick: float
    lot: float
    max_leverage: float
    min_notional: float
    tradable: bool
    obstacle: str | None = Field(description="why no test session can trade it")
    last_data: float | None = Field(description="time of the newest archived data, Unix seconds")
    scraping: bool
    scraper: str | None = Field(description="id of the session that scrapes it")


class MarketsAnswer(PageAnswer):
    exchange: str
    markets: list[MarketItem]


class MarketPath(BaseModel):
    market: str = Field(min_length=1, max_length=64)


class CandlesQuery(Query):
    exchange: str | None = Field(None, min_length=1, max_length=50, description="default: the installation's")
    timeframe: Timeframe = "1m"
    start: UnixTime | None = Field(None, description="inclusive; default: as many as `points` before end")
    end: UnixTime | None = Field(None, description="exclusive; default: behind the newest candle")
    points: int = Field(
        500, ge=1, le=20_000, description="candles at most; neighbours are merged where there are more"
    )


class Candle(BaseModel):
    timestamp: int = Field(description="opening time, Unix seconds")
    open: float
    high: float
    low: float
    close: float
    volume: float


class CandlesAnswer(Answer):
    """Candles of one exchange, oldest first."""

    market: str
    exchange: str
    timeframe: Timeframe
    start: int
    end: int
    total: int = Field(description="candles of that timeframe there are in the range")
    merged: int = Field(description="how many of them make one candle here; extremes are kept")
    candles: list[Candle]


class SessionCandlesQuery(Query):
    market: Market | None = Field(None, description="one of a pair's markets; default: the first")
    timeframe: Timeframe | None = Field(
        None, description="default: the session's, or the shortest of which `points` show everything"
    )
    start: UnixTime | None = Field(
        None, description="inclusive; default: some bars before the session, or a backtest's range"
    )
    end: UnixTime | None = Field(
        None, description="exclusive; default: now by the market's clock, or the session's end"
    )
    points: int = Field(
        1000, ge=1, le=5_000, description="candles at most; neighbours are merged where there are more"
    )


class SessionCandlesAnswer(CandlesAnswer):
    """Candles of a session's exchange, oldest first; the last one may be of what there is of it."""

    session: str
    complete: bool = Field(description="whether every candle of the range that has closed is there")
    reason: str | None = Field(description="which are missing, and why")


class CoverageQuery(Query):
    exchange: str | None = Field(None, min_length=1, max_length=50, description="default: the installation's")
    timeframe: Timeframe = "1m"
    start: UnixTime | None = Field(None, description="inclusive; default: the first day there is")
    end: UnixTime | None = Field(None, description="exclusive; default: behind the last day there is")


class CoverageDay(BaseModel):
    """One UTC day."""

    day: str = Field(description="ISO date")
    rows: int = Field(description="candles there are")
    expected: int
    complete: bool


class Gap(BaseModel):
    """Missing candles: Unix seconds, the end exclusive."""

    start: int
    end: int


class CoverageAnswer(Answer):
    market: str
    exchange: str
    timeframe: Timeframe
    days: list[CoverageDay]
    gaps: list[Gap]
