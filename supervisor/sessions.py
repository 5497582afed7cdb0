"""Sessions: what users ask of them, and closing the gap between what their rows say and what is.

One turn at a time for each session. `settle` is the single way from a row to reality: at start-up, after
each end, and from time to time; crash recovery is nothing special.
"""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

from schema.db.errors import DatabaseDown, NotFound, StaleRun
from schema.db.models import EventType
from schema.db.rows import SessionRow
from schema.exits import ExitCode, ExitNote, Outcome, boot_id, write_exit_note
from schema.home import Home
from schema.locks import probe
from schema.states import Event, Status, next_status
from schema.wants import Want, Wanted, read_actual, read_want, write_want
from supervisor import stopper
from supervisor.agents import Agents
from supervisor.booking import Booking
from supervisor.events import log
from supervisor.evidence import find_process, gather, note_of
from supervisor.launcher import ZYGOTE_DOWN, Launcher, LaunchFailed
from supervisor.outcome import Relaunch, decide
from supervisor.refusal import Refusal
from supervisor.specs import SpecWriter
from supervisor.store import Store
from supervisor.watch import Child, Watcher
from supervisor.zygote_client import ZygoteClient

_CHANGES_WITHIN = 10.0
_LOOK_AGAIN = 0.005
_RELAUNCHES_AT_ONCE = 8
_ZYGOTE_DELAY = 1.0
_RELAUNCH_DELAY = 3.0


