"""The old endpoints."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from schema.states import Event
from tests.api.daemons import ScriptedDaemon
from tests.api.steps import Steps, error, fields


def told(answer: TestResponse) -> dict[str, Any]:
    """The body of an answer that says in body and headers that it is deprecated."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.headers["Deprecation"].startswith("@")
    assert 'rel="successor-version"' in answer.headers["Link"]
    found: dict[str, Any] = answer.get_json()
    assert "/sessions" in found["deprecated"]
    return found


@pytest.mark.parametrize(("body", "status"), [({"market": "NOPE"}, 422), ({"market": "XBTUSD"}, 503)])
def test_a_refusal_tells_it_too(steps: Steps, body: dict[str, Any], status: int) -> None:
    refused = steps.client.post("/market/start", json=body)
    assert (refused.status_code, refused.get_json()["success"]) == (status, False)
    assert refused.headers["Deprecation"].startswith("@")
    assert refused.headers["Link"] == '</sessions>; rel="successor-version"'
    assert "/sessions" in refused.get_json()["deprecated"]


@pytest.mark.parametrize("path", ["/session/test", "/test_trades.json"])
def test_the_newest_test_session_comes_with_its_trades_oldest_first(both: Steps, path: str) -> None:
    both.make()
    id = both.make()
    both.backtest()
    both.trades(id, 3)
    found = told(both.client.get(path))
    assert found["session"]["id"] == id
    assert [trade["id"] for trade in found["trades"]] == ["1", "2", "3"]


@pytest.mark.parametrize("path", ["/session/backtest", "/backtest_trades.json"])
def test_before_the_first_backtest_there_is_none(steps: Steps, path: str) -> None:
    steps.make()
    found = told(steps.client.get(path))
    assert (found["session"], found["trades"]) == (None, [])


@pytest.mark.parametrize(
    ("path", "body", "kind", "strategy"),
    [
        ("/test/start", {"market": "XBTUSD", "strategy_params": {"threshold": 0.1}}, "test", "TestBot"),
        ("/market/start", {"market": "ETHUSD"}, "scraper", "MarketScraper"),
    ],
)
def test_start_makes_a_session_and_starts_it(
    steps: Steps, path: str, body: dict[str, Any], kind: str, strategy: str
) -> None:
    with ScriptedDaemon(steps.services.home, {}) as daemon:
        session = told(steps.client.post(path, json=body))["session"]
    assert (session["type"], session["strategy"], session["market"]) == (kind, strategy, body["market"])
    assert daemon.requests[-1] == {"op": "start", "id": session["id"]}


def test_start_without_a_daemon_leaves_no_session_behind(steps: Steps) -> None:
    assert error(steps.client.post("/test/start", json={"market": "XBTUSD"})) == (503, "daemon_down")
    assert steps.client.get("/sessions").get_json()["total"] == 0


def test_bad_values_are_named(steps: Steps) -> None:
    answer = steps.client.post("/test/start", json={"market": "LUNAUSD", "strategy": "Nope"})
    assert set(fields(answer)) == {"market", "strategy"}


def test_stop_stops_the_newest_running_one(steps: Steps) -> None:
    steps.started()
    newest = steps.started().id
    steps.make()
    with ScriptedDaemon(steps.services.home, {}) as daemon:
        told(steps.client.post("/test/stop"))
    assert daemon.requests == [{"op": "stop", "id": newest}]


def test_stop_of_a_market_stops_its_scraper(steps: Steps) -> None:
    wanted = steps.started(type="scraper", strategy="MarketScraper", market="ETHUSD").id
    steps.started(type="scraper", strategy="MarketScraper")
    with ScriptedDaemon(steps.services.home, {}) as daemon:
        told(steps.client.post("/market/stop", json={"market": "ETHUSD"}))
    assert daemon.requests == [{"op": "stop", "id": wanted}]


@pytest.mark.parametrize("path", ["/test/stop", "/market/stop"])
def test_stop_while_nothing_runs_is_409(steps: Steps, path: str) -> None:
    steps.move(steps.started().id, Event.STOP)
    assert error(steps.client.post(path)) == (409, "conflict")
