"""Writing down how a run ended: counters, status and event. What is booked leaves no exit note behind."""

from contextlib import suppress
from typing import Any

from schema.db.errors import BadValue, DatabaseDown
from schema.db.results import TradesFrom
from schema.db.rows import SessionRow
from schema.exits import ExitNote
from schema.files.trades import TradesReader
from schema.home import Home
from schema.states import Event
from supervisor.events import log
from supervisor.evidence import metrics_of, note_of
from supervisor.launcher import LaunchFailed
from supervisor.outcome import Complete, Decision, Failed, StartFailed, Stopped, exit_columns
from supervisor.store import Store

_TRADES = 1000  # announced at once


class Booking:
    """Books ends. DatabaseDown leaves everything as it was: the note stays, and the next look books it."""

    def __init__(self, home: Home, store: Store) -> None:
        self._home = home
        self._store = store

    async def ended(self, row: SessionRow, decision: Decision) -> SessionRow:
        """The row after a decision that ends the run. Raises DatabaseDown."""
        note = note_of(self._home, row.id, row.run)
        match decision:
            case Complete():
                event, message = Event.FINISHED, note.message if note else ""
            case Stopped():
                # How it ended is told all the same: it may have been killed, or have broken over its end.
                event, message = Event.STOP, note.message if note else ""
            case StartFailed(message=message):
                event = Event.START_FAILED
            case Failed(message=message):
                event = Event.CRASHED
            case _:
                raise AssertionError(f"{decision} ends no run")
        await self.counters(row)
        columns = (
            {} if event is Event.START_FAILED else {**exit_columns(note), "exit_message": message or None}
        )
        told = {**({"message": message} if message else {}), **_details(note)}
        row = await self._store.change(row.id, event, run=row.run, values=columns, data=told)
        self._clear(row.id)
        log.info("session %s is %s%s", row.id, row.status.value, f": {message}" if message else "")
        return row

    async def start_failed(self, row: SessionRow, failure: LaunchFailed) -> None:
        """Put the row back to what it was before the start."""
        log.warning("session %s did not start: %s", row.id, failure.message)
        told = {"message": failure.message, "code": failure.code, **failure.details}
        try:
            await self._store.change(row.id, Event.START_FAILED, run=row.run, data=told)
        except DatabaseDown as error:
            log.warning("session %s: its failed start is written down later: %s", row.id, error)
        else:
            self._clear(row.id)

    async def counters(self, row: SessionRow) -> None:
        """Bring the counters up to date from the session's files. Raises DatabaseDown."""
        metrics = metrics_of(self._home, row.id)
        if metrics.get("run", row.run) != row.run:
            return  # an earlier run's
        try:
            await self._store.sync(row.id, row.run, metrics, self._trades(row.id))
        except BadValue as error:
            log.warning("session %s: its metrics cannot be stored: %s", row.id, error)

    def _trades(self, id: str) -> TradesFrom:
        reader = TradesReader(self._home.trades(id))
        return lambda first: reader.page(first, _TRADES, newest_first=False).trades

    def _clear(self, id: str) -> None:
        home = self._home
        for left in (home.exit_note(id), home.want(id), home.actual(id), home.lock(id)):
            with suppress(OSError):
                left.unlink()


def _details(note: ExitNote | None) -> dict[str, Any]:
    if note is None:
        return {}
    told = {"outcome": note.outcome.value, "exit_code": note.code, "signal": note.signal}
    return {**{name: value for name, value in told.items() if value is not None}, **note.details}
