"""JSON in and out: strict on the way in (no NaN, no lone surrogate), never NaN or Infinity on the way out."""

from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider
from pydantic import BaseModel

_OUT = orjson.OPT_NON_STR_KEYS


class StrictJson(JSONProvider):
    """Flask's JSON, by orjson: `dumps` writes a number that is none as null, `loads` refuses one."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return encode(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)


def encode(value: Any) -> bytes:
    """JSON of plain values and of models anywhere in them."""
    return orjson.dumps(value, default=_model, option=_OUT)


def json_response(value: Any, status: int = 200) -> Response:
    return Response(encode(value), status, mimetype="application/json")


def _model(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(f"{type(value).__name__} is not JSON")