class Sessions:
    """The sessions of one home. `kick(id)` has a session settled soon, from the loop."""

    def __init__(
        self,
        home: Home,
        store: Store,
        zygote: ZygoteClient,
        watcher: Watcher,
        launcher: Launcher,
        agents: Agents,
        specs: SpecWriter,
        grace: float,
        kick: Callable[[str], None],
    ) -> None:
        self._home = home
        self._store = store
        self._zygote = zygote
        self._watcher = watcher
        self._launcher = launcher
        self._agents = agents
        self._specs = specs
        self._grace = grace
        self._booking = Booking(home, store)
        self._kick = kick
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._due: dict[
            tuple[str, int], float
        ] = {}  # when a run that crashed is started again, on the loop's clock
        self._relaunches = asyncio.Semaphore(_RELAUNCHES_AT_ONCE)
        self.children: dict[str, Child] = {}

    # What users ask for

    async def start(self, id: str) -> dict[str, Any]:
        """Raises Refusal and the schema's exceptions, like all of these."""
        async with self._turn(id):
            return _told(*await self._start(id))

    async def stop(self, id: str) -> dict[str, Any]:
        async with self._turn(id):
            return _told(await self._stop(id), None)

    async def restart(self, id: str) -> dict[str, Any]:
        async with self._turn(id):
            row = await self._store.session(id)
            if row.is_live:
                await self._agents.ensure_for(row)  # before anything is ended for nothing
                await self._stop(id)
            return _told(*await self._start(id))

    async def pause(self, id: str) -> dict[str, Any]:
        async with self._turn(id):
            return _told(*await self._become(id, Event.PAUSE, "paused"))

    async def resume(self, id: str) -> dict[str, Any]:
        async with self._turn(id):
            return _told(*await self._become(id, Event.RESUME, "running"))

    async def _start(self, id: str) -> tuple[SessionRow, Child]:
        row = await self._store.session(id)
        next_status(row.status, Event.START)
        await self._agents.ensure_for(row)
        await stopper.free_lock(self._home, id)
        row = await self._store.change(id, Event.START, run=row.run)
        try:
            _write_want(self._home, id, Want(row.run, "running"))
            child = await self._launch(row)
        except LaunchFailed as failure:
            self._note_failure(row, failure)
            await self._booking.start_failed(row, failure)
            if failure.code == ZYGOTE_DOWN:
                raise Refusal("zygote_down", failure.message) from None
            details = {"reason": failure.code, **failure.details}
            raise Refusal("start_failed", failure.message, **details) from None
        with suppress(DatabaseDown):  # it runs; the next look at it writes the PID down
            row = await self._store.record(id, run=row.run, values={"pid": child.pid})
        return row, child

    async def _stop(self, id: str) -> SessionRow:
        row = await self._store.session(id)
        next_status(row.status, Event.STOP)
        child = await self._process(row)
        self._want(row, "stopped")
        forced = child is not None and await stopper.stop(child, self._grace)
        await stopper.free_lock(self._home, id)
        self._due.pop((id, row.run), None)
        log.info("session %s stopped%s", id, ", killed after the grace period" if forced else "")
        return await self._booking.ended(row, decide(gather(self._home, row)))

    async def _become(self, id: str, event: Event, state: Wanted) -> tuple[SessionRow, Child | None]:
        """Pause or resume: answered when the process says that it is so."""
        row = await self._store.session(id)
        next_status(row.status, event)
        child = await self._process(row)
        before: Wanted = "paused" if row.status is Status.PAUSED else "running"
        self._want(row, state)
        try:
            if child is not None:  # else it waits for its restart and will begin as what is wanted then
                await self._until_it_is(child, state)
            row = await self._store.change(id, event, run=row.run)
        except (Refusal, DatabaseDown):
            self._want(row, before)
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

    async def shut_down(self, child: Child) -> None:
        """End a session's process with the whole; its row stays as it is, since it comes back."""
        async with self._turn(child.id):
            try:
                await stopper.stop(child, self._grace)
                await stopper.free_lock(self._home, child.id)
            except stopper.StillAlive as error:
                log.error("%s", error)
            with suppress(DatabaseDown, NotFound, StaleRun):
                await self._booking.counters(await self._store.session(child.id))

    # Wanted and actual

    async def settle(self, id: str) -> None:
        """Bring row and reality together. Raises DatabaseDown: then the outcome waits in its exit note."""
        async with self._turn(id):
            try:
                row = await self._store.session(id)
            except NotFound:
                await self._end_stray(id)
                return
            if row.is_live:
                await self._settle(row)
            else:
                await self._end_stray(id)

    def is_settled(self, row: SessionRow) -> bool:
        """Whether there is plainly nothing to do about a live row; with a thousand sessions this is the usual
        answer, and it costs nothing.
        """
        child = self.children.get(row.id)
        return child is not None and not child.gone and (child.run, child.pid) == (row.run, row.pid)

    async def _settle(self, row: SessionRow) -> None:
        child = await self._process(row)
        if child is not None:
            await self._align(row, child)
            return
        due = self._due.get((row.id, row.run))
        if due is not None and asyncio.get_running_loop().time() < due:
            return
        decision = decide(gather(self._home, row))
        if not isinstance(decision, Relaunch):
            await self._booking.ended(row, decision)
        elif decision.delay > 0 and due is None:
            await self._wait_for_restart(row, decision)
        else:
            await self._relaunch(row, decision)

    async def _process(self, row: SessionRow) -> Child | None:
        """The row's living process, adopted where the daemon did not know it."""
        child = self.children.get(row.id)
        if child is not None and child.run == row.run and not child.gone:
            return child
        found = await find_process(self._home, self._zygote, row)
        if found is None:
            return None
        child = self.children[row.id] = self._watcher.watch(found)
        log.info("session %s adopted, pid %d, run %d", row.id, child.pid, child.run)
        with suppress(DatabaseDown, StaleRun):
            await self._store.record(row.id, run=row.run, values={"pid": child.pid}, event=EventType.ADOPTED)
        return child

    async def _align(self, row: SessionRow, child: Child) -> None:
        """A process that runs, but not as its row says."""
        if row.pid != child.pid:
            await self._store.record(row.id, run=row.run, values={"pid": child.pid})
        wanted: Wanted = "paused" if row.status is Status.PAUSED else "running"
        want = read_want(self._home.want(row.id))
        actual = read_actual(self._home.actual(row.id))
        if want is not None and want.run == row.run and want.state == "stopped":
            await self._stop(row.id)  # the daemon that was asked for it died over it
        elif actual is not None and actual.run == row.run and actual.state != wanted:
            self._want(row, wanted)
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
        self._due[(row.id, row.run)] = loop.time() + decision.delay
        loop.call_later(decision.delay, self._kick, row.id)
        log.warning("session %s: %s; starts again in %g s", row.id, decision.reason, decision.delay)

    async def _relaunch(self, row: SessionRow, decision: Relaunch) -> None:
        async with self._relaunches:
            state: Wanted = "paused" if row.status is Status.PAUSED else "running"
            try:
                await self._agents.ensure_for(row)
                _write_want(self._home, row.id, Want(row.run + 1, state, relaunch=True))
            except (Refusal, LaunchFailed) as error:
                self._due[(row.id, row.run)] = asyncio.get_running_loop().time() + _RELAUNCH_DELAY
                log.warning("session %s waits to be launched again: %s", row.id, error)
                return
            new = await self._store.relaunch(
                row.id, run=row.run, restarts=decision.restarts, reason=decision.reason
            )
            self._due.pop((row.id, row.run), None)
            log.info("session %s: %s; launched again, run %d", row.id, decision.reason, new.run)
            try:
                child = await self._launch(new)
            except LaunchFailed as failure:
                self._note_failure(new, failure)
                self._kick(row.id)
                return
        with suppress(DatabaseDown):
            await self._store.record(row.id, run=new.run, values={"pid": child.pid})

    def _note_failure(self, row: SessionRow, failure: LaunchFailed) -> None:
        """What became of a launch is kept like any other end, so that it is booked even if the database is
        away.
        """
        if note_of(self._home, row.id, row.run) is not None:
            return
        note = ExitNote(
            id=row.id,
            run=row.run,
            pid=0,
            outcome=Outcome.ERROR,
            code=ExitCode.OUTSIDE,
            message=failure.message,
            details={"code": failure.code},
            boot=boot_id(),
        )
        if failure.code == ZYGOTE_DOWN:
            # Not its fault: as one that was not launched yet it is tried again, though not at once.
            self._due[(row.id, row.run)] = asyncio.get_running_loop().time() + _ZYGOTE_DELAY
            return
        with suppress(OSError):
            write_exit_note(self._home.exit_note(row.id), note)

    async def _launch(self, row: SessionRow) -> Child:
        loop = asyncio.get_running_loop()
        before = loop.time()
        child, _ = await self._launcher.launch(self._specs.session(row))
        self.children[row.id] = child
        log.info(
            "session %s started, pid %d, run %d, ready in %.0f ms",
            row.id,
            child.pid,
            child.run,
            (loop.time() - before) * 1000,
        )
        return child

    async def _end_stray(self, id: str) -> None:
        """A process whose session is not live, or is not there at all, has no business to run."""
        if probe(self._home.lock(id)).held:
            log.warning("session %s is not live, but its process was: killed", id)
            await stopper.free_lock(self._home, id)
        self.children.pop(id, None)

    def _want(self, row: SessionRow, state: Wanted) -> None:
        want = read_want(self._home.want(row.id))
        relaunch = want is not None and want.run == row.run and want.relaunch
        write_want(self._home.want(row.id), Want(row.run, state, relaunch))

    def _turn(self, id: str) -> asyncio.Lock:
        return self._turns.setdefault(id, asyncio.Lock())


def _write_want(home: Home, id: str, want: Want) -> None:
    """Raises LaunchFailed where it cannot be written: nothing else could be then."""
    try:
        write_want(home.want(id), want)
    except OSError as error:
        message = f"cannot write {home.want(id)}: {error.strerror}"
        raise LaunchFailed("not_writable", message, {}, None) from None


def _told(row: SessionRow, child: Child | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": row.status.value,
        "pid": child.pid if child else None,
        "run": row.run,
        "started_at": row.started_at,
    }
