"""The only writer of a session's status and run.

Compare-and-set: the update names the status and the run it saw, so of two that act at the same instant
exactly one wins, and the event row is written in the same transaction. Heartbeats write no event rows (see
`results`).
"""

import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from schema.db.engine import transact
from schema.db.errors import BadValue, Contention, NotFound, StaleRun
from schema.db.events import insert_events
from schema.db.models import EventType, SessionType, sessions
from schema.db.rows import SessionRow, session_row
from schema.db.texts import mended
from schema.states import LIVE, Event, Status, next_status

MESSAGE_LENGTH = 10_000
"""Longest exit message that is kept, in characters (TEXT holds 65,535 bytes)."""

EVENT_OF: Mapping[Event, EventType] = {
    Event.START: EventType.STARTED,
    Event.START_FAILED: EventType.ERROR,
    Event.STOP: EventType.STOPPED,
    Event.PAUSE: EventType.PAUSED,
    Event.RESUME: EventType.RESUMED,
    Event.FINISHED: EventType.COMPLETED,
    Event.CRASHED: EventType.FAILED,
}

_NO_EXIT = {"exit_code": None, "exit_signal": None, "exit_outcome": None, "exit_message": None}
_AT_START = {**_NO_EXIT, "stopped_at": None, "last_updated": None, "heartbeat_at": None, "restarts": 0}
_EMPTY_BACKTEST = {
    "trade_count": 0,
    "total_pnl": Decimal(0),
    "win_rate": Decimal(0),
    "max_drawdown": Decimal(0),
    "trades_announced": 0,
    "heartbeat": None,
}
_SETTABLE = frozenset({*_NO_EXIT, "pid", "started_at", "stopped_at", "restarts", "trades_file", "logs_file"})


def change_status(
    engine: Engine,
    session_id: str,
    event: Event,
    *,
    run: int | None = None,
    data: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    now: float | None = None,
) -> SessionRow:
    """Move a session along the state table and record why, in one transaction.

    `start` raises the run by one and remembers what it overwrites; `start_failed` puts that back (not the
    run). What ends a run clears the PID and sets `stopped_at`.

    Args:
        run: the run that the caller speaks for, None for whichever it is.
        data: goes into the event row, beside status, previous, run and at.
        values: other columns to set with it: pid, started_at, stopped_at, exit_*, restarts, trades_file,
            logs_file.

    Returns:
        The row as it is now.

    Raises:
        NotFound, IllegalTransition, StaleRun, BadValue, DatabaseDown
    """
    moment = time.time() if now is None else now
    extra = _checked(values)

    def work(connection: Connection) -> SessionRow:
        row = _seen(connection, session_id, run)
        following = next_status(row.status, event, before_start=_started_from(row))
        changes = {**_effects(row, event, moment), **extra, "status": following}
        _compare_and_set(connection, row, changes)
        now_at = session_row(connection.execute(select(sessions).where(sessions.c.id == session_id)).one())
        told = {"status": following.value, "previous": row.status.value, "run": now_at.run, **(data or {})}
        insert_events(connection, session_id, EVENT_OF[event], [told], moment)
        return now_at

    return transact(engine, work)


def relaunch(
    engine: Engine,
    session_id: str,
    *,
    run: int,
    restarts: int = 0,
    data: Mapping[str, Any] | None = None,
    now: float | None = None,
) -> SessionRow:
    """Begin a new run of a live session whose process is gone; the status stays, a `restarted` event is
    written.

    Args:
        run: the run that ended.
        restarts: launches in a row by the restart policy, 0 where it was no crash.

    Raises:
        NotFound, StaleRun (it is not live, or at another run), DatabaseDown
    """
    changes = {**_AT_START, "run": run + 1, "pid": None, "restarts": restarts}
    return record(
        engine,
        session_id,
        run=run,
        values=changes,
        event=EventType.RESTARTED,
        data={**(data or {}), "run": run + 1},
        now=now,
    )


def record(
    engine: Engine,
    session_id: str,
    *,
    run: int,
    values: Mapping[str, Any] | None = None,
    event: EventType | None = None,
    data: Mapping[str, Any] | None = None,
    now: float | None = None,
) -> SessionRow:
    """Note something about the current run of a live session without moving it: its PID, an adoption, an
    error.

    Raises:
        NotFound, StaleRun (it is not live, or at another run), BadValue, DatabaseDown
    """
    moment = time.time() if now is None else now
    changes = _checked(values, also=frozenset({"run", "last_updated", "heartbeat_at"}))

    def work(connection: Connection) -> SessionRow:
        row = _seen(connection, session_id, run)
        if row.status not in LIVE:
            raise StaleRun(session_id, run, row.run, row.status)
        if changes:
            _compare_and_set(connection, row, changes)
        if event is not None:
            told = {"status": row.status.value, "run": row.run, **(data or {})}
            insert_events(connection, session_id, event, [told], moment)
        return session_row(connection.execute(select(sessions).where(sessions.c.id == session_id)).one())

    return transact(engine, work)


def _seen(connection: Connection, session_id: str, run: int | None) -> SessionRow:
    found = connection.execute(select(sessions).where(sessions.c.id == session_id)).first()
    if found is None:
        raise NotFound("session", session_id)
    row = session_row(found)
    if run is not None and run != row.run:
        raise StaleRun(session_id, run, row.run, row.status)
    return row


def _compare_and_set(connection: Connection, row: SessionRow, changes: Mapping[str, Any]) -> None:
    seen = (sessions.c.id == row.id, sessions.c.status == row.status, sessions.c.run == row.run)
    if connection.execute(update(sessions).where(*seen).values(**changes)).rowcount != 1:
        # Somebody else was faster. Rolled back and begun again, the table of states says what that means now.
        raise Contention(f"session {row.id} is being changed by somebody else")


def _effects(row: SessionRow, event: Event, now: float) -> dict[str, Any]:
    if event is Event.START:
        changes: dict[str, Any] = {**_AT_START, "pid": None, "started_at": now}
        if row.type is SessionType.BACKTEST:  # it starts empty, while others go on from their snapshot
            changes |= _EMPTY_BACKTEST
        return {**changes, "run": row.run + 1, "before_start": _remembered(row, changes)}
    if event is Event.START_FAILED:
        return {**_put_back(row), "before_start": None}
    if event in (Event.PAUSE, Event.RESUME):
        return {}
    return {"pid": None, "stopped_at": now, "before_start": None}


def _remembered(row: SessionRow, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What the changes overwrite, as JSON."""
    old = {name: getattr(row, name) for name in ("status", *changes)}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in old.items()}


def _put_back(row: SessionRow) -> dict[str, Any]:
    return {name: value for name, value in (row.before_start or {}).items() if name != "status"}


def _started_from(row: SessionRow) -> Status | None:
    remembered = (row.before_start or {}).get("status")
    return Status(remembered) if remembered else None


def _checked(values: Mapping[str, Any] | None, also: frozenset[str] = frozenset()) -> dict[str, Any]:
    changes = dict(values or {})
    for name in changes.keys() - _SETTABLE - also:
        raise BadValue(name, "is not a column that may be set here")
    if changes.get("exit_message") is not None:
        changes["exit_message"] = mended(str(changes["exit_message"]))[:MESSAGE_LENGTH]
    return changes
