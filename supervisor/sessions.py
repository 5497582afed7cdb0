"""What users ask of sessions: start, stop, restart, pause, resume; each is answered when it is so."""

import asyncio
import signal
from contextlib import suppress
from dataclasses import replace
from typing import Any

from schema.db.errors import DatabaseDown, NotFound, StaleRun
from schema.db.models import EventType
from schema.db.rows import SessionRow
from schema.home import Home
from schema.states import Event, Status, next_status
from schema.wants import Want, Wanted, read_actual
from supervisor import stopper
from supervisor.agents import Agents
from supervisor.booking import Booking
from supervisor.events import log
from supervisor.evidence import gather
from supervisor.launcher import ZYGOTE_DOWN, LaunchFailed
from supervisor.outcome import decide
from supervisor.refusal import Refusal
from supervisor.runs import Runs
from supervisor.store import Store
from supervisor.watch import Child

_CHANGES_WITHIN = 10.0
_LOOK_AGAIN = 0.005


class Sessions:
    """The operations, one at a time for each session. All raise Refusal and the schema's exceptions."""

    def __init__(
        self, home: Home, store: Store, runs: Runs, agents: Agents, booking: Booking, grace: float
    ) -> None:
        self._home = home
        self._store = store
        self._runs = runs
        self._agents = agents
        self._booking = booking
        self._grace = grace

    async def start(self, id: str) -> dict[str, Any]:
        async with self._runs.turn(id):
            return _told(*await self._start(id))

    async def stop(self, id: str) -> dict[str, Any]:
        async with self._runs.turn(id):
            return _told(await self.end(id), None)

    async def restart(self, id: str) -> dict[str, Any]:
        async with self._runs.turn(id):
            row = await self._store.session(id)
            if not row.is_live:
                return _told(*await self._start(id))
            await self._agents.ensure_for(row)  # before anything is ended for nothing
            await self.end(id)
            row, child = await self._start(id)
            with suppress(DatabaseDown):  # it runs all the same
                await self._store.record(
                    id, run=row.run, event=EventType.RESTARTED, data={"reason": "asked for"}
                )
            return _told(row, child)

    async def pause(self, id: str) -> dict[str, Any]:
        async with self._runs.turn(id):
            return _told(*await self._become(id, Event.PAUSE, "paused"))

    async def resume(self, id: str) -> dict[str, Any]:
        async with self._runs.turn(id):
            return _told(*await self._become(id, Event.RESUME, "running"))

    async def shut_down(self, child: Child) -> None:
        """End a session's process with the whole; its row stays as it is, since it comes back."""
        async with self._runs.turn(child.id):
            try:
                await stopper.stop(child, self._grace)
                await stopper.free_lock(self._home, child.id)
            except stopper.StillAlive as error:
                log.error("%s", error)
            with suppress(DatabaseDown, NotFound, StaleRun):
                await self._booking.counters(await self._store.session(child.id))

    async def _start(self, id: str) -> tuple[SessionRow, Child]:
        row = await self._store.session(id)
        next_status(row.status, Event.START)
        await self._agents.ensure_for(row)
        await stopper.free_lock(self._home, id)
        row = await self._store.change(id, Event.START, run=row.run)
        try:
            self._runs.want_launch(id, Want(row.run, "running"))
            child = await self._runs.launch(row)
        except LaunchFailed as failure:
            self._runs.note_failure(row, failure)
            await self._booking.start_failed(row, failure)
            if failure.code == ZYGOTE_DOWN:
                raise Refusal("zygote_down", failure.message) from None
            details = {"reason": failure.code, **failure.details}
            raise Refusal("start_failed", failure.message, **details) from None
        with suppress(DatabaseDown):  # it runs; the next look at it writes the PID down
            row = await self._store.record(id, run=row.run, values={"pid": child.pid})
        return row, child

    async def end(self, id: str) -> SessionRow:
        """Stop a session whose turn the caller has."""
        row = await self._store.session(id)
        next_status(row.status, Event.STOP)
        child = await self._runs.process(row)
        try:
            self._runs.want(row, "stopped")
        except OSError as error:  # a full disk: only a daemon that dies before the end would not know
            log.warning("session %s: its stop cannot be noted: %s", id, error)
        forced = child is not None and await stopper.stop(child, self._grace)
        await stopper.free_lock(self._home, id)
        self._runs.due.pop((id, row.run), None)
        log.info("session %s stopped%s", id, ", killed after the grace period" if forced else "")
        return await self._booking.ended(row, decide(replace(gather(self._home, row), stop_asked=True)))

    async def _become(self, id: str, event: Event, state: Wanted) -> tuple[SessionRow, Child | None]:
        """Pause or resume: answered when the process says that it is so."""
        row = await self._store.session(id)
        next_status(row.status, event)
        child = await self._runs.process(row)
        before: Wanted = "paused" if row.status is Status.PAUSED else "running"
        try:
            self._runs.want(row, state)
        except OSError as error:
            raise Refusal("not_writable", f"the session cannot be told: {error}", part="files") from None
        try:
            if child is not None:  # else it waits for its restart and will begin as what is wanted then
                await self._until_it_is(child, state)
            row = await self._store.change(id, event, run=row.run)
        except (Refusal, DatabaseDown):
            with suppress(OSError):
                self._runs.want(row, before)
            if child is not None:
                child.send(signal.SIGUSR1)
            raise
        log.info("session %s is %s", id, state)
        return row, child

    async def _until_it_is(self, child: Child, state: Wanted) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _CHANGES_WITHIN
        child.send(signal.SIGUSR1)
        while True:
            actual = read_actual(self._home.actual(child.id))
            if actual is not None and actual.run == child.run and actual.state == state:
                return
            if child.gone:
                raise Refusal(
                    "conflict", f"the session ended before it was {state}", status="ended", allowed=[]
                )
            if loop.time() > deadline:
                raise Refusal("timeout", f"the session was not {state} within {_CHANGES_WITHIN:g} s")
            await asyncio.sleep(_LOOK_AGAIN)


def _told(row: SessionRow, child: Child | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": row.status.value,
        "pid": child.pid if child else None,
        "run": row.run,
        "started_at": row.started_at,
    }
