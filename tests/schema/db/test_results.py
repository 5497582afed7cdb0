from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from schema.db import events, sessions
from schema.db.engine import make_engine
from schema.db.errors import BadValue, NotFound, StaleRun
from schema.db.models import EventType, SessionType
from schema.db.results import record_heartbeat, sync_results
from schema.db.rows import SessionRow
from schema.db.status import change_status
from schema.states import Event, Status
from tests.schema.db.conftest import MakeSession

NOW = 1_706_000_200.25


class TradesFile:
    """Closed trades of a session, read by index as from the real file."""

    def __init__(self, count: int) -> None:
        self.trades = [{"id": n, "pnl": n / 2} for n in range(count)]
        self.read = 0

    def __call__(self, start: int) -> Sequence[dict[str, Any]]:
        self.read += 1
        return self.trades[start:]


@pytest.fixture
def running(engine: Engine, make_session: MakeSession) -> SessionRow:
    return change_status(engine, make_session().id, Event.START)


def announced(engine: Engine, id: str) -> list[int]:
    found, _ = events.page(engine, id, types=[EventType.TRADE], limit=10_000, newest_first=False)
    return [row.event_data["id"] for row in found]


def test_a_heartbeat_updates_the_row_and_writes_no_event(engine: Engine, running: SessionRow) -> None:
    payload = {
        "run": 1,
        "trade_count": 2,
        "total_pnl": -1234.56789012,
        "win_rate": 62.204,
        "max_drawdown": 3.2,
        "settle": "BTC",
    }
    before = events.newest_id(engine)
    assert record_heartbeat(engine, running.id, run=1, payload=payload, now=NOW) == int(NOW)
    row = sessions.get(engine, running.id)
    assert (row.last_updated, row.heartbeat_at, row.heartbeat) == (int(NOW), NOW, payload)
    assert (row.trade_count, row.total_pnl) == (2, Decimal("-1234.56789012"))
    assert (row.win_rate, row.max_drawdown) == (Decimal("62.20"), Decimal("3.2000"))
    assert events.newest_id(engine) == before


def test_the_same_heartbeat_twice_is_no_conflict(engine: Engine, running: SessionRow) -> None:
    for _ in range(2):
        record_heartbeat(engine, running.id, run=1, payload={"trade_count": 2}, now=NOW)
    assert sessions.get(engine, running.id).heartbeat_at == NOW


def test_an_empty_heartbeat_says_alive_and_keeps_the_rest(engine: Engine, running: SessionRow) -> None:
    record_heartbeat(engine, running.id, run=1, payload={"trade_count": 2}, now=NOW)
    record_heartbeat(engine, running.id, run=None, now=NOW + 10)
    row = sessions.get(engine, running.id)
    assert (row.heartbeat_at, row.trade_count, row.heartbeat) == (NOW + 10, 2, {"trade_count": 2})


@pytest.mark.parametrize("run", [0, 2])
def test_another_run_is_refused(engine: Engine, running: SessionRow, run: int) -> None:
    with pytest.raises(StaleRun) as refusal:
        record_heartbeat(engine, running.id, run=run, payload={"trade_count": 9}, new_trades=TradesFile(9))
    assert refusal.value.current == 1
    assert sessions.get(engine, running.id) == running
    assert announced(engine, running.id) == []


@pytest.mark.parametrize("run", [1, None])
def test_a_session_that_is_not_live_refuses_heartbeats(
    engine: Engine, running: SessionRow, run: int | None
) -> None:
    change_status(engine, running.id, Event.STOP)
    with pytest.raises(StaleRun, match="stopped"):
        record_heartbeat(engine, running.id, run=run)


def test_nobody_has_no_heartbeat(engine: Engine) -> None:
    with pytest.raises(NotFound):
        record_heartbeat(engine, "nobody", run=1)


