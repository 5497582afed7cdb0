"""A blueprint whose views take validated models and return models, both told in the OpenAPI document.

flask-openapi3 collects the document. Its own validation answers unreadable JSON with 422, stops at the
first bad part and generates each query's schema anew for every request, so ours takes its place.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel

from api.encoding import json_response
from api.errors import ApiError, Invalid, translate
from api.models.common import Problem
from api.validation import read_request
from schema.db.errors import BadValue
from schema.db.rows import SessionRow

ERRORS = (400, 401, 403, 404, 422, 500, 503)
"""Errors that every endpoint may answer; a blueprint adds its own."""
_JUDGED = "verdict_of_wrong_values"

Verdict = Callable[[ApiError], BaseModel]
_View = TypeVar("_View", bound=Callable[..., Any])


class Resource(APIBlueprint):
    """Endpoints of one noun."""

    def __init__(self, name: str, description: str, *errors: int) -> None:
        statuses = sorted({*ERRORS, *errors})
        super().__init__(
            name,
            __name__,
            abp_tags=[Tag(name=name, description=description)],
            abp_responses=dict.fromkeys(statuses, Problem),
            operation_id_callback=_operation_id,
        )

    @staticmethod
    def create_view_func(  # type: ignore[override]
        func: Callable[..., Any],
        header: None,
        cookie: None,
        path: type[BaseModel] | None,
        query: type[BaseModel] | None,
        form: None,
        body: type[BaseModel] | None,
        raw: None,
        **_: Any,
    ) -> Callable[..., Response]:
        """The view as Flask calls it (the library's hook; it hands over more kinds of input than we use)."""

        judged: Verdict | None = getattr(func, _JUDGED, None)

        @wraps(func)
        def view(**in_path: Any) -> Response:
            try:
                return respond(func(**read_request(path, query, body, in_path)))
            except (Invalid, BadValue) as error:
                if judged is None:
                    raise
                return respond(judged(translate(error)))

        return view


def judging(verdict: Verdict) -> Callable[[_View], _View]:
    """A view that tells wrong values in its answer, as `verdict` puts it, where others refuse them."""

    def mark(view: _View) -> _View:
        setattr(view, _JUDGED, verdict)
        return view

    return mark


def respond(answer: Any) -> Response:
    """An answer as a response: a response, a model, or a model with its status."""
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, tuple):
        return json_response(answer[0], answer[1])
    return json_response(answer)


class _Page(Protocol):
    limit: int
    offset: int


def page_of(row: SessionRow, query: _Page, **content: Any) -> dict[str, Any]:
    """A page of what a session produced, in the envelope. Rows of its files go out as they are."""
    told = {"success": True, "session": row.id, "exchange": row.exchange}
    return {**told, **content, "limit": query.limit, "offset": query.offset}


def _operation_id(*, name: str, path: str, method: str) -> str:
    return name
