"""The OpenAPI document at /openapi.json, and the page at /docs that shows it; both work without a network."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Response, send_from_directory
from flask.typing import ResponseReturnValue
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.encoding import json_response
from api.models.common import Problem
from api.models.streams import EVENT_MESSAGES, LOG_MESSAGES, EventStreamQuery, LogStreamQuery
from api.version import version

_ASSETS = Path(str(files("flask_openapi3_swagger"))) / "templates" / "swagger"
_REFERENCE = "#/components/schemas/{model}"
_DESCRIPTION = """Trading sessions as supervised processes.

Every answer has `success`; an error has `error` with `code`, `message` and `details`.
Times are Unix seconds in UTC.

WebSockets are told in `x-websockets`: an address, and the messages that it sends.
"""


class Documented(OpenAPI):
    """A Flask application that collects its OpenAPI document from the models of its views."""

    def __init__(self, name: str, **options: Any) -> None:
        info = Info(title="Botyard", version=version(), description=_DESCRIPTION)
        bearer = {"type": "http", "scheme": "bearer", "description": "needed where BOTYARD_TOKEN is set"}
        super().__init__(
            name,
            info=info,
            doc_ui=False,
            validation_error_model=Problem,
            security_schemes={"token": bearer},
            **options,
        )

    def generate_spec_json(self) -> None:
        """Collect the document; what WebSockets send is added, which the library does not know."""
        super().generate_spec_json()  # type: ignore[no-untyped-call]
        self.spec_json["security"] = [{}, {"token": []}]
        self.spec_json["components"]["schemas"] |= _message_schemas()
        self.spec_json["x-websockets"] = {
            "/sessions/{id}/logs/stream": _stream(LogStreamQuery, LOG_MESSAGES),
            "/events/stream": _stream(EventStreamQuery, EVENT_MESSAGES),
        }


def register(app: Documented) -> None:
    """Serve the document and the page that shows it."""

    @app.route("/openapi.json")
    def openapi_json() -> Response:
        return json_response(app.api_doc)

    @app.route("/docs")
    def docs() -> Response:
        return Response(_PAGE, mimetype="text/html")

    @app.route("/docs/<path:name>")
    def docs_asset(name: str) -> ResponseReturnValue:
        return send_from_directory(_ASSETS, name, max_age=86_400)


def _message_schemas() -> dict[str, Any]:
    models = [(model, "serialization") for model in (*LOG_MESSAGES, *EVENT_MESSAGES)]
    _, found = models_json_schema(models, ref_template=_REFERENCE)  # type: ignore[arg-type]
    schemas: dict[str, Any] = found["$defs"]
    return schemas


def _stream(query: type[BaseModel], messages: tuple[type[BaseModel], ...]) -> dict[str, Any]:
    return {
        "description": query.__doc__,
        "parameters": query.model_json_schema()["properties"],
        "messages": {"oneOf": [{"$ref": _REFERENCE.format(model=model.__name__)} for model in messages]},
    }


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Botyard API</title>
<link rel="stylesheet" href="/docs/css/swagger-ui.css">
<link rel="icon" href="/docs/images/swagger.svg">
</head>
<body>
<div id="page"></div>
<script src="/docs/js/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({url: "/openapi.json", dom_id: "#page", deepLinking: true, validatorUrl: null});
</script>
</body>
</html>
"""
