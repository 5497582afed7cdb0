"""The events of all sessions as a stream: one reader of the database for all who listen, if anybody does."""

import logging
import threading
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import Engine

from schema.db import events
from schema.db.errors import DatabaseDown
from schema.db.rows import EventRow

log = logging.getLogger(__name__)

POLL_SECONDS = 0.2
_KEEP = 5_000
_PATIENCE_SECONDS = 1.0


class InOrder:
    """Puts events into the order of their ids.

    MariaDB gives an id before its transaction commits, so a smaller id can come after a greater one.
    Whoever resumes behind the greater one would never see it; so an event waits until its forerunners are
    there, or for `patience` seconds where they do not come (an id that was rolled back or deleted never
    does).
    """

    def __init__(self, last: int, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._last = last
        self._patience = patience
        self._clock = clock
        self._waiting: dict[int, tuple[float, EventRow]] = {}

    def put(self, rows: list[EventRow]) -> list[EventRow]:
        """Take new events, and give those whose turn it is."""
        now = self._clock()
        self._waiting.update((row.id, (now, row)) for row in rows)
        ready: list[EventRow] = []
        for id in sorted(self._waiting):
            since, row = self._waiting[id]
            if id > self._last + 1 and now - since < self._patience:
                break
            del self._waiting[id]
            if id < self._last:
                log.warning("event %d was committed too late for the event stream", id)
                continue
            ready.append(row)
            self._last = id
        return ready


class EventStream:
    """Shares one reader among all listeners: it polls five times a second while there is one.

    The latest events are kept; a listener that is further behind reads the database by itself, so that it
    keeps nobody waiting and no event is held for it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._recent: deque[EventRow] = deque()
        self._start = 0  # every event after this one, and up to the newest, is in `recent`
        self._newest = 0
        self._listeners: list[Callable[[], None]] = []
        self._reader: threading.Thread | None = None

    @contextmanager
    def listening(self, wake: Callable[[], None]) -> Iterator[int]:
        """Call `wake` whenever there are new events; gives the id of the newest one there is.

        Raises:
            DatabaseDown: it cannot be told where the stream stands.
        """
        with self._lock:
            self._listeners.append(wake)
            try:
                if self._reader is None:
                    self._begin()
            except BaseException:
                self._listeners.remove(wake)
                raise
            newest = self._newest
        try:
            yield newest
        finally:
            with self._lock:
                self._listeners.remove(wake)

    def after(self, id: int, limit: int = 500) -> list[EventRow]:
        """Events behind `id` in the order of ids, at most `limit`; those that the stream has reached.

        Raises:
            DatabaseDown: they have to be read from the database, which cannot be used.
        """
        with self._lock:
            newest = self._newest
            if id >= self._start:
                first = bisect_right(self._recent, id, key=lambda row: row.id)
                return list(islice(self._recent, first, first + limit))
        return [row for row in events.since(self._engine, id, limit) if row.id <= newest]

    def forget(self, session: str) -> None:
        """Drop the events of a session that was deleted, as the database does."""
        with self._lock:
            self._recent = deque(row for row in self._recent if row.session_id != session)

    def _begin(self) -> None:
        self._start = self._newest = events.newest_id(self._engine)
        self._recent.clear()
        feed = events.EventFeed(self._engine, after=self._start)
        self._reader = threading.Thread(target=self._read, args=(feed,), name="event stream", daemon=True)
        self._reader.start()

    def _read(self, feed: events.EventFeed) -> None:
        # SQLite has one writer at a time: ids come in order, and no gap is worth waiting for.
        order = InOrder(self._start, 0.0 if self._engine.dialect.name == "sqlite" else _PATIENCE_SECONDS)
        while self._wanted():
            try:
                self._tell(order.put(feed.poll()))
            except DatabaseDown as error:  # nothing is lost: the next poll continues
                log.warning("the event stream waits: %s", error)
                time.sleep(1.0)
            except Exception:
                log.exception("the event stream failed and goes on")
                time.sleep(1.0)
            time.sleep(POLL_SECONDS)

    def _wanted(self) -> bool:
        with self._lock:
            if self._listeners:
                return True
            self._reader = None
            return False

    def _tell(self, rows: list[EventRow]) -> None:
        if not rows:
            return
        with self._lock:
            self._recent.extend(rows)
            self._newest = rows[-1].id
            while len(self._recent) > _KEEP:
                self._start = self._recent.popleft().id
            listeners = list(self._listeners)
        for wake in listeners:
            wake()
