"""The application: every endpoint, every guard, made for one set of settings."""

from pathlib import Path

from flask_openapi3.openapi import OpenAPI

from api import (
    about,
    dashboard,
    document,
    encoding,
    equity,
    errors,
    events,
    guard,
    health,
    heartbeats,
    legacy,
    lifecycle,
    logs,
    markets,
    metrics,
    services,
    session_candles,
    sessions,
    strategies,
    trades,
)
from api.streams import routes
from api.validation import MAX_BODY
from schema.settings import Settings, load_settings

_RESOURCES = (
    sessions,
    lifecycle,
    trades,
    logs,
    events,
    equity,
    metrics,
    heartbeats,
    health,
    strategies,
    markets,
    session_candles,
    about,
    legacy,
)


def create_app(settings: Settings | None = None, pages_folder: Path | None = None) -> OpenAPI:
    """The WSGI application, with a dashboard: that of a folder, of the settings, or the installed one.

    Raises:
        SettingsError: bad settings in the environment, such as an address that others reach without a token.
    """
    chosen = settings or load_settings()
    app = document.Documented("botyard", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = (
        MAX_BODY + 1
    )  # where reading stops; what is read is judged by its length
    app.json = encoding.StrictJson(app)
    app.url_map.strict_slashes = False
    services.install(app.extensions, services.Services(chosen))
    guard.register(app, chosen)
    errors.register(app)
    for module in _RESOURCES:
        app.register_api(module.resource)
    routes.register(app)
    document.register(app)
    dashboard.register(app, pages_folder or chosen.pages or dashboard.FOLDER)
    return app
