"""Base of the built-in strategies' parameters: exact types, no unknown names, no infinities."""

from pydantic import BaseModel, ConfigDict


class StrategyParams(BaseModel):
    """Parameters of a strategy; each has a default, bounds and a description."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)
