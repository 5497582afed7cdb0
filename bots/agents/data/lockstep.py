"""A lock-step replay: the sandbox goes on by one print when every session has dealt with the one before.

So a live session sees exactly what a backtest sees, at any speed. These are the sandbox's own routes.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp

from bots.agents.data.hub import Hub
from bots.exchange.config import sandbox_address
from bots.exchange.errors import ExchangeDown, explain
from bots.feed import protocol
from schema.home import Home

_REQUEST = aiohttp.ClientTimeout(total=10)
_ARRIVAL_SECONDS = 10.0


async def lockstep_readers(exchange: str, home: Home) -> int:
    """How many sessions a sandbox that waits for its readers begins with; 0 where it waits for nobody.

    Raises:
        ExchangeDown.
    """
    if exchange != "sandbox":
        return 0
    async with aiohttp.ClientSession(timeout=_REQUEST) as session:
        about = await _fetch(session, "GET", sandbox_address(home)["url"] + "/sandbox")
    return int(about.get("readers", 1)) if about.get("lockstep") else 0


class Stepper:
    """Advances a lock-step sandbox, one print at a time, from when `readers` sessions follow it."""

    def __init__(self, home: Home, hub: Hub, is_connected: Callable[[], bool], readers: int = 1) -> None:
        self._home = home
        self._hub = hub
        self._is_connected = is_connected
        self._awaited = readers
        self._acknowledged = asyncio.Event()
        hub.on_ack = self._acknowledged.set

    async def run(self) -> None:
        """Advance until the replay is done; waits while nobody reads. Cancel it to end it."""
        async with aiohttp.ClientSession(timeout=_REQUEST) as session:
            while True:
                try:
                    if await self._step(session):
                        return
                except ExchangeDown as error:
                    self._hub.say(f"the replay waits: {error.message}")
                    await asyncio.sleep(0.5)

    async def _step(self, session: aiohttp.ClientSession) -> bool:
        while not (len(list(self._hub.subscribers())) >= self._awaited and self._is_connected()):
            await asyncio.sleep(0.02)
        self._awaited = 1  # begun: who leaves does not hold up the others
        answer = await _fetch(session, "POST", sandbox_address(self._home)["url"] + "/sandbox/advance")
        at, done = float(answer["time"]) / 1000, bool(answer["done"])
        await self._arrival(at, answer.get("symbols", []))
        line = protocol.step(int(answer["seq"]), at, done)
        for peer in self._hub.subscribers():
            peer.step(int(answer["seq"]), line)
        await self._acknowledgements()
        return done

    async def _arrival(self, at: float, symbols: list[str]) -> None:
        """Wait until that print of each followed market has come, and at a boundary the closed candle."""
        end = asyncio.get_running_loop().time() + _ARRIVAL_SECONDS
        followed = [self._hub.channels[name] for name in symbols if name in self._hub.channels]
        while not all(channel.line.reached(at) for channel in followed):
            if asyncio.get_running_loop().time() > end:
                raise ExchangeDown(f"the print of {at} did not arrive in {_ARRIVAL_SECONDS:g} s")
            await asyncio.sleep(0)

    async def _acknowledgements(self) -> None:
        while any(peer.owes is not None for peer in self._hub.subscribers()):
            self._acknowledged.clear()
            await self._acknowledged.wait()


async def _fetch(session: aiohttp.ClientSession, method: str, url: str) -> dict[str, Any]:
    try:
        async with session.request(method, url) as response:
            answer = await response.json()
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise explain(error, url) from None
    if not isinstance(answer, dict):
        raise ExchangeDown(f"{url}: unreadable answer")
    found: dict[str, Any] = answer.get("result", answer)
    return found
