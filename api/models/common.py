"""What every endpoint shares: the envelope, ids, pages, numbers within what a database holds."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.errors import FieldProblem

LATEST = 253_402_300_799
"""The last second of the year 9999, in Unix seconds."""

UnixTime = Annotated[int, Field(ge=0, le=LATEST, description="Unix seconds, UTC")]
Offset = Annotated[int, Field(ge=0, le=2**53 - 1, description="rows to leave out")]
Limit = Annotated[int, Field(ge=1, le=200, description="rows to answer")]
UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
SessionId = Annotated[str, Field(pattern=UUID_PATTERN, description="id of a session")]
Market = Annotated[
    str,
    BeforeValidator(lambda value: value.replace(" ", "+") if isinstance(value, str) else value),
    Field(min_length=1, description="market or pair; a plus may arrive as a space"),
]


class Answer(BaseModel):
    """A success."""

    success: Literal[True] = Field(True, description="true for every answer that is no error")


class BadField(BaseModel):
    """What is wrong with one field; `field` is its path, such as `strategy_params.threshold`."""

    field: str
    message: str


def maybe_absent(schema: dict[str, Any]) -> None:
    """For `json_schema_extra` of what goes out: a field that is not required may be absent, and has no
    default that would stand for it.
    """
    for told in schema["properties"].values():
        told.pop("default", None)


class Details(BaseModel):
    """What is needed to act on an error; each has some of it, and perhaps more."""

    model_config = ConfigDict(extra="allow", json_schema_extra=maybe_absent)

    fields: list[BadField] = Field(default_factory=list, description="of a 422: every bad field")
    status: str | None = Field(None, description="of a 409: the session's state, null where there is none")
    allowed: list[str] = Field(default_factory=list, description="of a 409: what may be asked for instead")
    part: str = Field("", description="of a 503: what is down")
    kind: str = Field("", description="of a 404: what kind of thing")


class Fault(BaseModel):
    """What went wrong."""

    code: str = Field(description="a word for programs, such as not_found or conflict")
    message: str = Field(description="a sentence for people")
    details: Details


class Problem(BaseModel):
    """An error."""

    success: Literal[False]
    error: Fault


class Query(BaseModel):
    """Parameters of a request; one that is not known is an error, not a filter that silently does nothing."""

    model_config = ConfigDict(extra="forbid")


class Body(BaseModel):
    """JSON of a request."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @classmethod
    def further_problems(cls, given: dict[str, Any]) -> Iterable[FieldProblem]:
        """What is wrong with fields that are checked only later; asked when others are wrong already."""
        return ()


class SessionPath(BaseModel):
    id: SessionId


class PageAnswer(Answer):
    """A page of a list."""

    total: int = Field(description="rows that fit the filter")
    limit: int
    offset: int


def listed(names: Any) -> dict[str, Any]:
    """Field arguments of a comma-separated list of the words of a Literal."""
    one = "|".join(get_args(names))
    return {"pattern": rf"^(?:{one})(?:,(?:{one}))*$", "description": "one or more, separated by commas"}


def split(words: str | None) -> list[str]:
    """The words of such a list."""
    return words.split(",") if words else []
