import random
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from schema.db import listing, migrate, sessions
from schema.db.engine import make_engine, writing
from schema.db.errors import BadValue
from schema.db.listing import SORT_FIELDS, SessionQuery
from schema.db.models import SessionType
from schema.db.models import sessions as table
from schema.db.results import record_heartbeat
from schema.db.status import change_status
from schema.states import Event, Status
from tests.schema.db.conftest import MakeSession

BASE = 1_706_000_000


def ids(engine: Engine, **query: Any) -> list[str | None]:
    """Names of the sessions that a query finds."""
    return [row.name for row in listing.page(engine, SessionQuery(**query)).sessions]


def test_the_newest_come_first_even_within_a_second(engine: Engine, make_session: MakeSession) -> None:
    for n in range(10):
        make_session(name=str(n), now=BASE + n // 5)
    assert ids(engine) == list("9876543210")
    assert ids(engine, sort="created_at:asc") == list("0123456789")
    assert ids(engine, limit=3, offset=4) == list("543")
    found = listing.page(engine, SessionQuery(limit=3, offset=9))
    assert ([row.name for row in found.sessions], found.total) == (["0"], 10)
    assert listing.page(engine, SessionQuery(offset=10)).sessions == []


def test_filters_narrow_and_combine(engine: Engine, make_session: MakeSession) -> None:
    make_session(name="a", now=BASE)
    make_session(name="b", now=BASE + 1, type=SessionType.SCRAPER, market="ETHUSD", strategy="MarketScraper")
    make_session(name="c", now=BASE + 2, type=SessionType.BACKTEST, market="XBTUSD+ETHUSD", exchange="bybit")
    change_status(engine, make_session(name="d", now=BASE + 3).id, Event.START)
    assert ids(engine, status=[Status.RUNNING]) == ["d"]
    assert ids(engine, status=[Status.RUNNING, Status.CREATED], type=[SessionType.TEST]) == ["d", "a"]
    assert ids(engine, type=[SessionType.SCRAPER, SessionType.BACKTEST]) == ["c", "b"]
    assert ids(engine, market="XBTUSD+ETHUSD") == ["c"]
    assert ids(engine, market="XBTUSD") == ["d", "a"]
    assert ids(engine, exchange="bybit") == ["c"]
    assert ids(engine, strategy="MarketScraper") == ["b"]
    assert ids(engine, created_after=BASE + 1, created_before=BASE + 3) == ["c", "b"]
    assert ids(engine, created_after=-1e300, created_before=1e300) == ["d", "c", "b", "a"]
    assert ids(engine, market="NOPE") == []


def test_a_period_of_ends_has_only_what_ended_in_it(engine: Engine, make_session: MakeSession) -> None:
    make_session(name="never started", now=BASE)
    for n, name in enumerate("abc"):
        made = make_session(name=name, now=BASE + n)
        change_status(engine, made.id, Event.START, now=BASE + 10)
        change_status(engine, made.id, Event.STOP, now=BASE + 100 * (n + 1))
    assert ids(engine, stopped_after=BASE + 100, stopped_before=BASE + 300) == ["b", "a"]
    assert ids(engine, stopped_after=BASE + 101) == ["c", "b"]
    assert ids(engine, stopped_before=BASE + 300, created_after=BASE + 1) == ["b"]


def test_search_finds_text_in_name_and_notes_and_knows_no_wildcards(
    engine: Engine, make_session: MakeSession
) -> None:
    make_session(name="Größe 100%", now=BASE)
    make_session(name="rocket 🚀", notes="Under_scored", now=BASE + 1)
    make_session(name="dog 🐶", notes=r"back\slash 'quoted'", now=BASE + 2)
    assert ids(engine, search="ROCKET") == ["rocket 🚀"]
    assert ids(engine, search="🚀") == ["rocket 🚀"]
    assert ids(engine, search="%") == ["Größe 100%"]
    assert ids(engine, search="under_") == ["rocket 🚀"]
    assert ids(engine, search="k\\s") == ["dog 🐶"]
    assert ids(engine, search="'quoted'") == ["dog 🐶"]
    assert ids(engine, search="röß") == ["Größe 100%"]
    assert ids(engine, search="_x") == []
    with pytest.raises(BadValue):
        ids(engine, search="\ud83d")


@pytest.mark.parametrize("field", SORT_FIELDS)
def test_every_sort_order_is_total_and_its_reverse_is_the_reverse(
    engine: Engine, make_session: MakeSession, field: str
) -> None:
    for n in range(6):
        make_session(name=str(n % 4), now=BASE + n)
    up = [row.id for row in listing.page(engine, SessionQuery(sort=f"{field}:asc")).sessions]
    down = [row.id for row in listing.page(engine, SessionQuery(sort=f"{field}:desc")).sessions]
    assert up == down[::-1]
    assert len(set(up)) == 6


def test_texts_and_figures_sort_as_people_expect(engine: Engine, make_session: MakeSession) -> None:
    for name, pnl in (("beta", 9.5), ("Alpha", 10.25), ("gamma", -3)):
        row = change_status(engine, make_session(name=name).id, Event.START)
        record_heartbeat(engine, row.id, run=1, payload={"total_pnl": pnl})
    assert ids(engine, sort="name:asc") == ["Alpha", "beta", "gamma"]
    assert ids(engine, sort="total_pnl:desc") == ["Alpha", "beta", "gamma"]
    make_session(name="later")
    assert ids(engine, sort="status:asc")[0] == "later"  # "created" before "running", by their names


def test_the_duration_is_that_of_the_latest_run_and_goes_on_while_it_does(
    engine: Engine, make_session: MakeSession
) -> None:
    for name, started, stopped in (("short", 500, 510), ("long", 0, 3600), ("day", 0, 90_000)):
        row = change_status(engine, make_session(name=name).id, Event.START, now=BASE + started)
        change_status(engine, row.id, Event.STOP, now=BASE + stopped)
    change_status(engine, make_session(name="running").id, Event.START, now=BASE)
    make_session(name="never")
    again = change_status(engine, make_session(name="again").id, Event.START, now=BASE)
    change_status(engine, again.id, Event.STOP, now=BASE + 1000)
    change_status(engine, again.id, Event.START, now=BASE + 2000)
    change_status(engine, again.id, Event.STOP, now=BASE + 2020)
    longest = ["running", "day", "long", "again", "short", "never"]
    assert ids(engine, sort="duration:desc") == longest
    assert ids(engine, sort="duration:asc") == longest[::-1]


@pytest.mark.parametrize("sort", ["", "id", "name; DROP TABLE sessions", "name:up", ":desc", "heartbeat:asc"])
def test_a_sort_order_that_there_is_not_is_refused(engine: Engine, sort: str) -> None:
    with pytest.raises(BadValue, match=r"there are (created_at|asc)") as refusal:
        listing.page(engine, SessionQuery(sort=sort))
    assert refusal.value.field == "sort"


def test_silence_is_counted_from_the_last_heartbeat_or_the_start(
    engine: Engine, make_session: MakeSession
) -> None:
    fresh, silent, never, paused, idle = (make_session(name=str(n), now=BASE + n) for n in range(5))
    for row in (fresh, silent, never, paused):
        change_status(engine, row.id, Event.START, now=BASE)
    record_heartbeat(engine, fresh.id, run=1, now=BASE + 95.5)
    record_heartbeat(engine, silent.id, run=1, now=BASE + 60)
    change_status(engine, paused.id, Event.PAUSE)
    record_heartbeat(engine, paused.id, run=1, now=BASE + 69.9)
    found = listing.health(engine, now=BASE + 100, stale_seconds=30)
    assert [(item.session.name, item.seconds_since_update, item.is_stale) for item in found] == [
        ("0", 4.5, False),
        ("1", 40.0, True),
        ("2", 100.0, True),
        ("3", pytest.approx(30.1), True),
    ]
    assert not sessions.get(engine, idle.id).is_stale(BASE + 1e6, 30)


def test_lists_of_a_hundred_thousand_sessions_are_right(database_url: str) -> None:
    """Every way of finding a page (walking, sorting, counting) gives what a plain sort gives."""
    migrate.upgrade(database_url)
    engine = make_engine(database_url)
    rng, types = random.Random(7), list(SessionType)
    rows = [
        {
            "id": f"{n:036d}",
            "name": f"S{n}",
            "type": rng.choice(types),
            "market": rng.choice(["XBTUSD", "ETHUSD"]) if n % 1000 else "SOLUSD",
            "exchange": "sandbox",
            "strategy": "TestBot",
            "status": Status.RUNNING if n % 9000 == 0 else rng.choice([Status.STOPPED, Status.COMPLETED]),
            "created_at": BASE + n // 3,
        }
        for n in range(100_000)
    ]
    with writing(engine, durable=False) as connection:
        for start in range(0, len(rows), 10_000):
            connection.execute(insert(table), rows[start : start + 10_000])
    queries: list[dict[str, Any]] = [
        {},
        {"status": [Status.RUNNING, Status.PAUSED]},
        {"status": [Status.STOPPED], "type": [SessionType.TEST, SessionType.BACKTEST]},
        {"market": "SOLUSD"},
        {"status": [Status.COMPLETED], "created_after": BASE + 1000, "created_before": BASE + 1100},
    ]
    for query in queries:
        right = [row for row in reversed(rows) if matches(row, query)]
        for offset in (0, 60):
            found = listing.page(engine, SessionQuery(**query, offset=offset))
            assert found.total == len(right)
            assert [row.id for row in found.sessions] == [row["id"] for row in right[offset : offset + 50]]
    engine.dispose()


def matches(row: dict[str, Any], query: dict[str, Any]) -> bool:
    return (
        ("status" not in query or row["status"] in query["status"])
        and ("type" not in query or row["type"] in query["type"])
        and row["market"] == query.get("market", row["market"])
        and query.get("created_after", 0) <= row["created_at"] < query.get("created_before", 1e12)
    )
