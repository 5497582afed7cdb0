"""WS /events/stream, on the real server."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from schema.db import events, status
from schema.db.engine import make_engine
from schema.settings import Settings
from schema.states import Event
from tests.api.streaming import Stream, refusal


class Floor:
    """A served API, and a hand that does what the daemon does."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.url = settings.url
        self.engine = engine

    def make(self) -> str:
        body = {"type": "test", "market": "XBTUSD", "strategy": "TestBot"}
        id: str = requests.post(f"{self.url}/sessions", json=body, timeout=30).json()["session"]["id"]
        return id

    def move(self, id: str, event: Event) -> None:
        status.change_status(self.engine, id, event)

    def stream(self, query: str = "") -> Stream:
        return Stream(self.url, f"/events/stream{query}")

    def newest(self) -> int:
        return events.newest_id(self.engine)

    def following(self) -> Stream:
        """A stream that has told of an event, so that it certainly follows."""
        after = self.newest()
        id = self.make()
        stream = self.stream(f"?after={after}")
        assert stream.next()["session_id"] == id
        return stream


@pytest.fixture
def floor(served: Settings) -> Iterator[Floor]:
    engine = make_engine(served.database_url)
    yield Floor(served, engine)
    engine.dispose()


def kinds(messages: list[dict[str, Any]]) -> list[str]:
    return [message["event_type"] for message in messages]


def test_every_status_change_comes_once_and_in_order(floor: Floor) -> None:
    with floor.following() as stream:
        id = floor.make()
        for event in (Event.START, Event.PAUSE, Event.RESUME, Event.STOP):
            floor.move(id, event)
        messages = [stream.next() for _ in range(5)]
    assert {(message["session_id"], message["exchange"]) for message in messages} == {(id, "sandbox")}
    assert kinds(messages) == ["created", "started", "paused", "resumed", "stopped"]
    assert [message["status"] for message in messages] == [
        "created",
        "running",
        "paused",
        "running",
        "stopped",
    ]
    assert [message["offset"] for message in messages] == [message["id"] for message in messages]


def test_it_resumes_behind_an_event_without_gap_or_repeat(floor: Floor) -> None:
    first = floor.newest()
    id = floor.make()
    seen: list[dict[str, Any]] = []
    for event in (Event.START, Event.PAUSE, Event.RESUME, Event.STOP):
        with floor.stream(f"?after={seen[-1]['offset'] if seen else first}") as stream:
            seen.append(stream.next())
        floor.move(id, event)
    with floor.stream(f"?after={seen[-1]['offset']}") as stream:
        seen.append(stream.next())
    assert kinds(seen) == ["created", "started", "paused", "resumed", "stopped"]


def test_many_events_from_long_ago_come_all(floor: Floor) -> None:
    id = floor.make()
    first = floor.newest()
    floor.move(id, Event.START)
    for _ in range(600):
        floor.move(id, Event.PAUSE)
        floor.move(id, Event.RESUME)
    with floor.stream(f"?after={first}") as stream:
        ids = [stream.next()["id"] for _ in range(1201)]
    assert ids == sorted(set(ids))


def test_without_after_it_begins_with_what_happens_from_now_on(floor: Floor) -> None:
    floor.make()
    with floor.following(), floor.stream() as stream:
        id = floor.make()
        assert stream.next()["session_id"] == id


def test_heartbeats_and_deletions_come_at_once(floor: Floor) -> None:
    id = floor.make()
    floor.move(id, Event.START)
    with floor.following() as stream:
        body = {"run": 1, "total_pnl": 12.5}
        requests.post(f"{floor.url}/sessions/{id}/heartbeat", json=body, timeout=30).raise_for_status()
        message = stream.next()
        assert (message["type"], message["session_id"], message["data"]) == ("heartbeat", id, body)
        assert (message["offset"], message["exchange"]) == (floor.newest(), "sandbox")
        floor.move(id, Event.STOP)
        assert stream.next()["event_type"] == "stopped"
        requests.delete(f"{floor.url}/sessions/{id}", timeout=30).raise_for_status()
        message = stream.next()
        assert (message["type"], message["session_id"]) == ("deleted", id)


def test_several_listeners_get_the_same(floor: Floor) -> None:
    streams = [floor.following() for _ in range(3)]
    last = floor.make()
    for stream in streams:
        while stream.next()["session_id"] != last:
            pass
        stream.close()


def test_an_event_of_the_future_is_as_good_as_now(floor: Floor) -> None:
    with floor.following(), floor.stream("?after=9007199254740991") as stream:
        id = floor.make()
        assert stream.next()["session_id"] == id


@pytest.mark.parametrize("query", ["?after=-1", "?after=x", "?tail=3"])
def test_bad_parameters_are_refused(floor: Floor, query: str) -> None:
    assert refusal(floor.url, f"/events/stream{query}")["status"] == 422
