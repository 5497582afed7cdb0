"""Agents: processes that serve all sessions, launched, watched, restarted and adopted like these.

`sandbox` is the built-in exchange; `data-<exchange>` holds the connection to an exchange and needs, for the
sandbox, the sandbox itself. An agent has no row: its lock says everything.
"""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from schema.db.models import SessionType
from schema.db.rows import SessionRow
from schema.exits import read_exit_note
from schema.home import Home
from schema.locks import probe
from schema.markets import ClosedExchange, UnknownExchange, require_open
from supervisor import stopper
from supervisor.events import log
from supervisor.launcher import Launcher, LaunchFailed
from supervisor.outcome import reason
from supervisor.reaping import Launched
from supervisor.refusal import Refusal
from supervisor.restart import Backoff, attempts_after
from supervisor.specs import SpecWriter
from supervisor.watch import Child, Watcher

SANDBOX = "sandbox"
DATA = "data-"

_BACKOFF = Backoff(first=0.5, longest=30.0)
_BACKTEST_WAITS = 2.0


@dataclass(eq=False)
class Agent:
    """One agent that is wanted.

    Attributes:
        state: "starting", "running", "waiting" (for its restart) or "stopped".
        since: wall clock of the latest change of state.
        restarts: starts after the first one.
        attempts: failures in a row.
    """

    name: str
    state: str = "starting"
    since: float = field(default_factory=time.time)
    restarts: int = 0
    attempts: int = 0
    error: str | None = None
    child: Child | None = None
    retry: asyncio.Task[None] | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def become(self, state: str, error: str | None = None) -> None:
        self.state, self.error, self.since = state, error, time.time()

    def told(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "state": self.state,
            "pid": self.child.pid if self.child else None,
            "since": self.since,
            "restarts": self.restarts,
            "error": self.error,
        }


class Agents:
    """The agents of one home."""

    def __init__(
        self, home: Home, watcher: Watcher, launcher: Launcher, specs: SpecWriter, grace: float
    ) -> None:
        self._home = home
        self._watcher = watcher
        self._launcher = launcher
        self._specs = specs
        self._grace = grace
        self._agents: dict[str, Agent] = {}
        self._attempts: set[asyncio.Task[None]] = set()
        self.closing = False

    def told(self) -> list[dict[str, Any]]:
        return [self._agents[name].told() for name in sorted(self._agents)]

    async def ensure(self, name: str) -> dict[str, Any]:
        """Start an agent, after those that it needs, where it does not run.

        Raises:
            Refusal: there is no such agent, or it did not start (it is tried again all the same).
        """
        for needed in needs(name):
            await self._ensure(needed)
        return self._agents[name].told()

    async def ensure_for(self, row: SessionRow) -> None:
        """What a session needs before it starts. Raises Refusal.

        A backtest only profits from the agent, by whose budget missing candles are fetched: they may all be
        there. So it waits a moment at most, and starts also where the agent does not or its exchange closed.
        """
        if row.type is not SessionType.BACKTEST:
            await self.ensure(DATA + row.exchange)
            return
        attempt = asyncio.get_running_loop().create_task(self._try(DATA + row.exchange))
        self._attempts.add(attempt)
        attempt.add_done_callback(self._attempts.discard)
        await asyncio.wait({attempt}, timeout=_BACKTEST_WAITS)

    async def _try(self, name: str) -> None:
        try:
            await self.ensure(name)
        except (Refusal, stopper.StillAlive, OSError) as error:
            log.info("a backtest starts without its agent: %s", error)

    def adopt(self) -> None:
        """Take over the agents that a former daemon started."""
        for path in self._home.run.glob("*.lock"):
            if path.stem == SANDBOX or path.stem.startswith(DATA):
                self._adopt(path.stem)

    def ended(self, child: Child) -> None:
        """Called when an agent's process is gone: it is started again, after a delay that grows."""
        agent = self._agents.get(child.id)
        if agent is None or agent.child is not child:
            return
        agent.child = None
        if self.closing:
            agent.become("stopped")
            return
        note = read_exit_note(self._home.exit_note(child.id))
        why = reason(note if note is not None and note.run == child.run else None)
        agent.attempts = attempts_after(agent.attempts, time.time() - agent.since)
        self._start_later(agent, why)

    async def stop_all(self) -> None:
        """End them, those first that need others."""
        self.closing = True
        for agent in self._agents.values():
            if agent.retry is not None:
                agent.retry.cancel()
        for name in sorted(self._agents, key=lambda name: name == SANDBOX):
            agent = self._agents[name]
            async with agent.turn:
                if agent.child is not None:
                    await stopper.stop(agent.child, self._grace)
                await stopper.free_lock(self._home, name)
                agent.become("stopped")
                log.info("agent %s stopped", name)

    async def _ensure(self, name: str) -> None:
        agent = self._agents.setdefault(name, Agent(name))
        async with agent.turn:
            if agent.child is not None and not agent.child.gone:
                return
            if self.closing:
                raise Refusal("shutting_down", "the supervisor is shutting down")
            if not self._adopt(name):
                await self._launch(agent)

    async def _launch(self, agent: Agent) -> None:
        await stopper.free_lock(self._home, agent.name)
        former = probe(self._home.lock(agent.name)).info
        agent.become("starting", agent.error)
        try:
            spec = self._specs.agent(agent.name, former.run + 1 if former else 1)
            agent.child, _ = await self._launcher.launch(spec)
        except LaunchFailed as failure:
            self._start_later(agent, failure.message)
            message = f"agent {agent.name} did not start: {failure.message}"
            raise Refusal("agent_down", message, part=agent.name, reason=failure.code) from None
        agent.become("running")
        log.info("agent %s started, pid %d", agent.name, agent.child.pid)

    def _adopt(self, name: str) -> bool:
        state = probe(self._home.lock(name))
        if not state.held or state.info is None or not state.info.leader_alive():
            return False
        agent = self._agents.setdefault(name, Agent(name))
        agent.child = self._watcher.watch(
            Launched(state.info.pid, state.info.start, "agent", name, state.info.run)
        )
        agent.become("running")
        log.info("agent %s adopted, pid %d", name, state.info.pid)
        return True

    def _start_later(self, agent: Agent, why: str) -> None:
        delay = _BACKOFF.delay(agent.attempts)
        agent.attempts += 1
        agent.become("waiting", why)
        log.warning("agent %s: %s; starts again in %g s", agent.name, why, delay)
        if agent.retry is not None and agent.retry is not asyncio.current_task():
            agent.retry.cancel()  # there is one next start, not one for each that asked
        agent.retry = asyncio.get_running_loop().create_task(self._after(delay, agent))

    async def _after(self, delay: float, agent: Agent) -> None:
        await asyncio.sleep(delay)
        if self.closing or agent.child is not None:
            return
        agent.restarts += 1
        with suppress(Refusal):  # told and put off again where it failed
            await self.ensure(agent.name)


def needs(name: str) -> list[str]:
    """An agent with those that it needs, in the order in which they start. Raises Refusal where there is no
    such.
    """
    if name == SANDBOX:
        return [SANDBOX]
    if not name.startswith(DATA):
        raise Refusal("bad_request", f"there is no agent {name!r}; there are sandbox and data-<exchange>")
    try:
        exchange = require_open(name.removeprefix(DATA)).id
    except (UnknownExchange, ClosedExchange) as error:
        raise Refusal("bad_request", str(error)) from None
    return [SANDBOX, name] if exchange == SANDBOX else [name]
