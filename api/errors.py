"""What can go wrong with a request, as typed exceptions, and the one place that turns them into answers."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import WebsocketMismatch

from api.encoding import json_response
from schema.control import DaemonDown, DaemonError
from schema.db import errors as db
from schema.files.aside import BrokenFile
from schema.states import IllegalTransition

log = logging.getLogger(__name__)


class ApiError(Exception):
    """An answer that is not a success; `details` is what a program needs to act on it."""

    status = 500
    code = "internal_error"

    def __init__(self, message: str, *, code: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.details = details


class Unreadable(ApiError):
    """400: the request cannot be read at all."""

    status = 400
    code = "unreadable"


class Forbidden(ApiError):
    """403: the request comes from a page or goes to a name that this server does not serve."""

    status = 403
    code = "forbidden"


class Unauthorized(ApiError):
    """401: the token is missing or wrong."""

    status = 401
    code = "unauthorized"


class NotFound(ApiError):
    """404: no such thing, or an id that cannot be one."""

    status = 404
    code = "not_found"


class Conflict(ApiError):
    """409: not in this state; `details` tell the state and what it allows."""

    status = 409
    code = "conflict"


class TooLarge(ApiError):
    """413: the body is longer than anything the API takes."""

    status = 413
    code = "too_large"


class NotJson(ApiError):
    """415: the body is something else than JSON."""

    status = 415
    code = "unsupported_media_type"


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field; `field` is its path, such as `strategy_params.threshold`."""

    field: str
    message: str


class Invalid(ApiError):
    """422: readable, but values are wrong; every bad field is named."""

    status = 422
    code = "invalid"

    def __init__(self, problems: Sequence[FieldProblem], *, code: str | None = None) -> None:
        ordered = sorted(set(problems), key=lambda problem: problem.field)
        text = "; ".join(f"{problem.field}: {problem.message}" for problem in ordered)
        fields = [{"field": problem.field, "message": problem.message} for problem in ordered]
        super().__init__(text, code=code, fields=fields)

    @classmethod
    def one(cls, field: str, message: str, *, code: str | None = None) -> "Invalid":
        return cls([FieldProblem(field, message)], code=code)


class Unavailable(ApiError):
    """503: a part that the answer needs is down; `details.part` names it."""

    status = 503
    code = "unavailable"


_DAEMON_STATUS = {"not_found": 404, "conflict": 409, "bad_request": 422, "start_failed": 422}
_OF_OTHER_PARTS = (
    DaemonDown, DaemonError, IllegalTransition, BrokenFile,
    db.DatabaseDown, db.NotFound, db.Conflict, db.StaleRun, db.BadValue,
)  # fmt: skip


def register(app: Flask) -> None:
    """Answer every exception of `app` with the envelope."""
    app.register_error_handler(ApiError, answer)
    app.register_error_handler(HTTPException, answer_http)
    for kind in _OF_OTHER_PARTS:
        app.register_error_handler(kind, _answer_translated)
    app.register_error_handler(Exception, _answer_unexpected)


def translate(error: Exception) -> ApiError:
    """The API's own error for an exception of another part."""
    match error:
        case ApiError():
            return error
        case DaemonDown():
            hint = "is `botyard up` running? `botyard doctor` tells more"
            return Unavailable(f"{error}; {hint}", code="daemon_down", part="supervisor")
        case DaemonError():
            return _of_the_daemon(error)
        case IllegalTransition() | db.Conflict():
            return Conflict(str(error), status=error.status.value, allowed=error.allowed)
        case db.StaleRun():
            current, status = error.current, error.status.value
            return Conflict(str(error), code="stale_run", run=error.run, current=current, status=status)
        case db.NotFound():
            return NotFound(str(error), kind=error.kind, id=error.id)
        case db.BadValue():
            return Invalid.one(error.field, str(error).removeprefix(f"{error.field}: "))
        case BrokenFile():
            return Unavailable(str(error), code="broken_file", part="files")
        case db.Contention():
            return Unavailable(str(error), code="database_busy", part="database")
        case db.DatabaseDown():
            return Unavailable(str(error), code="database_down", part="database")
        case _:
            return ApiError("an unexpected error; the server's log has it")


def _of_the_daemon(error: DaemonError) -> ApiError:
    status = _DAEMON_STATUS.get(error.code, 503)
    translated = ApiError(error.message, code=error.code)
    translated.details = dict(error.details)  # whose names are the daemon's own, `code` may be among them
    translated.status = status
    if status == 503:
        translated.details.setdefault("part", "database" if error.code == "database_down" else "supervisor")
    return translated


def answer(error: ApiError) -> Response:
    """The error in the envelope."""
    body = {
        "success": False,
        "error": {"code": error.code, "message": error.message, "details": error.details},
    }
    return json_response(body, error.status)


def _answer_translated(error: Exception) -> Response:
    return answer(translate(error))


def answer_http(error: HTTPException) -> Response:
    """Flask's own refusals: unknown route, wrong method, body too large."""
    status = error.code or 500
    translated = ApiError(
        _words(error), code=_HTTP_CODES.get(status, (error.name or "error").lower().replace(" ", "_"))
    )
    translated.status = status
    response = answer(translated)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


_HTTP_CODES = {400: "unreadable", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def _words(error: HTTPException) -> str:
    if isinstance(error, WebsocketMismatch):
        return f"{request.path} is a WebSocket: connect to it with ws://, not with http://"
    if error.code == 404:
        return f"there is nothing at {request.path}"
    if error.code == 405:
        return f"{request.path} does not take {request.method}"
    if error.code == 413:
        return "the body is larger than 1 MiB"
    return error.description or error.name


def _answer_unexpected(error: Exception) -> Response:
    log.exception("%s %s failed", request.method, request.path, exc_info=error)
    return answer(translate(error))
