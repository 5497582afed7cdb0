"""The strategies there are: told by a `describe` child, which alone imports them, and kept in their table.

The child tells them with its readiness: `info["strategies"]` is a list of objects with the columns of the
table.
"""

import asyncio
from dataclasses import fields
from typing import Any

from schema.db.errors import DatabaseDown
from schema.db.rows import StrategyRow
from schema.home import Home
from supervisor import stopper
from supervisor.events import log
from supervisor.launcher import Launcher, LaunchFailed
from supervisor.refusal import Refusal
from supervisor.specs import DESCRIBE, SpecWriter
from supervisor.store import Store

_ENDS_WITHIN = 2.0
_COLUMNS = {field.name for field in fields(StrategyRow)} - {"created_at"}

Signature = tuple[tuple[str, int, int], ...]


class Strategies:
    """Keeps the table like the folder."""

    def __init__(self, home: Home, store: Store, launcher: Launcher, specs: SpecWriter) -> None:
        self._home = home
        self._store = store
        self._launcher = launcher
        self._specs = specs
        self._seen: Signature | None = None
        self._failed: Signature | None = None
        self._turn = asyncio.Lock()
        self._run = 0

    async def refresh(self, force: bool = False) -> None:
        """Read the folder again where it changed, or in any case with `force`.

        Raises:
            Refusal: the child did not end in time or found no list.
            DatabaseDown
        """
        async with self._turn:
            signature = _signature(self._home)
            if signature == self._seen and not force:
                return
            try:
                rows = await self._describe()
            except Refusal:
                self._failed = signature
                raise
            await self._store.replace_strategies(rows)
            self._seen = signature
            broken = [row.id for row in rows if row.error]
            log.info("%d strategies%s", len(rows), f", with errors: {', '.join(broken)}" if broken else "")

    async def follow(self) -> None:
        """Called from time to time; a folder that could not be described is left alone until it changes."""
        if _signature(self._home) == self._failed:
            return
        try:
            await self.refresh()
        except Refusal as refusal:
            log.warning("%s", refusal.message)
        except DatabaseDown:
            pass  # told by the reconciler; the next call tries again

    async def _describe(self) -> list[StrategyRow]:
        self._run += 1
        await stopper.free_lock(self._home, DESCRIBE)
        try:
            child, told = await self._launcher.launch(self._specs.describe(self._run))
        except LaunchFailed as failure:
            message = f"the strategies could not be listed: {failure.message}"
            raise Refusal("start_failed", message, reason=failure.code) from None
        if not await stopper.gone(child, _ENDS_WITHIN):
            await stopper.kill(child)
        return [_row(strategy) for strategy in told.get("strategies", [])]


def _row(told: dict[str, Any]) -> StrategyRow:
    return StrategyRow(**{name: value for name, value in told.items() if name in _COLUMNS})


def _signature(home: Home) -> Signature:
    """Changes whenever a file of the strategies folder does."""
    found = []
    for path in sorted(home.strategies.rglob("*.py")):
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)
