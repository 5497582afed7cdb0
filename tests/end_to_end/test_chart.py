"""The chart of a live session, which records no candles itself; the market runs thirty times too fast."""

import os
import signal
from typing import Any

from tests.stack import Stack
from tests.wait import until


def chart(stack: Stack, session: str, **query: Any) -> dict[str, Any]:
    found = stack.get(f"/sessions/{session}/candles", **query)
    stamps = [one["timestamp"] for one in found["candles"]]
    assert found["exchange"] == "sandbox"
    assert stamps == list(range(found["start"], found["start"] + 60 * len(stamps), 60))
    return found


def test_a_live_session_has_candles_from_before_its_start_to_now(stack: Stack) -> None:
    session = stack.create()
    stack.start(session)
    until(lambda: stack.session(session)["market_time"], 20, "a heartbeat with the market's time")
    first = chart(stack, session)
    assert (first["complete"], first["reason"]) == (True, None)
    assert len(first["candles"]) >= 100
    told = stack.session(session)["market_time"]
    later = until(
        lambda: (found := chart(stack, session))["candles"][-1]["timestamp"] >= told + 60 and found,
        20,
        "candles of minutes that closed since",
    )
    assert later["complete"] is True
    known = {one["timestamp"]: one for one in first["candles"]}
    assert all(known[one["timestamp"]] == one for one in later["candles"] if one["timestamp"] in known)

    stack.post(f"/sessions/{session}/stop")
    stopped = chart(stack, session)
    assert stopped["complete"] is True
    assert stopped["end"] >= stack.session(session)["market_time"]


def test_it_comes_back_after_a_restart_of_the_agent(stack: Stack) -> None:
    session = stack.create()
    stack.start(session)
    until(lambda: stack.session(session)["market_time"], 20, "a heartbeat with the market's time")
    before = chart(stack, session)
    agent = next(one for one in stack.agents() if one["name"] == "data-sandbox")
    os.kill(agent["pid"], signal.SIGKILL)
    after = until(
        lambda: (found := chart(stack, session))["complete"] and found, 30, "the chart after the restart"
    )
    known = {one["timestamp"]: one for one in before["candles"][:-1]}  # the last one may not have been closed
    again = [one for one in after["candles"] if one["timestamp"] in known]
    assert len(again) >= 90
    assert all(known[one["timestamp"]] == one for one in again)
    stack.post(f"/sessions/{session}/stop")
