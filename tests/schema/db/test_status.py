import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from schema.db import events, results, sessions
from schema.db.engine import make_engine
from schema.db.errors import BadValue, NotFound, StaleRun
from schema.db.models import EventType, SessionType
from schema.db.rows import SessionRow
from schema.db.status import change_status, record, relaunch
from schema.states import TRANSITIONS, Event, IllegalTransition, Status
from tests.schema.db.conftest import MakeSession

NOW = 1_706_000_000.75
WAYS: dict[Status, list[Event]] = {
    Status.CREATED: [],
    Status.RUNNING: [Event.START],
    Status.PAUSED: [Event.START, Event.PAUSE],
    Status.STOPPED: [Event.START, Event.STOP],
    Status.FAILED: [Event.START, Event.CRASHED],
    Status.COMPLETED: [Event.START, Event.FINISHED],
}


def bring(engine: Engine, row: SessionRow, status: Status) -> SessionRow:
    for event in WAYS[status]:
        row = change_status(engine, row.id, event)
    assert row.status is status
    return row


def kinds(engine: Engine, id: str) -> list[EventType]:
    return [row.event_type for row in events.page(engine, id, newest_first=False)[0]]


@pytest.mark.parametrize("status", Status)
def test_every_pair_of_the_table_moves_and_every_other_raises(
    engine: Engine, make_session: MakeSession, status: Status
) -> None:
    for event in Event:
        row = bring(engine, make_session(), status)
        if event in TRANSITIONS[status]:
            moved = change_status(engine, row.id, event, run=row.run)
            assert moved == sessions.get(engine, row.id)
            assert moved.status is (TRANSITIONS[status][event] or Status.CREATED)
        else:
            before = events.page(engine, row.id)
            with pytest.raises(IllegalTransition):
                change_status(engine, row.id, event, run=row.run)
            assert sessions.get(engine, row.id) == row
            assert events.page(engine, row.id) == before


def test_of_two_starts_at_the_same_instant_exactly_one_wins(
    engine: Engine, up_to_date: str, make_session: MakeSession
) -> None:
    for _ in range(5):
        id = make_session().id
        line = threading.Barrier(4)

        def start(_: int, id: str = id, line: threading.Barrier = line) -> int | Status:
            mine = make_engine(up_to_date)
            line.wait(30)
            try:
                return change_status(mine, id, Event.START).run
            except IllegalTransition as refusal:
                return refusal.status
            finally:
                mine.dispose()

        with ThreadPoolExecutor(4) as threads:
            outcomes = list(threads.map(start, range(4)))
        assert sorted(map(str, outcomes)) == ["1", "running", "running", "running"]
        assert kinds(engine, id) == [EventType.CREATED, EventType.STARTED]


def test_a_start_begins_a_new_run_and_forgets_how_the_last_one_ended(
    engine: Engine, make_session: MakeSession
) -> None:
    row = bring(engine, make_session(), Status.RUNNING)
    end = {"exit_code": 70, "exit_outcome": "error", "exit_message": "x" * 20_000}
    row = change_status(engine, row.id, Event.CRASHED, run=1, values=end)
    assert (row.exit_code, row.pid, len(row.exit_message or "")) == (70, None, 10_000)
    row = change_status(engine, row.id, Event.START, run=1, values={"pid": 123}, now=NOW)
    assert (row.run, row.pid, row.started_at, row.stopped_at) == (2, 123, int(NOW), None)
    assert (row.exit_code, row.exit_outcome, row.exit_message) == (None, None, None)


def test_a_failed_start_puts_everything_back_but_the_run(engine: Engine, make_session: MakeSession) -> None:
    row = bring(engine, make_session(type=SessionType.BACKTEST), Status.RUNNING)
    figures = {"trade_count": 3, "total_pnl": "12.34567891", "win_rate": 66.67, "max_drawdown": 1.5}
    results.record_heartbeat(engine, row.id, run=1, payload=figures)
    before = change_status(engine, row.id, Event.CRASHED, run=1, values={"exit_code": 70})
    started = change_status(engine, row.id, Event.START, run=1)
    assert (started.trade_count, started.total_pnl, started.heartbeat) == (0, Decimal(0), None)
    after = change_status(engine, row.id, Event.START_FAILED, run=2, data={"message": "no such strategy"})
    assert after.run == 2
    for name in ("status", "started_at", "stopped_at", "exit_code", "trade_count", "total_pnl", "win_rate"):
        assert getattr(after, name) == getattr(before, name), name
    assert (after.status, after.total_pnl) == (Status.FAILED, Decimal("12.34567891"))
    assert (after.last_updated, after.heartbeat_at) == (before.last_updated, before.heartbeat_at)
    newest = events.page(engine, row.id)[0][0]
    assert newest.event_type is EventType.ERROR
    assert newest.event_data["message"] == "no such strategy"


