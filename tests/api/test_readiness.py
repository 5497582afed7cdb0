"""GET /readyz with a daemon that answers."""

from tests.api.daemons import ScriptedDaemon, refusal
from tests.api.steps import Steps, error

PING = {"ok": True, "pid": 5, "zygote": {"pid": 6, "ready": True}}


def test_all_parts_answer(steps: Steps) -> None:
    with ScriptedDaemon(steps.services.home, {"ping": PING}):
        answer = steps.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["zygote"] == {"ok": True, "message": "ready, PID 6"}


def test_a_zygote_that_is_not_warm_yet_is_not_ready(steps: Steps) -> None:
    with ScriptedDaemon(steps.services.home, {"ping": {**PING, "zygote": {"pid": 6, "ready": False}}}):
        assert error(steps.client.get("/readyz")) == (503, "not_ready")


def test_a_daemon_that_refuses_is_not_ready(steps: Steps) -> None:
    with ScriptedDaemon(steps.services.home, {"ping": refusal("shutting_down")}):
        assert error(steps.client.get("/readyz")) == (503, "not_ready")
