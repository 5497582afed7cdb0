"""What the API learns itself and streams at once: heartbeats and deletions (there is one worker process)."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

_KEEP_SECONDS = 60.0
_KEEP_DELETIONS = 10_000


@dataclass(frozen=True)
class Beat:
    """A heartbeat as it arrived; `at` is Unix seconds."""

    number: int
    session: str
    at: float
    payload: dict[str, Any]


class Bus:
    """The latest heartbeat of each session, and the sessions that were deleted lately.

    A listener keeps its own place and takes what is newer; of several heartbeats of one session it gets
    the last, so a slow one falls behind nobody and costs nobody anything.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self._beats: OrderedDict[str, Beat] = OrderedDict()
        self._deleted: deque[tuple[int, str]] = deque(maxlen=_KEEP_DELETIONS)
        self._listeners: dict[str | None, list[Listener]] = {}

    def heartbeat(self, session: str, payload: dict[str, Any], at: float | None = None) -> None:
        """Tell a heartbeat to all who listen."""
        now = time.time() if at is None else at
        with self._lock:
            self._number += 1
            self._beats[session] = Beat(self._number, session, now, payload)
            self._beats.move_to_end(session)
            while self._beats and next(iter(self._beats.values())).at < now - _KEEP_SECONDS:
                self._beats.popitem(last=False)
            listeners = self._concerned(session)
        for listener in listeners:
            listener.wake()

    def deletion(self, session: str) -> None:
        """Tell that a session is gone."""
        with self._lock:
            self._number += 1
            self._beats.pop(session, None)
            self._deleted.append((self._number, session))
            listeners = self._concerned(session)
        for listener in listeners:
            listener.wake()

    @contextmanager
    def listening(self, wake: Callable[[], None], session: str | None = None) -> Iterator["Listener"]:
        """Listen to one session or, with None, to all, from now on. `wake` must only set a flag."""
        with self._lock:
            listener = Listener(self, wake, session, self._number)
            self._listeners.setdefault(session, []).append(listener)
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners[session].remove(listener)
                if not self._listeners[session]:
                    del self._listeners[session]

    def _concerned(self, session: str) -> list["Listener"]:
        return [*self._listeners.get(session, ()), *self._listeners.get(None, ())]

    def newer(self, number: int, session: str | None) -> tuple[int, list[Beat], list[str]]:
        """The place reached, heartbeats and deletions after `number`, oldest first."""
        with self._lock:
            if number == self._number:
                return number, [], []
            beats: list[Beat] = []
            for beat in reversed(self._beats.values()):
                if beat.number <= number:
                    break
                if session in (None, beat.session):
                    beats.append(beat)
            gone = [name for at, name in self._deleted if at > number and session in (None, name)]
            return self._number, beats[::-1], gone


class Listener:
    """One listener's place on the bus."""

    def __init__(self, bus: Bus, wake: Callable[[], None], session: str | None, number: int) -> None:
        self._bus = bus
        self.wake = wake
        self._session = session
        self._number = number

    def take(self) -> tuple[list[Beat], list[str]]:
        """Heartbeats and ids of deleted sessions since the last call."""
        self._number, beats, gone = self._bus.newer(self._number, self._session)
        return beats, gone
