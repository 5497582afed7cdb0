"""Who may speak to the API."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from schema.db import migrate
from schema.settings import Settings, SettingsError, load_settings
from tests.api.steps import error

TOKEN = "a-secret-of-enough-length"
Open = Callable[..., FlaskClient]


@pytest.fixture
def open_with(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Open:
    """A client of an application with further settings."""

    def make(**variables: str) -> FlaskClient:
        for name, value in variables.items():
            monkeypatch.setenv(f"BOTYARD_{name}", value)
        chosen = load_settings()
        migrate.upgrade(chosen.database_url)
        return create_app(chosen).test_client()

    return make


def get(client: FlaskClient, path: str = "/sessions", **headers: str) -> TestResponse:
    return client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1"])
def test_names_of_this_machine_are_served(client: FlaskClient, host: str) -> None:
    assert get(client, Host=host).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::1", "", "localhost@evil"]
)
def test_another_name_is_refused(client: FlaskClient, host: str) -> None:
    assert error(get(client, Host=host))[0] in (400, 403)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:3000", "http://[::1", "x"]
)
def test_a_page_from_elsewhere_is_refused(client: FlaskClient, origin: str) -> None:
    assert error(get(client, Host="127.0.0.1:8000", Origin=origin)) == (403, "origin_not_allowed")
    answer = client.post("/sessions", headers={"Host": "127.0.0.1:8000", "Origin": origin})
    assert error(answer) == (403, "origin_not_allowed")


def test_our_own_page_is_served(client: FlaskClient) -> None:
    assert get(client, Host="127.0.0.1:8000", Origin="http://127.0.0.1:8000").status_code == 200


def test_a_further_name_can_be_allowed(open_with: Open) -> None:
    client = open_with(ALLOWED_HOSTS="bots.example, other.example")
    assert get(client, Host="bots.example").status_code == 200
    assert get(client, Host="evil.example").status_code == 403


def test_listening_wider_without_a_token_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTYARD_HOST", "0.0.0.0")
    with pytest.raises(SettingsError, match="BOTYARD_TOKEN"):
        create_app()


def test_listening_wider_takes_addresses_but_not_foreign_names(open_with: Open) -> None:
    client = open_with(HOST="0.0.0.0", TOKEN=TOKEN)
    bearer = f"Bearer {TOKEN}"
    assert get(client, Host="192.168.1.5:8000", Authorization=bearer).status_code == 200
    assert get(client, Host="evil.example", Authorization=bearer).status_code == 403


@pytest.mark.parametrize("given", [None, "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer ", "Bearer é"])
def test_without_the_token_it_is_401(open_with: Open, given: str | None) -> None:
    client = open_with(TOKEN=TOKEN)
    headers = {"Authorization": given} if given else {}
    assert error(client.get("/sessions", headers=headers)) == (401, "unauthorized")


def test_signs_of_life_and_documentation_need_no_token(open_with: Open) -> None:
    client = open_with(TOKEN=TOKEN)
    assert client.get("/healthz").status_code == 200
    assert client.get("/openapi.json").status_code == 200
    assert client.get("/sessions", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
