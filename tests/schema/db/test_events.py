import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine, insert

from schema.db import events, migrate, sessions
from schema.db.engine import make_engine, writing
from schema.db.events import EventFeed
from schema.db.models import EventType, session_events
from tests.schema.db.conftest import PLAIN, MakeSession
from tests.wait import until


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def id(make_session: MakeSession) -> str:
    return make_session().id


def test_events_are_listed_by_type_and_page(engine: Engine, id: str) -> None:
    for n in range(5):
        events.append(engine, id, EventType.METRIC_UPDATE, {"n": n})
    events.append(engine, id, EventType.ERROR, now=1_706_000_000.125)
    found, total = events.page(engine, id, limit=2)
    assert [row.event_type for row in found] == [EventType.ERROR, EventType.METRIC_UPDATE]
    assert (total, found[0].created_at, found[0].event_data) == (7, 1_706_000_000, {"at": 1_706_000_000.125})
    found, total = events.page(
        engine, id, types=[EventType.METRIC_UPDATE], limit=2, offset=1, newest_first=False
    )
    assert ([row.event_data["n"] for row in found], total) == ([1, 2], 5)


def test_since_gives_what_follows_in_order(engine: Engine, id: str) -> None:
    start = events.newest_id(engine)
    for n in range(3):
        events.append(engine, id, EventType.METRIC_UPDATE, {"n": n})
    assert [row.event_data["n"] for row in events.since(engine, start)] == [0, 1, 2]
    assert [row.event_data["n"] for row in events.since(engine, start, 2)] == [0, 1]


def test_a_feed_begins_now_or_where_it_is_told(engine: Engine, id: str) -> None:
    assert EventFeed(engine).poll() == []
    assert [row.session_id for row in EventFeed(engine, after=0).poll()] == [id]


def test_a_feed_gives_each_event_once_in_portions(engine: Engine, id: str) -> None:
    feed = EventFeed(engine)
    for n in range(5):
        events.append(engine, id, EventType.METRIC_UPDATE, {"n": n})
    portions = [[row.event_data["n"] for row in feed.poll(2)] for _ in range(4)]
    assert portions == [[0, 1], [2, 3], [4], []]


def test_a_number_is_never_given_twice(engine: Engine, id: str, make_session: MakeSession) -> None:
    feed = EventFeed(engine)
    doomed = make_session()
    last = feed.poll()[-1].id
    sessions.remove(engine, doomed.id)
    events.append(engine, id, EventType.ERROR)
    (found,) = feed.poll()
    assert found.id > last


@pytest.mark.parametrize("begun", ["before", "while"])
def test_an_event_that_commits_after_a_later_one_is_not_missed(mariadb_url: str, begun: str) -> None:
    """MariaDB gives an id at the insert, and shows the row at the commit."""
    migrate.upgrade(mariadb_url)
    engine = make_engine(mariadb_url)
    clock = Clock()
    slow = sessions.create(engine, PLAIN)
    quick = sessions.create(engine, replace(PLAIN, name="quick"))
    feed = EventFeed(engine, clock=clock)
    with writing(engine) as connection:
        connection.execute(insert(session_events).values(session_id=slow.id, event_type=EventType.ERROR))
        events.append(engine, quick.id, EventType.ERROR)
        if begun == "while":
            feed = EventFeed(engine, clock=clock)
            assert feed.poll() == []
        else:
            assert [row.session_id for row in feed.poll()] == [quick.id]
        clock.now += 10
        assert feed.poll() == []
    assert [row.session_id for row in feed.poll()] == [slow.id]
    assert feed.poll() == []
    engine.dispose()


def test_the_memory_of_a_feed_is_bounded_by_its_window(
    engine: Engine, id: str, make_session: MakeSession
) -> None:
    clock = Clock()
    feed = EventFeed(engine, clock=clock, window=60)
    for _ in range(3):
        gap = make_session()
        sessions.remove(engine, gap.id)  # leaves a gap that nothing will fill
        events.append(engine, id, EventType.ERROR)
        assert len(feed.poll()) == 1
    assert len(feed._seen) > 0
    clock.now += 61
    assert feed.poll() == []
    assert feed._seen == {}


def test_a_feed_under_concurrent_writers_gives_all_and_none_twice(
    engine: Engine, up_to_date: str, make_session: MakeSession
) -> None:
    writers = [make_session().id for _ in range(4)]
    feed = EventFeed(engine)
    seen: list[tuple[str, int]] = []
    done = threading.Event()

    def write(id: str) -> None:
        mine = make_engine(up_to_date)
        for n in range(25):
            events.append(mine, id, EventType.METRIC_UPDATE, {"n": n})
        mine.dispose()

    def read() -> None:
        while not done.is_set():
            seen.extend((row.session_id, row.event_data["n"]) for row in feed.poll(7))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(write, writers))
        until(lambda: len(seen) >= 100, seconds=10)
    finally:
        done.set()
        reader.join()
    assert sorted(seen) == sorted((id, n) for id in writers for n in range(25))
    for id in writers:
        assert [n for other, n in seen if other == id] == list(range(25))
