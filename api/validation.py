"""Reading a request into its models: path, query and body together, so that every bad field is named."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from flask import request
from pydantic import BaseModel, ValidationError

from api.errors import FieldProblem, Invalid, NotFound, NotJson, TooLarge, Unreadable
from api.models.common import LATEST, Body

_JSON_TYPE = re.compile(r"application/(?:[\w.+-]+\+)?json")
MAX_BODY = 1 << 20
"""Bytes of the longest body."""


def read_request(
    path: type[BaseModel] | None,
    query: type[BaseModel] | None,
    body: type[BaseModel] | None,
    in_path: Mapping[str, Any],
) -> dict[str, BaseModel]:
    """The models that a view asks for, by the names of its arguments.

    Raises:
        NotFound: something in the path cannot be what it stands for.
        Unreadable, NotJson, TooLarge: the body.
        Invalid: every bad field of query and body.
    """
    read: dict[str, BaseModel] = {}
    problems: list[FieldProblem] = []
    if path is not None:
        read["path"] = _read_path(path, in_path)
    raw = _raw_body(body) if body is not None else b""
    if query is not None:
        values, doubled = _query_values()
        problems += doubled
        _collect(read, problems, "query", lambda: query.model_validate(values))
    if body is not None:
        _collect(read, problems, "body", lambda: body.model_validate_json(raw, strict=True))
        if problems and issubclass(body, Body) and isinstance(given := orjson.loads(raw), dict):
            problems += body.further_problems(given)
    if problems:
        raise Invalid(problems)
    return read


def field_problems(error: ValidationError, prefix: str = "") -> Iterable[FieldProblem]:
    """Pydantic's errors, one a field, in words."""
    for problem in error.errors(include_url=False, include_input=False):
        location = ".".join(str(part) for part in problem["loc"])
        field = ".".join(part for part in (prefix, location) if part) or "body"
        yield FieldProblem(field, _words(problem["type"], problem["msg"], problem.get("ctx", {})))


_WORDS = {"extra_forbidden": "unknown field", "missing": "required"}
_ONE_OF = re.compile(r"\^\(\?:([\w|]+)\)")


def _words(kind: str, message: str, context: Mapping[str, Any]) -> str:
    """What is wrong, in words: a pattern that lists words is told as those words."""
    if kind == "string_pattern_mismatch":
        if found := _ONE_OF.match(context["pattern"]):
            return f"not one of {found[1].replace('|', ', ')}"
        return "holds characters that may not be there, or none that can be seen"
    if kind in ("string_too_short", "too_short") and context.get("min_length") == 1:
        return "may not be empty"
    if kind == "less_than_equal" and context.get("le") == LATEST:
        return "is no time in Unix seconds; was it given in milliseconds?"
    return _WORDS.get(kind, message.removeprefix("Value error, "))


def _read_path(model: type[BaseModel], values: Mapping[str, Any]) -> BaseModel:
    try:
        return model.model_validate(values)
    except ValidationError:
        given = ", ".join(str(value) for value in values.values())
        raise NotFound(f"nothing has the id {given[:100]!r}") from None


def _query_values() -> tuple[dict[str, str], list[FieldProblem]]:
    lists = request.args.to_dict(flat=False)
    doubled = [FieldProblem(name, "given more than once") for name, given in lists.items() if len(given) > 1]
    return {name: given[0] for name, given in lists.items()}, doubled


def _raw_body(model: type[BaseModel]) -> bytes:
    """The body's bytes, known to be JSON."""
    raw = request.get_data(cache=False)
    if len(raw) > MAX_BODY:  # sent in chunks, without a length that could be looked at before
        raise TooLarge("the body is larger than 1 MiB", limit=MAX_BODY)
    if not raw and is_optional(model):
        return b"{}"
    if not raw.strip():
        raise Unreadable("a JSON body is required")
    if not _JSON_TYPE.fullmatch(request.mimetype):
        raise NotJson(
            "the body must be JSON, sent with Content-Type: application/json", given=request.mimetype
        )
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"the body is not JSON: {error}", line=error.lineno, column=error.colno) from None
    return raw


def is_optional(model: type[BaseModel]) -> bool:
    """Whether a request may leave the body out; the same word tells OpenAPI."""
    extra: Any = model.model_config.get("openapi_extra", {})  # flask-openapi3's own key
    return extra.get("required") is False


def _collect(
    read: dict[str, BaseModel], problems: list[FieldProblem], name: str, validate: Callable[[], BaseModel]
) -> None:
    try:
        read[name] = validate()
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] == "json_invalid":  # read before, so only its depth is
            raise Unreadable("the body is nested too deeply") from None
        problems += field_problems(error)
