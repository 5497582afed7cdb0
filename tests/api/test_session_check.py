"""POST /sessions/check"""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.api.steps import Steps, error, fields

WRONG: list[dict[str, Any]] = [
    {"strategy": "Nope"},
    {"market": "XBTUSD+XBTUSD", "settings": {"leverage": 0}},
    {"type": "backtest"},
    {"type": "backtest", "range_start": 5, "range_end": 4},
    {"exchange": "bitmex", "strategy_params": {"threshold": 7, "colour": "red"}},
    {"type": None, "market": None},
    {"type": "live", "market": 5, "name": "a\nb", "nmae": "y", "settings": {"foo": 1}},
    {"market": "SOLUSD", "settings": {"leverage": 60}},
    {"settings": {"leverage": 10**40}},
]


def check(steps: Steps, **changes: Any) -> TestResponse:
    return steps.client.post("/sessions/check", json=steps.body(**changes))


def total(steps: Steps) -> int:
    return int(steps.client.get("/sessions").get_json()["total"])


def test_what_is_right_is_valid_and_nothing_is_made(both: Steps) -> None:
    answer = check(both, name="Mine", strategy_params={"threshold": 0.3}, notes="n")
    assert (answer.status_code, answer.get_json()) == (200, {"success": True, "valid": True, "fields": []})
    assert total(both) == 0


@pytest.mark.parametrize("changes", WRONG)
def test_what_making_refuses_is_told_with_the_same_fields(steps: Steps, changes: dict[str, Any]) -> None:
    refused = fields(steps.post(**changes))
    answer = check(steps, **changes)
    told = answer.get_json()
    assert (answer.status_code, told["success"], told["valid"]) == (200, True, False)
    assert {one["field"]: one["message"] for one in told["fields"]} == refused
    assert total(steps) == 0


def test_a_body_that_holds_no_session_names_what_it_lacks(steps: Steps) -> None:
    for body in ("{}", "[]", '"text"', "null"):
        answer = steps.client.post("/sessions/check", data=body, content_type="application/json")
        told = answer.get_json()
        assert (told["valid"], bool(told["fields"])) == (False, True)


def test_what_cannot_be_read_is_refused(steps: Steps) -> None:
    post = steps.client.post
    assert error(post("/sessions/check", data="{", content_type="application/json")) == (400, "unreadable")
    assert error(post("/sessions/check", content_type="application/json")) == (400, "unreadable")
    plain = post("/sessions/check", data="{}", content_type="text/plain")
    assert error(plain) == (415, "unsupported_media_type")


def test_it_is_no_id_of_a_session(steps: Steps) -> None:
    assert error(steps.client.get("/sessions/check")) == (404, "not_found")
    assert error(steps.client.delete("/sessions/check")) == (404, "not_found")
