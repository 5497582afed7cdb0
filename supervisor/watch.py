"""Watching processes by pidfd: own children, the zygote's and adopted ones alike."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field

from schema.exits import Outcome
from schema.home import Home
from schema.processes import is_zombie, read_stat
from supervisor.reaping import Launched, how_it_ended, leave_note

_REAPED_WITHIN = 2.0
_LOOK_AGAIN = 0.005


@dataclass(eq=False)
class Child:
    """A watched process of one run.

    Attributes:
        exited: done when the process is gone and its exit note, if there is to be one, is there.
    """

    launched: Launched
    pidfd: int
    exited: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def id(self) -> str:
        return self.launched.id

    @property
    def pid(self) -> int:
        return self.launched.pid

    @property
    def run(self) -> int:
        return self.launched.run

    @property
    def gone(self) -> bool:
        return self.exited.done()

    def send(self, number: signal.Signals) -> None:
        """Signal exactly this process; nothing happens where it is gone."""
        if self.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, number)


class Watcher:
    """Calls `on_exit` for each watched process when it is gone."""

    def __init__(self, home: Home, on_exit: Callable[[Child], None]) -> None:
        self._home = home
        self._on_exit = on_exit
        self._watched: dict[int, Child] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def launched(self, pid: int) -> Launched | None:
        """What runs under this PID, for whoever reaps it."""
        child = self._watched.get(pid)
        return child.launched if child else None

    def watch(self, launched: Launched) -> Child:
        """Watch a process; one that has ended already is reported like any other, from the loop."""
        loop = asyncio.get_running_loop()
        child = Child(launched, _open(launched))
        self._watched[launched.pid] = child
        if child.pidfd >= 0:
            loop.add_reader(child.pidfd, self._ended, child)
        else:
            loop.call_soon(self._ended, child)
        return child

    def _ended(self, child: Child) -> None:
        if child.pidfd >= 0:
            asyncio.get_running_loop().remove_reader(child.pidfd)
            os.close(child.pidfd)
            child.pidfd = -1
        task = asyncio.get_running_loop().create_task(self._conclude(child))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _conclude(self, child: Child) -> None:
        """Wait until the parent has reaped it: the note comes before that. A parent may be one that never
        does.
        """
        run = child.launched
        deadline = asyncio.get_running_loop().time() + _REAPED_WITHIN
        while is_zombie(run.pid, run.start) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(_LOOK_AGAIN)
        stat = read_stat(run.pid)
        if stat is not None and stat.start == run.start:
            leave_note(self._home, run, _from_wait_status(stat.wait_status))
        if self._watched.get(run.pid) is child:
            del self._watched[run.pid]
        child.exited.set_result(None)
        self._on_exit(child)


def _open(launched: Launched) -> int:
    """A descriptor of exactly this process, -1 where it is gone."""
    try:
        pidfd = os.pidfd_open(launched.pid)
    except ProcessLookupError:
        return -1
    stat = read_stat(launched.pid)
    if stat is None or stat.start != launched.start:
        os.close(pidfd)  # its number is somebody else's by now
        return -1
    return pidfd


def _from_wait_status(status: int) -> tuple[Outcome, int | None, int | None]:
    if os.WIFEXITED(status):
        return how_it_ended(os.CLD_EXITED, os.WEXITSTATUS(status))
    return how_it_ended(os.CLD_KILLED, os.WTERMSIG(status))
