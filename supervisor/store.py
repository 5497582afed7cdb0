"""The database, for an event loop: every call runs in one worker thread, so that the loop never waits for a
disk.

One thread also means one order: what was asked first is written first.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from schema.db import results, sessions, status, strategies
from schema.db.engine import make_engine
from schema.db.models import EventType
from schema.db.rows import SessionRow, StrategyRow
from schema.states import Event

T = TypeVar("T")


class Store:
    """What the daemon reads and writes. Every method raises DatabaseDown where the database is away."""

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url, pool_size=1, max_overflow=1)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def session(self, id: str) -> SessionRow:
        """Raises NotFound."""
        return await self._run(lambda: sessions.get(self._engine, id))

    async def live(self) -> list[SessionRow]:
        """Sessions to which a process belongs: running and paused ones."""
        return await self._run(lambda: sessions.running(self._engine))

    async def change(
        self,
        id: str,
        event: Event,
        *,
        run: int,
        values: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> SessionRow:
        """Raises NotFound, IllegalTransition, StaleRun."""
        return await self._run(
            lambda: status.change_status(self._engine, id, event, run=run, values=values, data=data)
        )

    async def relaunch(self, id: str, *, run: int, restarts: int, reason: str) -> SessionRow:
        """The row of run + 1. Raises NotFound, StaleRun."""
        return await self._run(
            lambda: status.relaunch(self._engine, id, run=run, restarts=restarts, data={"reason": reason})
        )

    async def record(
        self,
        id: str,
        *,
        run: int,
        values: Mapping[str, Any] | None = None,
        event: EventType | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> SessionRow:
        """Note something about a live run. Raises NotFound, StaleRun."""
        return await self._run(
            lambda: status.record(self._engine, id, run=run, values=values, event=event, data=data)
        )

    async def sync(self, id: str, run: int, counters: Mapping[str, Any], trades: results.TradesFrom) -> None:
        """Bring the counters up to date from the session's files. Raises NotFound, StaleRun, BadValue."""
        await self._run(lambda: results.sync_results(self._engine, id, counters, run=run, new_trades=trades))

    async def replace_strategies(self, rows: list[StrategyRow]) -> None:
        await self._run(lambda: strategies.replace_all(self._engine, rows))

    async def close(self) -> None:
        """End the thread after what it still has to do, and the connections."""
        await self._run(self._engine.dispose)
        self._thread.shutdown(wait=False)
