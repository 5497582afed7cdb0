"""Closing the gap between what a session's row says and what is: at start-up, after each end, now and then.

It is the single way from a row to reality; crash recovery is nothing special.
"""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

from schema.db.errors import DatabaseDown, NotFound
from schema.db.models import EventType
from schema.db.rows import SessionRow
from schema.home import Home
from schema.locks import probe
from schema.states import Status
from schema.wants import Want, Wanted, read_actual, read_want
from supervisor import stopper
from supervisor.agents import Agents
from supervisor.booking import Booking
from supervisor.events import log
from supervisor.evidence import gather
from supervisor.launcher import LaunchFailed
from supervisor.outcome import Relaunch, decide
from supervisor.refusal import Refusal
from supervisor.runs import Runs
from supervisor.sessions import Sessions
from supervisor.store import Store
from supervisor.watch import Child

_RELAUNCHES_AT_ONCE = 8
_RELAUNCH_DELAY = 3.0


class Settler:
    """Settles one session at a time for each id. `kick(id)` has it settled soon, from the loop."""

    def __init__(
        self,
        home: Home,
        store: Store,
        runs: Runs,
        agents: Agents,
        booking: Booking,
        sessions: Sessions,
        kick: Callable[[str], None],
    ) -> None:
        self._home = home
        self._store = store
        self._runs = runs
        self._agents = agents
        self._booking = booking
        self._sessions = sessions
        self._kick = kick
        self._relaunches = asyncio.Semaphore(_RELAUNCHES_AT_ONCE)

    async def settle(self, id: str) -> None:
        """Bring row and reality together. Raises DatabaseDown: then the outcome waits in its exit note."""
        async with self._runs.turn(id):
            try:
                row = await self._store.session(id)
            except NotFound:
                await self._end_stray(id)
                return
            if row.is_live:
                await self._settle(row)
            else:
                await self._end_stray(id)

    async def _settle(self, row: SessionRow) -> None:
        child = await self._runs.process(row)
        if child is not None:
            await self._align(row, child)
            return
        due = self._runs.due.get((row.id, row.run))
        if due is not None and asyncio.get_running_loop().time() < due:
            return
        decision = decide(gather(self._home, row))
        if not isinstance(decision, Relaunch):
            await self._booking.ended(row, decision)
        elif decision.delay > 0 and due is None:
            await self._wait_for_restart(row, decision)
        else:
            await self._relaunch(row, decision)

    async def _align(self, row: SessionRow, child: Child) -> None:
        """A process that runs, but not as its row says."""
        if row.pid != child.pid:
            await self._store.record(row.id, run=row.run, values={"pid": child.pid})
        wanted: Wanted = "paused" if row.status is Status.PAUSED else "running"
        want = read_want(self._home.want(row.id))
        actual = read_actual(self._home.actual(row.id))
        if want is not None and want.run == row.run and want.state == "stopped":
            await self._sessions.end(row.id)  # the daemon that was asked for it died over it
        elif actual is not None and actual.run == row.run and actual.state != wanted:
            self._runs.want(row, wanted)
            child.send(signal.SIGUSR1)

    async def _wait_for_restart(self, row: SessionRow, decision: Relaunch) -> None:
        loop = asyncio.get_running_loop()
        await self._store.record(
            row.id,
            run=row.run,
            values={"pid": None},
            event=EventType.ERROR,
            data={"message": decision.reason, "restart_in": decision.delay},
        )
        self._runs.due[(row.id, row.run)] = loop.time() + decision.delay
        loop.call_later(decision.delay, self._kick, row.id)
        log.warning("session %s: %s; starts again in %g s", row.id, decision.reason, decision.delay)

    async def _relaunch(self, row: SessionRow, decision: Relaunch) -> None:
        async with self._relaunches:
            state: Wanted = "paused" if row.status is Status.PAUSED else "running"
            try:
                await self._agents.ensure_for(row)
                self._runs.want_launch(row.id, Want(row.run + 1, state, relaunch=True))
            except (Refusal, LaunchFailed) as error:
                self._runs.due[(row.id, row.run)] = asyncio.get_running_loop().time() + _RELAUNCH_DELAY
                log.warning("session %s waits to be launched again: %s", row.id, error)
                return
            new = await self._store.relaunch(
                row.id, run=row.run, restarts=decision.restarts, reason=decision.reason
            )
            self._runs.due.pop((row.id, row.run), None)
            log.info("session %s: %s; launched again, run %d", row.id, decision.reason, new.run)
            try:
                child = await self._runs.launch(new)
            except LaunchFailed as failure:
                self._runs.note_failure(new, failure)
                self._kick(row.id)
                return
        with suppress(DatabaseDown):
            await self._store.record(row.id, run=new.run, values={"pid": child.pid})

    async def _end_stray(self, id: str) -> None:
        """A process whose session is not live, or is not there at all, has no business to run."""
        if probe(self._home.lock(id)).held:
            log.warning("session %s is not live, but its process was: killed", id)
            await stopper.free_lock(self._home, id)
        self._runs.children.pop(id, None)
