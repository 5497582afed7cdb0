"""JSON in and out: strict on the way in (no NaN, no lone surrogate), never NaN or Infinity on the way out."""

import math
from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider
from pydantic import BaseModel

_OPTIONS = orjson.OPT_NON_STR_KEYS


class StrictJson(JSONProvider):
    """Flask's JSON, by orjson."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return encode(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)


def encode(value: Any) -> bytes:
    """JSON of plain values and of models anywhere in them; a number that is none becomes null."""
    try:
        return orjson.dumps(value, default=_model, option=_OPTIONS)
    except orjson.JSONEncodeError:  # from a bot's file: half a surrogate pair, an integer beyond 64 bits
        return orjson.dumps(_clean(value), default=_model, option=_OPTIONS)


def json_response(value: Any, status: int = 200) -> Response:
    return Response(encode(value), status, mimetype="application/json")


def _model(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _clean(value: Any) -> Any:
    match value:
        case BaseModel():
            return _clean(value.model_dump(by_alias=True))
        case dict():
            return {_clean(str(name)): _clean(item) for name, item in value.items()}
        case list() | tuple():
            return [_clean(item) for item in value]
        case str():
            return value.encode("utf-8", "replace").decode()
        case int() if not -(2**63) <= value < 2**64:
            return float(value) if abs(value) < 1e308 else None
        case float() if not math.isfinite(value):
            return None
    return value
