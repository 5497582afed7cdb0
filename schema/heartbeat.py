"""The body of a heartbeat, as the API accepts it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class HeartbeatProgress(BaseModel):
    """Candles of a backtest."""

    done: int = Field(ge=0)
    total: int = Field(ge=0)


class HeartbeatPosition(BaseModel):
    """An open position in one market; `size` in contracts, `unrealised_pnl` in `settle`."""

    market: str = Field(max_length=64)
    side: Literal["LONG", "SHORT"]
    size: float = Field(ge=0)
    entry_price: float = Field(ge=0)
    mark_price: float | None = None
    unrealised_pnl: float = 0
    settle: str = Field(max_length=16)


class Heartbeat(BaseModel):
    """What a running bot tells of itself every ten seconds; an empty body says only that it is alive."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    run: int | None = Field(None, ge=0, description="launch number; an older one is refused")
    pid: int | None = Field(None, ge=1)
    state: Literal["running", "paused"] | None = None
    at: float | None = Field(None, description="wall clock of the bot, Unix seconds")
    market_time: float | None = Field(None, description="time of the last market event, Unix seconds")
    trade_count: int | None = Field(None, ge=0)
    total_pnl: float | None = Field(None, description="sum of the trades' pnl_usd")
    win_rate: float | None = Field(None, ge=0, le=100, description="percentage of trades with a positive pnl")
    max_drawdown: float | None = Field(None, ge=0, description="percentage of the highest equity")
    equity: float | None = Field(None, description="in settle")
    starting_balance: float | None = Field(None, description="in settle")
    settle: str | None = Field(None, max_length=16)
    unrealised_pnl: float | None = Field(None, description="in settle")
    unrealised_pnl_usd: float | None = None
    position: list[HeartbeatPosition] = Field(default_factory=list, max_length=100)
    progress: HeartbeatProgress | None = None
    data_points: int | None = Field(None, ge=0)
    memory_bytes: int | None = Field(None, ge=0)
    last_price: float | None = None

    def payload(self) -> dict[str, Any]:
        """What is stored: only what was sent."""
        return self.model_dump(mode="json", exclude_unset=True)
