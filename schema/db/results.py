"""What a run tells of itself: heartbeats, and results read from its files."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Update, bindparam, select, update

from schema.db.engine import reading, transact
from schema.db.errors import BadValue, Contention, NotFound, StaleRun
from schema.db.events import insert_events
from schema.db.models import EventType, sessions
from schema.db.rows import SessionRow, session_row
from schema.db.texts import check_json
from schema.db.types import Money
from schema.states import LIVE

TradesFrom = Callable[[int], Sequence[Mapping[str, Any]]]
"""Reads closed trades from the trades file, from the given index (0-based) on; it may return fewer than there
are.
"""

_COUNTERS = ("trade_count", "total_pnl", "win_rate", "max_drawdown")
_LARGEST_INT = 2**31 - 1
_BATCH = 500  # trades announced in one transaction: others want to write too
_TRIES = 10


def record_heartbeat(
    engine: Engine,
    session_id: str,
    *,
    run: int | None,
    payload: Mapping[str, Any] | None = None,
    new_trades: TradesFrom | None = None,
    now: float | None = None,
) -> int:
    """Store a heartbeat: last_updated, the counters in it, and the payload as it is. No event row is written
    for it.

    Trades that have no `trade` event yet get one in the same transaction, each exactly once however many
    heartbeats arrive at the same time; a trades file that cannot be read now is made up for by a later
    heartbeat.

    Args:
        run: the run that speaks; None (an empty body) for whichever it is.
        payload: the body, as JSON; an empty one leaves counters and the former payload alone.
        new_trades: called outside of any transaction, and only when there are trades to announce.

    Returns:
        last_updated, Unix seconds.

    Raises:
        NotFound, BadValue
        StaleRun: the run is not the current one or the session is not live; the bot must end itself.
        DatabaseDown
    """
    moment = time.time() if now is None else now
    changes: dict[str, Any] = {"last_updated": moment, "heartbeat_at": moment}
    if payload:
        check_json("heartbeat", payload)
        changes |= {**_counters(payload), "heartbeat": dict(payload)}
    _store(engine, session_id, run, changes, new_trades, moment, live_only=True)
    return int(moment)


def sync_results(
    engine: Engine,
    session_id: str,
    counters: Mapping[str, Any],
    *,
    run: int | None = None,
    new_trades: TradesFrom | None = None,
    now: float | None = None,
) -> None:
    """Bring a row up to date from the session's files, which are the truth, whatever its state.

    Args:
        counters: any of trade_count, total_pnl, win_rate, max_drawdown; other keys are ignored.

    Raises:
        NotFound, BadValue, StaleRun, DatabaseDown
    """
    moment = time.time() if now is None else now
    _store(engine, session_id, run, _counters(counters), new_trades, moment, live_only=False)


def _store(
    engine: Engine,
    session_id: str,
    run: int | None,
    changes: dict[str, Any],
    new_trades: TradesFrom | None,
    now: float,
    *,
    live_only: bool,
) -> None:
    told = changes.get("trade_count")
    announces = told is not None and new_trades is not None
    # The usual heartbeat: nothing to announce, one statement.
    usual = _update(run is not None, live_only, announced=announces)
    if changes and _stored(engine, usual, {**changes, "_id": session_id, "_run": run, "_told": told}):
        return
    tries = 0
    while tries < _TRIES:
        row = _current(engine, session_id, run, live_only)
        unannounced = new_trades(row.trades_announced) if announces and new_trades else []
        trades = unannounced[:_BATCH]
        if not _announce(engine, row, changes, trades, run, now, live_only):
            tries += 1
        elif len(trades) == len(unannounced):
            return
    raise Contention(f"session {session_id} is being changed by somebody else")


def _announce(
    engine: Engine,
    row: SessionRow,
    changes: Mapping[str, Any],
    trades: Sequence[Mapping[str, Any]],
    run: int | None,
    now: float,
    live_only: bool,
) -> bool:
    """Whether it could be stored; not so when another heartbeat announced the same trades in the meantime."""
    announced = row.trades_announced + len(trades)
    statement = _update(run is not None, live_only).where(
        sessions.c.trades_announced == row.trades_announced, sessions.c.run == row.run
    )
    values = {**changes, "trades_announced": announced, "_id": row.id, "_run": run}

    def work(connection: Connection) -> bool:
        if connection.execute(statement, values).rowcount != 1:
            return False
        insert_events(connection, row.id, EventType.TRADE, trades, now)
        return True

    return transact(engine, work, durable=False)


@cache
def _update(of_run: bool, live_only: bool, announced: bool = False) -> Update:
    """Sets the columns that its parameters name, of the row `_id`. Made once: to put the statement together
    takes longer than to run it.

    Args:
        of_run: only where the run is `_run`.
        announced: only where `_told` trades have their events.
    """
    statement = update(sessions).where(sessions.c.id == bindparam("_id"))
    if of_run:
        statement = statement.where(sessions.c.run == bindparam("_run"))
    if live_only:
        statement = statement.where(sessions.c.status.in_(sorted(LIVE)))
    return statement.where(sessions.c.trades_announced >= bindparam("_told")) if announced else statement


def _stored(engine: Engine, statement: Update, values: Mapping[str, Any]) -> bool:
    return transact(
        engine, lambda connection: connection.execute(statement, values).rowcount == 1, durable=False
    )


def _current(engine: Engine, session_id: str, run: int | None, live_only: bool) -> SessionRow:
    with reading(engine) as connection:
        found = connection.execute(select(sessions).where(sessions.c.id == session_id)).first()
    if found is None:
        raise NotFound("session", session_id)
    row = session_row(found)
    if (run is not None and run != row.run) or (live_only and not row.is_live):
        raise StaleRun(session_id, run, row.run, row.status)
    return row


def _counters(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The counters among the payload's entries, checked against what their columns hold."""
    found = {name: payload[name] for name in _COUNTERS if payload.get(name) is not None}
    for name, value in found.items():
        column = sessions.c[name].type
        try:
            found[name] = column.rounded(value) if isinstance(column, Money) else _integer(value)
        except (ValueError, ArithmeticError) as error:
            raise BadValue(name, str(error) or f"{value!r} is no number") from None
    return found


def _integer(value: Any) -> int:
    number = int(value)
    if not 0 <= number <= _LARGEST_INT:
        raise ValueError(f"{value} is not within 0 and {_LARGEST_INT}")
    return number