def test_a_paused_session_sends_heartbeats(engine: Engine, running: SessionRow) -> None:
    change_status(engine, running.id, Event.PAUSE)
    record_heartbeat(engine, running.id, run=1, payload={"state": "paused"}, now=NOW)
    assert sessions.get(engine, running.id).heartbeat_at == NOW


def test_each_new_trade_gets_one_event_and_the_file_is_read_only_then(
    engine: Engine, running: SessionRow
) -> None:
    file = TradesFile(3)
    for count in (0, 2, 3, 3, 3):
        file.trades = TradesFile(count).trades
        record_heartbeat(engine, running.id, run=1, payload={"trade_count": count}, new_trades=file)
    assert announced(engine, running.id) == [0, 1, 2]
    assert file.read == 2
    assert sessions.get(engine, running.id).trades_announced == 3


def test_heartbeats_at_the_same_time_announce_each_trade_once(
    engine: Engine, up_to_date: str, running: SessionRow
) -> None:
    def beat(count: int) -> None:
        mine = make_engine(up_to_date)
        record_heartbeat(
            mine, running.id, run=1, payload={"trade_count": count}, new_trades=TradesFile(count)
        )
        mine.dispose()

    for start in (0, 10, 20):
        with ThreadPoolExecutor(5) as threads:
            list(threads.map(beat, [start + 10] * 5))
    assert sorted(announced(engine, running.id)) == list(range(30))


def test_a_trades_file_that_cannot_be_read_is_made_up_for_later(engine: Engine, running: SessionRow) -> None:
    record_heartbeat(engine, running.id, run=1, payload={"trade_count": 2}, new_trades=lambda _: [])
    row = sessions.get(engine, running.id)
    assert (row.trade_count, row.trades_announced) == (2, 0)
    record_heartbeat(engine, running.id, run=1, payload={"trade_count": 2}, new_trades=TradesFile(2))
    assert announced(engine, running.id) == [0, 1]


def test_many_trades_are_announced_in_order(engine: Engine, running: SessionRow) -> None:
    file = TradesFile(1_203)
    record_heartbeat(engine, running.id, run=1, payload={"trade_count": 1_203}, new_trades=file)
    assert announced(engine, running.id) == list(range(1_203))


def test_a_backtest_counts_its_trades_anew_in_each_run(engine: Engine, make_session: MakeSession) -> None:
    id = make_session(type=SessionType.BACKTEST).id
    for run in (1, 2):
        change_status(engine, id, Event.START)
        record_heartbeat(engine, id, run=run, payload={"trade_count": 2}, new_trades=TradesFile(2))
        change_status(engine, id, Event.STOP)
    assert announced(engine, id) == [0, 1, 0, 1]


def test_results_are_brought_up_to_date_from_the_files_in_any_state(
    engine: Engine, running: SessionRow
) -> None:
    change_status(engine, running.id, Event.FINISHED)
    counters = {"trade_count": 2, "total_pnl": "0.5", "win_rate": 50, "sharpe": 1.0}
    for _ in range(2):
        sync_results(engine, running.id, counters, run=1, new_trades=TradesFile(2))
    row = sessions.get(engine, running.id)
    assert (row.status, row.trade_count, row.total_pnl) == (Status.COMPLETED, 2, Decimal("0.5"))
    assert row.heartbeat_at is None
    assert announced(engine, running.id) == [0, 1]
    sync_results(engine, running.id, {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("trade_count", 2**31),
        ("trade_count", -1),
        ("total_pnl", 1e12),
        ("total_pnl", "much"),
        ("win_rate", 1000),
        ("max_drawdown", float("inf")),
    ],
)
def test_a_figure_that_its_column_cannot_hold_is_refused_by_name(
    engine: Engine, running: SessionRow, name: str, value: Any
) -> None:
    with pytest.raises(BadValue) as refusal:
        sync_results(engine, running.id, {name: value})
    assert refusal.value.field == name
    assert sessions.get(engine, running.id) == running
