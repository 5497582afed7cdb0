"""The old endpoints."""

from pydantic import ConfigDict, Field

from api.models.common import Answer, Body
from api.models.data import Trade
from api.models.sessions import SessionDetail, StrategyParams


class Deprecated(Answer):
    """Every answer of an old endpoint says so, here and in the headers Deprecation and Link."""

    deprecated: str = Field(description="what to use instead")


class LegacySession(Deprecated):
    """The newest session of a type with its trades, oldest first; null before the first."""

    session: SessionDetail | None
    trades: list[Trade]


class LegacyAnswer(Deprecated):
    session: SessionDetail


class TestStart(Body):
    __test__ = False  # no test case, whatever pytest thinks of the name

    market: str = Field(min_length=1)
    strategy: str = Field("TestBot", min_length=1, max_length=100)
    strategy_params: StrategyParams | None = None


class MarketStart(Body):
    market: str = Field(min_length=1)


class LegacyStop(Body):
    """Which session is meant; the newest running one where nothing is said."""

    model_config = ConfigDict(
        extra="forbid",
        openapi_extra={"required": False},  # type: ignore[typeddict-unknown-key]
    )

    market: str | None = Field(None, min_length=1)
