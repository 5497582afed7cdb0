"""What every strategy shares: the `settings` of a session, stored as JSON beside `strategy_params`."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from schema.timeframes import TIMEFRAMES

# Exact inside, a plain number in JSON.
Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
Timeframe = Literal["1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d"]
assert set(Timeframe.__args__) == set(TIMEFRAMES)  # type: ignore[attr-defined]


class RestartPolicy(BaseModel):
    """What happens after a crash: the session stays `failed`, or is started again from its snapshot."""

    model_config = ConfigDict(extra="forbid")

    policy: Literal["never", "on-failure"] = Field(
        "never", description="whether a crashed session is started again"
    )
    delay: float = Field(
        1.0, ge=0.0, le=3600, description="seconds before the first new start; doubles each time"
    )
    max_delay: float = Field(60.0, ge=0.0, le=86_400, description="longest delay in seconds")
    limit: int = Field(
        10, ge=1, le=1_000_000, description="starts in a row before the session is left failed"
    )


class SessionSettings(BaseModel):
    """Settings of a session, each with its default."""

    model_config = ConfigDict(extra="forbid")

    starting_balance: Number = Field(
        Decimal(1), gt=0, le=1_000_000_000, description="starting balance in units of the settlement coin"
    )
    leverage: Number = Field(
        Decimal(1), ge=1, le=100, description="highest position value as a multiple of the equity"
    )
    timeframe: Timeframe = Field("1m", description="length of the bars that the strategy sees")
    taker_fee: Number = Field(
        Decimal("0.00055"),
        ge=Decimal("-0.01"),
        le=Decimal("0.05"),
        description="fee rate of orders that take liquidity",
    )
    maker_fee: Number = Field(
        Decimal("0.0002"), ge=Decimal("-0.01"), le=Decimal("0.05"), description="fee rate of orders that rest"
    )
    restart: RestartPolicy = Field(default_factory=RestartPolicy, description="what happens after a crash")
    maintenance_margin: Number = Field(
        Decimal("0.005"),
        ge=0,
        le=Decimal("0.5"),
        description="share of a position's value below which the equity must not fall, or it is liquidated",
    )
    spread_ticks: int = Field(
        1, ge=1, le=10_000, description="distance of bid and ask, in ticks, on ways made of candles"
    )
    slippage_ticks: int = Field(
        0, ge=0, le=10_000, description="ticks that a taker fills beyond the best opposite price"
    )
    slippage_rate: float = Field(
        0.0, ge=0, le=0.1, description="share of the price that a taker fills beyond the best opposite price"
    )
    slippage_impact: float = Field(
        0.0,
        ge=0,
        le=10,
        description="share of the price, times the squared share of the last volume, that a taker pays",
    )
    volume_share: float | None = Field(
        None, gt=0, le=1, description="most of each print's size that is filled; null: no limit"
    )
    fill_at_touch: bool = Field(
        False,
        description="whether limit orders fill at the touch; else the market must trade through them",
    )
    latency_ms: int = Field(
        0, ge=0, le=60_000, description="milliseconds from a decision to its arrival at the exchange"
    )
    within_bar: Literal["pessimistic", "path"] = Field(
        "pessimistic",
        description="what decides a candle that holds stop and target without finer data: "
        "the worse, or the way that it is assumed to have gone",
    )
    path_steps: int = Field(
        60, ge=4, le=600, description="price steps within a one-minute candle of a backtest"
    )
    allow_gaps: bool = Field(
        False, description="whether a backtest runs over a range in which candles are missing"
    )
