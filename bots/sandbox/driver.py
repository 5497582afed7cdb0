"""What moves the market: the clock, or in lock-step whoever asks for the next print."""

import asyncio
import time
from collections.abc import Callable

from bots.sandbox.clock import Clock
from bots.sandbox.connection import Connection
from bots.sandbox.state import MarketState
from bots.sandbox.tape import tick_at, tick_ms

_TURN_SECONDS = 0.02  # how long prints may keep the loop from anything else
_AHEAD_SECONDS = 0.05  # wall time of prints that a kill may skip
_LONGEST_SLEEP = 1.0
_PATIENCE_SECONDS = 5.0  # for a slow reader
_HOPELESS_SECONDS = 1.0  # wall time by which a fast market may lag before its clock is set back


class Driver:
    """Calls `step` for one print after the other."""

    def __init__(
        self,
        state: MarketState,
        clock: Clock,
        step: Callable[[], None],
        readers: Callable[[], set[Connection]],
        note: Callable[[int], None] = lambda n: None,
    ):
        """`note` is told how far the market is about to go, before it goes there."""
        self._state = state
        self._clock = clock
        self._step = step
        self._readers = readers
        self._note = note
        self._noted = state.n

    async def run(self) -> None:
        """Follow the clock for ever; at the end of a replay the market stands still."""
        while True:
            if self._due() and not self._state.done:
                await self._catch_up()
            else:
                await self._sleep()

    def _due(self) -> bool:
        return tick_at(self._clock.ms(), self._state.steps) > self._state.n

    async def _sleep(self) -> None:
        wait = self._clock.seconds_until(tick_ms(self._state.n + 1, self._state.steps))
        await asyncio.sleep(_LONGEST_SLEEP if self._state.done else min(max(wait, 0.0005), _LONGEST_SLEEP))

    async def _catch_up(self) -> None:
        until = time.perf_counter() + _TURN_SECONDS
        self._note_ahead()
        while self._due() and not self._state.done and time.perf_counter() < until:
            self._step()
        await self._slow_readers()
        if self._clock.seconds_until(self._state.ms) < -_HOPELESS_SECONDS:
            self._clock.set_back(self._state.ms)
        await asyncio.sleep(0)

    def _note_ahead(self) -> None:
        """Note a little more than this turn can reach, so that not every turn has to."""
        reach = self._clock.ms() + _TURN_SECONDS * 1000 * self._clock.speed
        if tick_at(reach, self._state.steps) > self._noted:
            reach += _AHEAD_SECONDS * 1000 * self._clock.speed
            self._noted = tick_at(reach, self._state.steps)
            self._note(self._noted)

    async def advance(self) -> list[str]:
        """Lock-step: go to the next print of any symbol; those that printed, none once the replay is done."""
        while not self._state.done:
            self._note(self._state.n + 1)
            self._step()
            if printed := self._printed():
                await self._slow_readers()
                return printed
        return []

    def _printed(self) -> list[str]:
        lasts = ((name, self._state.last(name)) for name in self._state.symbols)
        return [name for name, last in lasts if last is not None and last.n == self._state.n]

    async def _slow_readers(self) -> None:
        """A fast market waits for a slow reader, one in real time does not; who stays behind is cut off."""
        patience = 0.0 if self._clock.speed == 1 else _PATIENCE_SECONDS
        for reader in self._readers():
            if reader.is_slow and not await reader.caught_up(patience):
                reader.drop()
