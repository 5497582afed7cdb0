"""GET /about"""

import time
from importlib.metadata import version

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from api.app import create_app
from schema.db import migrate
from schema.session_settings import SessionSettings
from schema.settings import load_settings
from tests.api.steps import Steps


def test_the_installation_is_told(both: Steps) -> None:
    told = both.client.get("/about").get_json()
    assert (told["success"], told["version"], told["exchange"]) == (True, version("botyard"), "sandbox")
    assert abs(told["now"] - time.time()) < 10
    assert (told["stale_seconds"], told["heartbeat_seconds"]) == (30, 10)
    assert told["database"] == both.services.engine.dialect.name
    assert told["archive_folder"] == str(both.services.home.archive)
    assert (told["timeframes"][0], told["timeframes"][-1]) == ("1m", "1d")
    assert told["sandbox"] == {"seed": 1, "speed": 1, "replays": None}


def test_exchanges_say_which_prices_are_made_up_and_which_exchange_is_closed(client: FlaskClient) -> None:
    told = {one["id"]: one for one in client.get("/about").get_json()["exchanges"]}
    assert {name: one["invented"] for name, one in told.items()} == {
        "sandbox": True,
        "bybit": False,
        "bitmex": False,
    }
    assert (told["bybit"]["closed_on"], told["bitmex"]["closed_on"]) == (None, "2026-09-23")


def test_settings_come_with_their_schema_and_defaults(client: FlaskClient) -> None:
    told = client.get("/about").get_json()
    assert told["default_settings"] == SessionSettings().model_dump(mode="json")
    Draft202012Validator.check_schema(told["settings_schema"])
    Draft202012Validator(told["settings_schema"]).validate(told["default_settings"])
    properties = told["settings_schema"]["properties"]
    for name, value in told["default_settings"].items():
        assert name == "restart" or properties[name]["default"] == value
    leverage = properties["leverage"]
    assert (leverage["type"], leverage["minimum"], leverage["maximum"]) == ("number", 1, 100)


def test_nothing_secret_is_in_it(monkeypatch: pytest.MonkeyPatch, home: object) -> None:
    token = "a-secret-of-enough-length"
    monkeypatch.setenv("BOTYARD_TOKEN", token)
    settings = load_settings()
    migrate.upgrade(settings.database_url)
    answer = create_app(settings).test_client().get("/about", headers={"Authorization": f"Bearer {token}"})
    assert answer.get_json()["needs_token"] is True
    assert token not in answer.text
    assert settings.database_url not in answer.text
