"""The audit trail, and the change feed that is read from it."""

import time
from collections.abc import Callable, Mapping, Sequence
from math import floor
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select

from schema.db.engine import reading, transact
from schema.db.models import EventType, session_events
from schema.db.rows import EventRow, event_row
from schema.db.texts import mended_json

_table = session_events


def insert_events(
    connection: Connection, session_id: str, kind: EventType, data: Sequence[Mapping[str, Any]], now: float
) -> None:
    """Insert one row for each of `data`, as a part of the caller's transaction. `at` is added to what has
    none.
    """
    if not data:
        return
    at = floor(now * 1000) / 1000  # never rounded into the next second, which `created_at` would not show
    rows = [
        {
            "session_id": session_id,
            "event_type": kind,
            "event_data": mended_json({"at": at, **one}),
            "created_at": now,
        }
        for one in data
    ]
    connection.execute(insert(_table), rows)


def append(
    engine: Engine,
    session_id: str,
    kind: EventType,
    data: Mapping[str, Any] | None = None,
    *,
    now: float | None = None,
) -> None:
    """Add one event to a session. (One that is gone: IntegrityError; callers know their session.)"""
    moment = time.time() if now is None else now
    transact(engine, lambda connection: insert_events(connection, session_id, kind, [data or {}], moment))


def page(
    engine: Engine,
    session_id: str,
    *,
    limit: int = 50,
    offset: int = 0,
    types: Sequence[EventType] = (),
    newest_first: bool = True,
) -> tuple[list[EventRow], int]:
    """Events of one session in the order in which they were recorded, and how many there are in all."""
    wanted = [_table.c.session_id == session_id]
    if types:
        wanted.append(_table.c.event_type.in_(types))
    order = _table.c.id.desc() if newest_first else _table.c.id.asc()
    with reading(engine) as connection:
        total = connection.scalar(select(func.count()).select_from(_table).where(*wanted)) or 0
        found = connection.execute(select(_table).where(*wanted).order_by(order).limit(limit).offset(offset))
        return [event_row(row) for row in found], total


def since(engine: Engine, after_id: int, limit: int = 200) -> list[EventRow]:
    """Events of all sessions with greater ids, oldest first.

    On MariaDB an id is given before its transaction commits, so a smaller id can appear after a greater one.
    Whoever follows the changes uses `EventFeed`, which looks back.
    """
    with reading(engine) as connection:
        found = connection.execute(
            select(_table).where(_table.c.id > after_id).order_by(_table.c.id).limit(limit)
        )
        return [event_row(row) for row in found]


def newest_id(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.scalar(select(func.max(_table.c.id))) or 0


class EventFeed:
    """Every new event exactly once.

    Each `poll` looks at all ids behind a floor and returns those that it has not seen. The floor follows at a
    distance of `window` seconds, longer than any transaction takes, so that an id that commits late is still
    found. Within one answer events are in the order of their ids. Not for use by several threads at once.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        after: int | None = None,
        window: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin behind event `after`, by default with what happens from now on."""
        self._engine = engine
        self._window = window
        self._clock = clock
        self._seen: dict[int, float] = {}  # id: when it was seen, in the order of seeing
        self._floor = after if after is not None else newest_id(engine)
        if after is None:
            self._look_back(200)

    def poll(self, limit: int = 500) -> list[EventRow]:
        """New events, at most `limit`; the rest come with the next call.

        Raises:
            DatabaseDown: nothing is lost, the next call continues.
        """
        now = self._clock()
        ids = _table.c.id
        with reading(self._engine) as connection:
            there = connection.scalars(select(ids).where(ids > self._floor).order_by(ids)).all()
            fresh = [id for id in there if id not in self._seen][:limit]
            if not fresh:
                rows = []
            else:
                found = connection.execute(select(_table).where(ids.in_(fresh)).order_by(ids))
                rows = [event_row(row) for row in found]
        self._seen.update((row.id, now) for row in rows)
        self._raise_floor(now)
        return rows

    def _look_back(self, distance: int) -> None:
        """Count the latest events as seen, so that one with a smaller id that commits in this moment is
        found.
        """
        start = max(0, self._floor - distance)
        ids = _table.c.id
        with reading(self._engine) as connection:
            there = connection.scalars(select(ids).where(ids > start).order_by(ids)).all()
        self._seen = dict.fromkeys(there, self._clock())
        self._floor = start

    def _raise_floor(self, now: float) -> None:
        while self._floor + 1 in self._seen:  # no gap, so nothing can appear in it
            self._floor += 1
            del self._seen[self._floor]
        # Fresh ids are taken from the smallest on: what is below one seen long ago was seen, or is too late.
        old = [id for id, seen in self._seen.items() if now - seen > self._window]
        if old:
            self._floor = max(old)
            self._seen = {id: seen for id, seen in self._seen.items() if id > self._floor}
