"""The loop that compares what is wanted with what is, at start-up and from then on."""

import asyncio
import re
from collections.abc import Coroutine
from typing import Any

from schema.db.errors import DatabaseDown
from schema.home import Home
from supervisor.events import log
from supervisor.refusal import Refusal
from supervisor.runs import Runs
from supervisor.settling import Settler
from supervisor.store import Store
from supervisor.strategies import Strategies
from supervisor.zygote_client import ZygoteClient, ZygoteDown

_ROUND_SECONDS = 3.0
_ROUND_SECONDS_WHEN_DOWN = 0.5
_SESSION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Reconciler:
    """Settles sessions: those that somebody kicked, soon, and all live ones from time to time."""

    def __init__(self, home: Home, store: Store, zygote: ZygoteClient) -> None:
        self._home = home
        self._store = store
        self._zygote = zygote
        self._tasks: set[asyncio.Task[None]] = set()
        self._settling: set[str] = set()
        self._again: set[str] = set()
        self._down = False
        self._swept = False
        self.closing = False
        self.runs: Runs
        self.settler: Settler
        self.strategies: Strategies

    def kick(self, id: str) -> None:
        """Settle a session as soon as its turn comes."""
        if self.closing:
            return
        if id in self._settling:
            self._again.add(id)
            return
        self._settling.add(id)
        self.spawn(self._settle(id))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def first_round(self) -> None:
        """Adopt what runs. What has to be launched again is launched in the background."""
        await self._round()

    async def run(self) -> None:
        while not self.closing:
            await asyncio.sleep(_ROUND_SECONDS_WHEN_DOWN if self._down else _ROUND_SECONDS)
            await self._round()
            await self.strategies.follow()

    async def close(self) -> None:
        self.closing = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def zygote_lost(self) -> None:
        """Have a new one ready before somebody asks for it."""
        if not self.closing:
            self.spawn(self._new_zygote())

    async def _new_zygote(self) -> None:
        try:
            await self._zygote.ensure()
        except ZygoteDown as error:
            log.error("%s", error)

    async def _round(self) -> None:
        try:
            live = await self._store.live()
        except DatabaseDown as error:
            self._tell_down(error)
            return
        if self._down:
            log.info("the database answers again")
            self._down = False
        ids = [row.id for row in live if not self.runs.is_settled(row)]
        if not self._swept:
            self._swept = True
            known = {row.id for row in live}
            ids += [id for id in _locked_sessions(self._home) if id not in known]
        for id in ids:
            self.kick(id)

    async def _settle(self, id: str) -> None:
        try:
            await self.settler.settle(id)
        except DatabaseDown as error:
            self._tell_down(error)
        except Refusal as refusal:
            log.warning("session %s: %s", id, refusal.message)
        except Exception:
            log.exception("session %s could not be settled", id)
        finally:
            self._settling.discard(id)
            if id in self._again:
                self._again.discard(id)
                self.kick(id)

    def _tell_down(self, error: DatabaseDown) -> None:
        """Once for each stretch of trouble."""
        if not self._down:
            log.error("the database is away, sessions run on: %s", error)
            self._down = True


def _locked_sessions(home: Home) -> list[str]:
    return [path.stem for path in home.run.glob("*.lock") if _SESSION_ID.fullmatch(path.stem)]
