"""Settings come from the environment, and each bad value is named."""

from pathlib import Path

import pytest

from schema.settings import Settings, SettingsError, load_settings, variable


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)


def test_defaults_need_no_environment() -> None:
    settings = load_settings()
    assert settings.url == "http://127.0.0.1:8000"
    assert settings.exchange == "sandbox"
    assert settings.database_url == f"sqlite:///{Path('var').absolute() / 'botyard.db'}"


def test_every_bad_value_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTYARD_PORT", "eighty")
    monkeypatch.setenv("BOTYARD_EXCHANGE", "mtgox")
    monkeypatch.setenv("BOTYARD_HEARTBEAT_SECONDS", "-1")
    with pytest.raises(SettingsError) as error:
        load_settings()
    lines = str(error.value).splitlines()
    assert [line.partition("=")[0] for line in sorted(lines)] == [
        "BOTYARD_EXCHANGE",
        "BOTYARD_HEARTBEAT_SECONDS",
        "BOTYARD_PORT",
    ]


def test_secrets_are_not_repeated_in_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTYARD_TOKEN", "hunter2")
    monkeypatch.setenv("BOTYARD_DATABASE_URL", "postgres://me:hunter2@db/x")
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert "hunter2" not in str(error.value)
    assert "BOTYARD_TOKEN" in str(error.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_a_wider_address_needs_a_token(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("BOTYARD_HOST", host)
    with pytest.raises(SettingsError, match="BOTYARD_TOKEN"):
        load_settings()
    monkeypatch.setenv("BOTYARD_TOKEN", "a secret of some length")
    assert load_settings().host == host


def test_a_closed_exchange_is_no_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTYARD_EXCHANGE", "bitmex")
    with pytest.raises(SettingsError, match="2026-09-23"):
        load_settings()


def test_websockets_leave_threads_for_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTYARD_WEB_THREADS", "8")
    with pytest.raises(SettingsError, match="BOTYARD_WEBSOCKET_LIMIT"):
        load_settings()