def test_a_session_that_trades_on_keeps_its_figures_at_a_start(
    engine: Engine, make_session: MakeSession
) -> None:
    row = bring(engine, make_session(), Status.RUNNING)
    results.record_heartbeat(engine, row.id, run=1, payload={"trade_count": 3, "total_pnl": 5})
    change_status(engine, row.id, Event.STOP, run=1)
    row = change_status(engine, row.id, Event.START, run=1)
    assert (row.trade_count, row.total_pnl) == (3, Decimal(5))
    assert (row.last_updated, row.heartbeat_at) == (None, None)


@pytest.mark.parametrize("call", ["change_status", "relaunch", "record"])
def test_an_older_run_has_no_say(engine: Engine, make_session: MakeSession, call: str) -> None:
    row = bring(engine, make_session(), Status.STOPPED)
    row = change_status(engine, row.id, Event.START)
    calls: dict[str, Any] = {
        "change_status": lambda: change_status(engine, row.id, Event.CRASHED, run=1),
        "relaunch": lambda: relaunch(engine, row.id, run=1),
        "record": lambda: record(engine, row.id, run=1, values={"pid": 1}),
    }
    with pytest.raises(StaleRun) as refusal:
        calls[call]()
    assert (refusal.value.run, refusal.value.current, refusal.value.status) == (1, 2, Status.RUNNING)
    assert sessions.get(engine, row.id) == row


@pytest.mark.parametrize("status", [Status.RUNNING, Status.PAUSED])
def test_a_relaunch_is_a_new_run_in_the_same_state(
    engine: Engine, make_session: MakeSession, status: Status
) -> None:
    row = bring(engine, make_session(), status)
    again = relaunch(engine, row.id, run=1, restarts=2, data={"reason": "reboot"}, now=NOW)
    assert (again.status, again.run, again.restarts, again.pid) == (status, 2, 2, None)
    newest = events.page(engine, row.id)[0][0]
    assert newest.event_type is EventType.RESTARTED
    assert newest.event_data == {"at": NOW, "status": status.value, "run": 2, "reason": "reboot"}


def test_a_relaunch_of_a_session_that_was_stopped_meanwhile_is_refused(
    engine: Engine, make_session: MakeSession
) -> None:
    row = bring(engine, make_session(), Status.STOPPED)
    with pytest.raises(StaleRun, match="stopped"):
        relaunch(engine, row.id, run=1)


def test_a_note_about_a_run_sets_columns_and_leaves_the_state(
    engine: Engine, make_session: MakeSession
) -> None:
    row = bring(engine, make_session(), Status.PAUSED)
    noted = record(engine, row.id, run=1, values={"pid": 77}, event=EventType.ADOPTED, data={"pid": 77})
    assert (noted.pid, noted.status) == (77, Status.PAUSED)
    assert kinds(engine, row.id)[-1] is EventType.ADOPTED


def test_the_event_row_tells_the_move(engine: Engine, make_session: MakeSession) -> None:
    row = make_session()
    change_status(engine, row.id, Event.START, data={"by": "\udcff"}, now=NOW)
    newest = events.page(engine, row.id)[0][0]
    assert newest.created_at == int(NOW)
    told = {"at": NOW, "status": "running", "previous": "created", "run": 1, "by": "?"}
    assert newest.event_data == told


def test_columns_of_others_cannot_be_set_with_a_status(engine: Engine, make_session: MakeSession) -> None:
    row = make_session()
    for name in ("status", "run", "name", "nonsense"):
        with pytest.raises(BadValue) as refusal:
            change_status(engine, row.id, Event.START, values={name: 1})
        assert refusal.value.field == name
    assert sessions.get(engine, row.id) == row


def test_a_session_that_is_not_there_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound, match="no session nobody"):
        change_status(engine, "nobody", Event.START)
