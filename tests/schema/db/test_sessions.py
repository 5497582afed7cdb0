import time

import pytest
from sqlalchemy import Engine

from schema.db import events, sessions
from schema.db.errors import BadValue, Conflict, NotFound
from schema.db.ids import is_id, new_id
from schema.db.models import EventType, SessionType
from schema.db.status import change_status
from schema.states import Event, Status
from tests.schema.db.conftest import MakeSession

NOW = 1_706_000_000.5


def test_a_new_session_is_created_with_its_event(engine: Engine, make_session: MakeSession) -> None:
    row = make_session(now=NOW, name="Früh 🚀", notes="<b>'", range_start=1, range_end=2**40)
    assert row == sessions.get(engine, row.id)
    assert (row.status, row.run, row.created_at, row.pid) == (Status.CREATED, 0, int(NOW), None)
    assert (row.name, row.notes, row.range_end) == ("Früh 🚀", "<b>'", 2**40)
    assert (row.strategy_params, row.settings) == ({"threshold": 0.5}, {"leverage": 1})
    assert (row.trades_file, row.logs_file) == (f"sessions/trades_{row.id}.json", f"sessions/{row.id}.log")
    (event,), total = events.page(engine, row.id)
    assert (event.event_type, total) == (EventType.CREATED, 1)


def test_names_are_made_up_and_counted_for_each_market_and_type(make_session: MakeSession) -> None:
    assert make_session().name == "BTC Test #1"
    assert make_session().name == "BTC Test #2"
    assert make_session(market="ETHUSD").name == "ETH Test #1"
    assert make_session(type=SessionType.SCRAPER).name == "BTC Scraper #1"
    make_session(name="BTC Test #41")
    make_session(name="BTC Test #what")
    assert make_session().name == "BTC Test #42"


def test_a_session_that_is_not_there_is_not_found(engine: Engine) -> None:
    for call in (sessions.get, sessions.clone, sessions.remove, lambda e, id: sessions.patch(e, id, {})):
        with pytest.raises(NotFound) as refusal:
            call(engine, "nobody")
        assert (refusal.value.kind, refusal.value.id) == ("session", "nobody")


def test_name_and_notes_are_edited_at_any_time(engine: Engine, make_session: MakeSession) -> None:
    row = make_session()
    change_status(engine, row.id, Event.START)
    edited = sessions.patch(engine, row.id, {"name": "New", "notes": None})
    assert (edited.name, edited.notes, edited.status) == ("New", None, Status.RUNNING)
    newest = events.page(engine, row.id)[0][0]
    assert newest.event_type is EventType.UPDATED
    assert newest.event_data["fields"] == ["name", "notes"]


def test_parameters_are_edited_before_the_first_start_only(engine: Engine, make_session: MakeSession) -> None:
    row = make_session()
    assert sessions.patch(engine, row.id, {"strategy_params": {"a": 1}}).strategy_params == {"a": 1}
    change_status(engine, row.id, Event.START)
    change_status(engine, row.id, Event.STOP)
    with pytest.raises(Conflict, match="clone the session") as refusal:
        sessions.patch(engine, row.id, {"strategy_params": {}, "name": "New"})
    assert (refusal.value.status, refusal.value.allowed) == (Status.STOPPED, ["start"])
    assert sessions.get(engine, row.id).name == row.name


def test_nothing_else_is_edited(engine: Engine, make_session: MakeSession) -> None:
    row = make_session()
    for name in ("status", "run", "id", "nonsense"):
        with pytest.raises(BadValue):
            sessions.patch(engine, row.id, {name: "x"})
    assert sessions.patch(engine, row.id, {}) == row


def test_a_clone_has_the_configuration_and_none_of_the_results(
    engine: Engine, make_session: MakeSession
) -> None:
    original = make_session(name="One", notes="n", range_start=5, range_end=6)
    change_status(engine, original.id, Event.START)
    copy = sessions.clone(engine, original.id)
    assert (copy.name, copy.cloned_from, copy.status, copy.run) == (
        "Clone of One",
        original.id,
        Status.CREATED,
        0,
    )
    for name in (
        "type",
        "market",
        "exchange",
        "strategy",
        "strategy_params",
        "settings",
        "range_start",
        "notes",
    ):
        assert getattr(copy, name) == getattr(original, name), name
    assert copy.trades_file != original.trades_file
    other = sessions.clone(engine, copy.id, {"name": "Two", "strategy_params": {"threshold": 0.1}})
    assert (other.name, other.strategy_params) == ("Two", {"threshold": 0.1})
    with pytest.raises(BadValue):
        sessions.clone(engine, copy.id, {"status": "running"})


def test_the_clone_of_a_long_name_fits(engine: Engine, make_session: MakeSession) -> None:
    copy = sessions.clone(engine, make_session(name="🚀" * 255).id)
    assert copy.name == "Clone of " + "🚀" * 246


@pytest.mark.parametrize("events_before", [[Event.START], [Event.START, Event.PAUSE]])
def test_a_live_session_is_not_deleted(
    engine: Engine, make_session: MakeSession, events_before: list[Event]
) -> None:
    row = make_session()
    for event in events_before:
        change_status(engine, row.id, event)
    with pytest.raises(Conflict, match="stop it first"):
        sessions.remove(engine, row.id)
    assert sessions.get(engine, row.id).is_live


def test_a_deleted_session_takes_its_events_along_and_leaves_its_clones(
    engine: Engine, make_session: MakeSession
) -> None:
    row = make_session()
    copy = sessions.clone(engine, row.id)
    assert sessions.remove(engine, row.id) == row
    assert events.page(engine, row.id) == ([], 0)
    assert sessions.get(engine, copy.id).cloned_from is None


def test_running_sessions_are_those_with_a_process(engine: Engine, make_session: MakeSession) -> None:
    running, paused, stopped, _ = (make_session(now=NOW + n) for n in range(4))
    for row in (running, paused, stopped):
        change_status(engine, row.id, Event.START)
    change_status(engine, paused.id, Event.PAUSE)
    change_status(engine, stopped.id, Event.STOP)
    assert [row.id for row in sessions.running(engine)] == [running.id, paused.id]


def test_ids_sort_in_the_order_of_their_making() -> None:
    made = []
    for _ in range(200):
        made.append(new_id())
        time.sleep(0.000_01)  # the ids resolve a quarter of a microsecond
    assert made == sorted(made)
    assert len(set(made)) == 200
    assert all(is_id(id) for id in made)


@pytest.mark.parametrize(
    "text", ["", "x", "../etc/passwd", "1" * 36, "{01a1fdf8-36ff-750f-b9cd-7f288e65a974}"]
)
def test_what_is_no_uuid_is_no_id(text: str) -> None:
    assert not is_id(text)
