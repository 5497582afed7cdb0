"""The daemon: its parts wired together, its start, and its two ways to end."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Sequence
from typing import Any

from schema.settings import Settings
from schema.subreaper import become_subreaper
from supervisor.agents import DATA, Agents
from supervisor.booking import Booking
from supervisor.control import ControlServer
from supervisor.events import log
from supervisor.evidence import record_shutdown
from supervisor.launcher import Launcher
from supervisor.reaping import reap
from supervisor.reconcile import Reconciler
from supervisor.refusal import Refusal
from supervisor.runs import Runs
from supervisor.sessions import Sessions
from supervisor.settling import Settler
from supervisor.specs import SpecWriter
from supervisor.store import Store
from supervisor.strategies import Strategies
from supervisor.warm import ENTRY, PRELOAD
from supervisor.watch import Child, Watcher
from supervisor.zygote_client import ZygoteClient, ZygoteDown

_UNDER_WAY_SECONDS = 5.0


class Daemon:
    """One daemon of one home; its lock is held by the caller."""

    def __init__(self, settings: Settings, entry: str = ENTRY, preload: Sequence[str] = PRELOAD) -> None:
        self._settings = settings
        self._home = settings.home
        self._store = Store(settings.database_url)
        self._watcher = Watcher(self._home, self._ended)
        self._zygote = ZygoteClient(self._home, self._zygote_lost, entry, preload)
        specs = SpecWriter(settings)
        launcher = Launcher(self._home, self._zygote, self._watcher, settings.ready_seconds)
        self._agents = Agents(self._home, self._watcher, launcher, specs, settings.grace_seconds)
        self._reconciler = Reconciler(self._home, self._store, self._zygote)
        self._runs = Runs(self._home, self._store, self._zygote, self._watcher, launcher, specs)
        booking = Booking(self._home, self._store)
        self._sessions = Sessions(
            self._home, self._store, self._runs, self._agents, booking, settings.grace_seconds
        )
        self._reconciler.runs = self._runs
        self._reconciler.settler = Settler(
            self._home, self._store, self._runs, self._agents, booking, self._sessions, self._reconciler.kick
        )
        self._strategies = Strategies(self._home, self._store, launcher, specs)
        self._reconciler.strategies = self._strategies
        self._control = ControlServer(self._home.control_socket, self._handle)
        self._started_at = time.time()
        self._ending = asyncio.Event()
        self._closing = False

    async def run(self) -> None:
        """Run until `shutdown` or `detach`."""
        loop = asyncio.get_running_loop()
        become_subreaper()
        loop.add_signal_handler(signal.SIGCHLD, self._reap)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._detach_asked)
        self._agents.adopt()
        await self._reconciler.first_round()
        await self._control.open()
        log.info("supervisor ready, pid %d, home %s", os.getpid(), self._home.root)
        self._reconciler.spawn(self._prepare())
        loop_task = loop.create_task(self._reconciler.run())
        await self._ending.wait()
        loop_task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await loop_task
        await self._end()

    async def _prepare(self) -> None:
        """What takes longer than a new daemon should be silent: the zygote, the agents, the list of
        strategies.
        """
        try:
            await self._zygote.ensure()
        except ZygoteDown as error:
            log.error("%s", error)
        await self._strategies.follow()
        try:
            await self._agents.ensure(DATA + self._settings.exchange)
        except Refusal as refusal:
            log.error("%s", refusal.message)

    async def _end(self) -> None:
        self._closing = True
        await self._control.close(_UNDER_WAY_SECONDS)
        self._agents.closing = True
        await self._reconciler.close()
        self._zygote.detach()
        await self._store.close()
        log.info("supervisor ended")

    # What happens

    def _ended(self, child: Child) -> None:
        if child.launched.kind == "agent":
            self._agents.ended(child)
        elif child.launched.kind == "session":
            if self._runs.children.get(child.id) is child:
                del self._runs.children[child.id]
            self._reconciler.kick(child.id)

    def _reap(self) -> None:
        """The zygote is ours to reap, and so are its children when it died before them."""
        reap(self._home, self._watcher.launched)

    def _zygote_lost(self) -> None:
        self._reconciler.zygote_lost()

    def _detach_asked(self) -> None:
        log.info("detaching: sessions run on")
        self._ending.set()

    # What is asked for

    async def _handle(self, request: dict[str, Any]) -> dict[str, Any]:
        op = request.get("op")
        if self._closing and op != "ping":
            raise Refusal("shutting_down", "the supervisor is shutting down")
        match op:
            case "ping":
                return self._ping()
            case "start" | "stop" | "pause" | "resume" | "restart":
                act = getattr(self._sessions, op)
                return {"session": await act(_text(request, "id"))}
            case "describe":
                await self._strategies.refresh(force=bool(request.get("force")))
                return {}
            case "agents":
                return {"agents": self._agents.told()}
            case "ensure_agent":
                name = request.get("name") or _text(request, "id")
                return {"agent": await self._agents.ensure(str(name))}
            case "shutdown":
                return await self._shutdown()
            case "detach":
                asyncio.get_running_loop().call_later(0.05, self._detach_asked)
                return {}
            case _:
                raise Refusal("bad_request", f"unknown operation {op!r}")

    def _ping(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "zygote": {"pid": self._zygote.pid, "ready": self._zygote.ready},
            "started_at": self._started_at,
            "sessions": len(self._runs.children),
            "agents": self._agents.told(),
            "version": self._zygote.version,
        }

    async def _shutdown(self) -> dict[str, Any]:
        """End everything, recorded, so that sessions come back in the state in which they were."""
        log.info("shutting down: sessions are stopped and come back at the next start")
        self._closing = True
        await self._control.idle(_UNDER_WAY_SECONDS)
        self._agents.closing = True
        await self._reconciler.close()
        children = list(self._runs.children.values())
        try:
            record_shutdown(self._home, {child.id: child.run for child in children})
        except OSError as error:  # a full disk: those that end in order come back all the same
            log.error("the shutdown cannot be recorded: %s", error)
        await asyncio.gather(*(self._sessions.shut_down(child) for child in children))
        await self._agents.stop_all()
        await self._zygote.retire()
        asyncio.get_running_loop().call_later(0.05, self._ending.set)  # after the answer
        return {"sessions": len(children)}


def _text(request: dict[str, Any], name: str) -> str:
    value = request.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal("bad_request", f"{request['op']} needs {name!r}")
    return value
