"""The application: every endpoint, every guard, made for one set of settings."""

from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from api import (
    encoding,
    equity,
    errors,
    events,
    guard,
    health,
    heartbeats,
    lifecycle,
    logs,
    metrics,
    services,
    sessions,
    strategies,
    trades,
)
from api.models.common import Problem
from api.streams import routes
from api.validation import MAX_BODY
from schema.settings import Settings, load_settings

_RESOURCES = (sessions, lifecycle, trades, logs, events, equity, metrics, heartbeats, health, strategies)


def create_app(settings: Settings | None = None) -> OpenAPI:
    """The WSGI application.

    Raises:
        SettingsError: bad settings in the environment, such as an address that others reach without a token.
    """
    chosen = settings or load_settings()
    app = OpenAPI(
        "botyard",
        info=Info(title="Botyard", version="1.0.0", description=_DESCRIPTION),
        doc_ui=False,
        validation_error_model=Problem,
        static_folder=None,
    )
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.json = encoding.StrictJson(app)
    app.url_map.strict_slashes = False
    services.install(app.extensions, services.Services(chosen))
    guard.register(app, chosen)
    errors.register(app)
    for module in _RESOURCES:
        app.register_api(module.resource)
    routes.register(app)
    return app


_DESCRIPTION = """Trading sessions as supervised processes.

Every answer has `success`; an error has `error` with `code`, `message` and `details`.
Times are Unix seconds in UTC.
"""
