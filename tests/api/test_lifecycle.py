"""Start, stop, pause, resume, restart."""

from typing import Any

import pytest

from tests.api.daemons import ScriptedDaemon, refusal
from tests.api.steps import Steps, error

ACTIONS = ("start", "stop", "pause", "resume", "restart")


@pytest.mark.parametrize("action", ACTIONS)
def test_without_a_daemon_it_is_503_and_nothing_changes(both: Steps, action: str) -> None:
    id = both.make()
    answer = both.client.post(f"/sessions/{id}/{action}")
    assert error(answer) == (503, "daemon_down")
    assert answer.get_json()["error"]["details"] == {"part": "supervisor"}
    assert "not running" in answer.get_json()["error"]["message"]
    assert both.session(id)["status"] == "created"


@pytest.mark.parametrize("action", ACTIONS)
def test_the_daemon_is_asked_and_the_session_told_as_it_is_then(steps: Steps, action: str) -> None:
    id = steps.started().id
    with ScriptedDaemon(steps.services.home, {}) as daemon:
        answer = steps.client.post(f"/sessions/{id}/{action}", json={})
    assert daemon.requests == [{"op": action, "id": id}]
    assert answer.status_code == 200
    assert answer.get_json()["session"]["status"] == "running"


@pytest.mark.parametrize(
    ("told", "status", "details"),
    [
        (
            refusal("conflict", status="running", allowed=["stop"]),
            409,
            {"status": "running", "allowed": ["stop"]},
        ),
        (refusal("start_failed", exit_code=70), 422, {"exit_code": 70}),
        (refusal("agent_down", part="sandbox"), 503, {"part": "sandbox"}),
        (refusal("zygote_down"), 503, {"part": "supervisor"}),
        (refusal("not_found"), 404, {}),
        (refusal("database_down"), 503, {"part": "database"}),
        (refusal("timeout"), 503, {"part": "supervisor"}),
        (refusal("shutting_down"), 503, {"part": "supervisor"}),
        (refusal("something_new"), 503, {"part": "supervisor"}),
    ],
)
def test_a_refusal_keeps_its_code_words_and_details(
    steps: Steps, told: dict[str, Any], status: int, details: dict[str, Any]
) -> None:
    id = steps.make()
    with ScriptedDaemon(steps.services.home, {"start": told}):
        answer = steps.client.post(f"/sessions/{id}/start")
    assert error(answer) == (status, told["error"]["code"])
    assert answer.get_json()["error"]["message"] == "no"
    assert answer.get_json()["error"]["details"] == details


def test_a_daemon_that_goes_away_before_it_answered_is_503(steps: Steps) -> None:
    id = steps.make()
    with ScriptedDaemon(steps.services.home, {"start": None}):
        assert error(steps.client.post(f"/sessions/{id}/start")) == (503, "daemon_down")
