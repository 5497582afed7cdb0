"""POST /sessions/:id/heartbeat and GET /sessions/health"""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from schema.db import results
from schema.states import Event
from tests.api.steps import Steps, error, fields

POSITION = {
    "market": "XBTUSD",
    "side": "LONG",
    "size": 100,
    "entry_price": 89450.0,
    "mark_price": 89460.5,
    "unrealised_pnl": 0.0001,
    "settle": "BTC",
}


def test_an_empty_body_says_alive_and_answers_as_documented(both: Steps) -> None:
    id = both.started().id
    answer = both.client.post(f"/sessions/{id}/heartbeat")
    assert answer.status_code == 200
    assert set(answer.get_json()) == {"success", "last_updated"}
    assert abs(answer.get_json()["last_updated"] - time.time()) < 5
    assert both.session(id)["last_updated"] == answer.get_json()["last_updated"]


def test_what_it_tells_is_shown(both: Steps) -> None:
    id = both.started().id
    told: dict[str, Any] = {
        "run": 1,
        "pid": 4711,
        "state": "running",
        "total_pnl": 245.5,
        "win_rate": 60.0,
        "max_drawdown": 3.25,
        "equity": 1.01,
        "starting_balance": 1,
        "settle": "BTC",
        "unrealised_pnl": 0.0001,
        "unrealised_pnl_usd": 9.5,
        "position": [POSITION],
        "progress": {"done": 1234, "total": 2500},
        "data_points": 8432,
        "memory_bytes": 3_000_000,
        "last_price": 89460.5,
        "market_time": 1706000000.5,
    }
    assert both.beat(id, **told).status_code == 200
    session = both.session(id)
    for name in told.keys() - {"run", "pid", "state"}:
        assert session[name] == told[name], name
    assert session["seconds_since_update"] < 5
    assert both.client.get("/sessions").get_json()["sessions"][0]["progress"] == {"done": 1234, "total": 2500}


def test_new_trades_become_events_exactly_once(both: Steps) -> None:
    id = both.started().id
    both.trades(id, 3)
    with ThreadPoolExecutor(4) as pool:
        engine, app = both.services.engine, both.client.application
        assert engine is not None
        beats = [
            pool.submit(
                app.test_client().post, f"/sessions/{id}/heartbeat", json={"run": 1, "trade_count": 3}
            )
            for _ in range(8)
        ]
        assert {beat.result().status_code for beat in beats} == {200}
    both.trades(id, 2, first=4)
    both.beat(id, run=1, trade_count=5)
    page = both.client.get(f"/sessions/{id}/events?type=trade&order=asc").get_json()
    assert [event["event_data"]["id"] for event in page["events"]] == ["1", "2", "3", "4", "5"]
    assert both.session(id)["trade_count"] == 5


def test_an_older_run_is_refused_so_that_its_bot_ends(both: Steps) -> None:
    id = both.started().id
    both.move(id, Event.STOP)
    both.move(id, Event.START)
    answer = both.beat(id, run=1)
    assert error(answer) == (409, "stale_run")
    assert answer.get_json()["error"]["details"] == {"run": 1, "current": 2, "status": "running"}
    assert both.beat(id, run=2).status_code == 200


def test_a_session_that_does_not_run_takes_none(both: Steps) -> None:
    answer = both.beat(both.make())
    assert error(answer) == (409, "stale_run")
    assert "is created: only one that runs" in answer.get_json()["error"]["message"]


def test_bad_values_are_named_at_once(steps: Steps) -> None:
    id = steps.started().id
    bad = fields(
        steps.beat(id, run=1, trade_count=-1, win_rate=101, state="asleep", mood="good", position=[{}])
    )
    assert {"trade_count", "win_rate", "state", "mood", "position.0.market"} <= set(bad)


@pytest.mark.parametrize("value", [1e15, -1e15])
def test_a_figure_that_no_column_holds_is_named(steps: Steps, value: float) -> None:
    assert "total_pnl" in fields(steps.beat(steps.started().id, run=1, total_pnl=value))


def test_health_lists_live_sessions_and_says_which_are_stale(both: Steps) -> None:
    both.make(name="created")
    fresh, silent, paused = (both.started(name=name).id for name in ("fresh", "silent", "paused"))
    both.move(paused, Event.PAUSE)
    both.beat(fresh, run=1)
    for id in (silent, paused):
        results.record_heartbeat(both.services.engine, id, run=1, now=time.time() - 105)
    found = {one["name"]: one for one in both.client.get("/sessions/health").get_json()["sessions"]}
    assert set(found) == {"fresh", "silent", "paused"}
    assert (found["fresh"]["is_stale"], found["fresh"]["stale_action"]) == (False, None)
    for name in ("silent", "paused"):
        assert (found[name]["is_stale"], found[name]["stale_action"]) == (True, "manual")
        assert 104 < found[name]["seconds_since_update"] < 115
    assert found["silent"]["exchange"] == "sandbox"
    assert both.session(silent)["is_stale"] is True


def test_alive_needs_nothing_and_ready_needs_all(steps: Steps) -> None:
    assert steps.client.get("/healthz").get_json()["success"] is True
    answer = steps.client.get("/readyz")
    assert error(answer) == (503, "not_ready")
    parts = answer.get_json()["error"]["details"]["parts"]
    assert (parts["database"]["ok"], parts["supervisor"]["ok"], parts["zygote"]["ok"]) == (True, False, False)
