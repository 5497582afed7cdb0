"""The runs of sessions: the process of each, found, adopted or launched, and what it is wanted to be."""

import asyncio
from contextlib import suppress
from weakref import WeakValueDictionary

from schema.db.errors import DatabaseDown, StaleRun
from schema.db.models import EventType
from schema.db.rows import SessionRow
from schema.exits import ExitCode, ExitNote, Outcome, boot_id, write_exit_note
from schema.home import Home
from schema.wants import Want, Wanted, read_want, write_want
from supervisor.events import log
from supervisor.evidence import find_process, note_of
from supervisor.launcher import ZYGOTE_DOWN, Launcher, LaunchFailed
from supervisor.specs import SpecWriter
from supervisor.store import Store
from supervisor.watch import Child, Watcher
from supervisor.zygote_client import ZygoteClient

_ZYGOTE_DELAY = 1.0


class Runs:
    """Attributes:
    children: the watched process of each session that has one.
    due: when a (session, run) that ended is launched again, on the loop's clock.
    """

    def __init__(
        self,
        home: Home,
        store: Store,
        zygote: ZygoteClient,
        watcher: Watcher,
        launcher: Launcher,
        specs: SpecWriter,
    ) -> None:
        self._home = home
        self._store = store
        self._zygote = zygote
        self._watcher = watcher
        self._launcher = launcher
        self._specs = specs
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.children: dict[str, Child] = {}
        self.due: dict[tuple[str, int], float] = {}

    def turn(self, id: str) -> asyncio.Lock:
        """Whoever changes something about a session holds this."""
        return self._turns.setdefault(id, asyncio.Lock())

    async def process(self, row: SessionRow) -> Child | None:
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

    def is_settled(self, row: SessionRow) -> bool:
        """Whether there is plainly nothing to do about a live row; with a thousand sessions this is the usual
        answer, and it costs nothing.
        """
        child = self.children.get(row.id)
        return child is not None and not child.gone and (child.run, child.pid) == (row.run, row.pid)

    async def launch(self, row: SessionRow) -> Child:
        """The ready process of the row's run. Raises LaunchFailed."""
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

    def note_failure(self, row: SessionRow, failure: LaunchFailed) -> None:
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
            self.due[(row.id, row.run)] = asyncio.get_running_loop().time() + _ZYGOTE_DELAY
            return
        with suppress(OSError):
            write_exit_note(self._home.exit_note(row.id), note)

    def want(self, row: SessionRow, state: Wanted) -> None:
        """What a run that was launched is to be from now on."""
        want = read_want(self._home.want(row.id))
        relaunch = want is not None and want.run == row.run and want.relaunch
        write_want(self._home.want(row.id), Want(row.run, state, relaunch))

    def want_launch(self, id: str, want: Want) -> None:
        """What a run is to be from its launch on.

        Raises:
            LaunchFailed: it cannot be written: nothing else could be then.
        """
        try:
            write_want(self._home.want(id), want)
        except OSError as error:
            message = f"cannot write {self._home.want(id)}: {error.strerror}"
            raise LaunchFailed("not_writable", message, {}, None) from None
