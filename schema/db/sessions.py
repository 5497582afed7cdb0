"""Making, reading, editing, cloning and deleting sessions. Their status is changed in `status`, lists are in
`listing`.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from schema import markets
from schema.db.engine import reading, transact
from schema.db.errors import BadValue, Conflict, Contention, NotFound
from schema.db.events import insert_events
from schema.db.ids import new_id
from schema.db.models import EventType, SessionType, sessions
from schema.db.rows import SessionRow, session_row
from schema.db.texts import check_values
from schema.home import Home
from schema.states import LIVE, Status

NAME_LENGTH = 255
_ALWAYS_EDITABLE = frozenset({"name", "notes"})
_EDITABLE_WHILE_CREATED = frozenset({"strategy_params", "settings", "range_start", "range_end"})


@dataclass(frozen=True)
class NewSession:
    """What a session is made of; validated by the caller.

    Attributes:
        name: None for a made-up one, such as "BTC Test #3".
        range_start, range_end: Unix seconds, the end exclusive; backtests only.
    """

    type: SessionType
    market: str
    exchange: str
    strategy: str
    strategy_params: dict[str, Any]
    settings: dict[str, Any]
    name: str | None = None
    range_start: int | None = None
    range_end: int | None = None
    notes: str | None = None


def check_new(new: NewSession) -> None:
    """Raises BadValue for what `create` would refuse."""
    check_values(sessions, asdict(new))


def create(engine: Engine, new: NewSession, *, now: float | None = None) -> SessionRow:
    """Insert a session in state `created`, with its event."""
    moment = time.time() if now is None else now
    return transact(engine, lambda connection: _insert(connection, new, None, moment))


def get(engine: Engine, session_id: str) -> SessionRow:
    """Raises NotFound, DatabaseDown."""
    with reading(engine) as connection:
        return _read(connection, session_id)


def patch(
    engine: Engine, session_id: str, changes: Mapping[str, Any], *, now: float | None = None
) -> SessionRow:
    """Edit name and notes at any time; strategy_params, settings and the range only while `created`.

    Raises:
        NotFound, BadValue (no such field)
        Conflict: it is not `created` any more.
        DatabaseDown
    """
    moment = time.time() if now is None else now
    for name in changes.keys() - _ALWAYS_EDITABLE - _EDITABLE_WHILE_CREATED:
        raise BadValue(name, "cannot be edited")
    check_values(sessions, changes)
    needs_created = sorted(changes.keys() & _EDITABLE_WHILE_CREATED)

    def work(connection: Connection) -> SessionRow:
        row = _read(connection, session_id)
        if not changes:
            return row
        if needs_created and row.status is not Status.CREATED:
            raise Conflict(
                f"{' and '.join(needs_created)} can be edited only before the first start; "
                "clone the session to change them",
                row.status,
            )
        statement = update(sessions).where(sessions.c.id == session_id, sessions.c.status == row.status)
        if connection.execute(statement.values(**changes)).rowcount != 1:
            raise Contention(f"session {session_id} is being changed by somebody else")
        told = {"fields": sorted(changes), "status": row.status.value, "run": row.run}
        insert_events(connection, session_id, EventType.UPDATED, [told], moment)
        return _read(connection, session_id)

    return transact(engine, work)


def clone(
    engine: Engine, session_id: str, overrides: Mapping[str, Any] | None = None, *, now: float | None = None
) -> SessionRow:
    """A new session of the same configuration, in state `created`, that remembers what it was cloned from.

    Args:
        overrides: fields of NewSession that differ; the name is "Clone of ..." unless given.

    Raises:
        NotFound, BadValue (no such field), DatabaseDown
    """
    moment = time.time() if now is None else now
    given = dict(overrides or {})
    for name in given.keys() - NewSession.__dataclass_fields__.keys():
        raise BadValue(name, "is no part of a session's configuration")

    def work(connection: Connection) -> SessionRow:
        original = _read(connection, session_id)
        copied = {name: getattr(original, name) for name in NewSession.__dataclass_fields__}
        copied["strategy_params"] = original.strategy_params or {}
        copied["settings"] = original.settings or {}
        copied["name"] = f"Clone of {original.name or original.id}"[:NAME_LENGTH]
        return _insert(connection, NewSession(**{**copied, **given}), session_id, moment)

    return transact(engine, work)


def remove(engine: Engine, session_id: str) -> SessionRow:
    """Delete a session that is not running, with its events; its clones stay. Its files are the caller's to
    remove.

    Returns:
        The row as it was.

    Raises:
        NotFound, DatabaseDown
        Conflict: it is running or paused.
    """

    def work(connection: Connection) -> SessionRow:
        row = _read(connection, session_id)
        if row.status in LIVE:
            raise Conflict(
                f"a session that is {row.status.value} cannot be deleted; stop it first", row.status
            )
        statement = delete(sessions).where(sessions.c.id == session_id, sessions.c.status == row.status)
        if connection.execute(statement).rowcount != 1:
            raise Contention(f"session {session_id} is being changed by somebody else")
        return row

    return transact(engine, work)


def running(engine: Engine) -> list[SessionRow]:
    """Every session that a process belongs to, running or paused: what the daemon keeps alive."""
    statement = select(sessions).where(sessions.c.status.in_(sorted(LIVE)))
    with reading(engine) as connection:
        found = connection.execute(statement.order_by(sessions.c.created_at, sessions.c.id))
        return [session_row(row) for row in found]


def _read(connection: Connection, session_id: str) -> SessionRow:
    found = connection.execute(select(sessions).where(sessions.c.id == session_id)).first()
    if found is None:
        raise NotFound("session", session_id)
    return session_row(found)


def _insert(connection: Connection, new: NewSession, cloned_from: str | None, now: float) -> SessionRow:
    id = new_id()
    files = Home(Path())  # relative, so that a home can be moved
    values = asdict(new)
    values["name"] = new.name if new.name is not None else _made_up_name(connection, new)
    check_values(sessions, values)
    connection.execute(
        insert(sessions).values(
            **values,
            id=id,
            status=Status.CREATED,
            created_at=now,
            cloned_from=cloned_from,
            trades_file=str(files.trades(id)),
            logs_file=str(files.log(id)),
        )
    )
    told = {"status": Status.CREATED.value, "run": 0, "cloned_from": cloned_from}
    insert_events(connection, id, EventType.CREATED, [told], now)
    return _read(connection, id)


def _made_up_name(connection: Connection, new: NewSession) -> str:
    """Coin and type, and the number after the newest session's that was named so."""
    prefix = f"{_coins(new.market)} {new.type.value.capitalize()} #"
    names = connection.scalars(
        select(sessions.c.name)
        .where(sessions.c.type == new.type, sessions.c.name.startswith(prefix, autoescape=True))
        .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
        .limit(20)
    )
    numbers = [int(found[1]) for name in names if (found := re.fullmatch(r".*#(\d{1,9})", name or ""))]
    return f"{prefix}{max(numbers, default=0) + 1}"


def _coins(market: str) -> str:
    """Short name of a market, such as "BTC" or, for a pair, "BTC/ETH"; a ccxt symbol gives its coin, an
    unknown name stays."""
    names = []
    for leg in market.split("+"):
        try:
            names.append(markets.resolve(leg, "sandbox").base)
        except markets.UnknownMarket:
            names.append(leg.partition("/")[0])
    return "/".join(names)
