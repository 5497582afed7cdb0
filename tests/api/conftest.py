"""What the API's tests share: an application with a database, and the same one served on a real socket."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from flask_openapi3.openapi import OpenAPI

from api.app import create_app
from api.services import Services
from schema.db import migrate
from schema.settings import Settings, load_settings
from tests.api.steps import Steps
from tests.ports import free_port
from tests.wait import until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app(settings: Settings) -> Iterator[OpenAPI]:
    """An application over a fresh home and its SQLite database."""
    migrate.upgrade(settings.database_url)
    made = create_app(settings)
    made.testing = True
    yield made
    made.extensions["botyard"].engine.dispose()


@pytest.fixture
def services(app: OpenAPI) -> Services:
    found: Services = app.extensions["botyard"]
    return found


@pytest.fixture
def client(app: OpenAPI) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def steps(client: FlaskClient, services: Services) -> Steps:
    return Steps(client, services)


@pytest.fixture
def both(database_url: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Steps:
    """As `steps`, once over SQLite and once over MariaDB."""
    monkeypatch.setenv("BOTYARD_DATABASE_URL", database_url)
    found: Steps = request.getfixturevalue("steps")
    return found


Serve = Callable[..., Settings]


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Starts the real server, gunicorn as it is deployed, over a fresh home and with further settings."""
    with ExitStack() as servers:

        def start(**further: str) -> Settings:
            return servers.enter_context(_server(tmp_path_factory.mktemp("served"), further))

        yield start


@pytest.fixture(scope="module")
def served(serve: Serve) -> Settings:
    """Settings of a real server that a module's tests share; each makes its own sessions."""
    return serve()


@contextmanager
def _server(home: Path, further: dict[str, str]) -> Iterator[Settings]:
    given = {"HOME": str(home), "PORT": str(free_port()), **further}
    environment = {f"BOTYARD_{name}": value for name, value in given.items()}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        settings = load_settings()
    settings.home.ensure()
    migrate.upgrade(settings.database_url)
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "api.app:create_app()"]
    log = home / "gunicorn.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=out, env={**os.environ, **environment}
        )
    try:
        until(lambda: requests.get(f"{settings.url}/healthz", timeout=1).ok, 20, f"the server ({log})")
        yield settings
    finally:
        server.terminate()
        server.wait(30)
