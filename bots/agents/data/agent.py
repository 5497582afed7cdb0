"""The data agent's process: `run` serves the socket of one exchange until it is told to stop."""

import asyncio
import contextlib
import os
import secrets
import time
from datetime import UTC, datetime
from typing import Any

from bots.agents.data.hub import Hub
from bots.agents.data.lockstep import Stepper, lockstep_readers
from bots.agents.data.peer import Peer
from bots.agents.data.requests import Requests
from bots.agents.data.upstream import Upstream
from bots.exchange import instruments
from bots.exchange.backoff import Backoff
from bots.exchange.budget import Budget
from bots.exchange.history import History
from bots.process import BadSpec, Ending, OutsideTrouble, Process
from schema import catalogue, markets
from schema.spec import LaunchSpec

_TICK_SECONDS = 0.5
_CATALOGUE_FIRST_SECONDS = 0.5
_CATALOGUE_SECONDS = 3_600.0


def run(process: Process, spec: LaunchSpec) -> Ending | None:
    """Serve market data of `spec.exchange` (or the one that the agent's name tells) until SIGTERM.

    Raises:
        BadSpec: there is no such exchange, or it is closed.
        OutsideTrouble: the socket cannot be made.
    """
    exchange = spec.exchange or spec.id.removeprefix("data-")
    try:
        markets.require_open(exchange)
    except (markets.UnknownExchange, markets.ClosedExchange) as error:
        raise BadSpec(str(error), "bad_exchange") from None
    asyncio.run(Agent(process, exchange).serve())
    return None


class Agent:
    """Wires the parts of one agent."""

    def __init__(self, process: Process, exchange: str) -> None:
        self._process = process
        self._home = process.home
        self._exchange = exchange
        self._budget = Budget()
        self._history = History(exchange, self._home, self._budget)
        # Begins with the time, so that a look at two epochs tells which is the newer one.
        self._epoch = f"{int(time.time() * 1000):x}-{secrets.token_hex(4)}"
        self._hub = Hub(exchange, self._home, self._epoch, self._history, log)
        self._requests = Requests(self._hub, self._history, self._stats)
        self._hub.on_request = self._requests.on_request
        self._stop = asyncio.Event()
        self._stepping: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        loop = asyncio.get_running_loop()
        self._upstream = Upstream(
            self._exchange, self._home, self._hub, self._budget, self._look_for_lockstep
        )
        self._hub.source = self._upstream
        server = await self._listen()
        self._process.attach(loop, lambda: self._stop.set() if self._process.stopping else None)
        self._process.ready(epoch=self._epoch)
        log(f"market data of {self._exchange}, epoch {self._epoch}")
        parts = (self._upstream.run(), self._tick(), self._keep_catalogue())
        work = [asyncio.create_task(part) for part in parts]
        stop = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([*work, stop], return_when=asyncio.FIRST_COMPLETED)
            for task in work:
                if task.done():
                    task.result()  # an error of our own: it ends the process, with its traceback
        finally:
            await self._close(server, [*work, stop])

    async def _listen(self) -> asyncio.Server:
        path = self._home.feed_socket(self._exchange)
        try:
            path.unlink(missing_ok=True)  # the lock of this process says that nobody else serves it
            mask = os.umask(0o177)
            try:
                return await asyncio.get_running_loop().create_unix_server(
                    lambda: Peer(self._hub), path, backlog=1024
                )
            finally:
                os.umask(mask)
        except OSError as error:
            raise OutsideTrouble(f"cannot serve {path}: {error.strerror or error}", "no_socket") from None

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            self._hub.tick()

    async def _keep_catalogue(self) -> None:
        """What the exchange lists is known before anybody follows a market, and never older than a day."""
        backoff = Backoff(first=1.0, longest=600.0)
        pause = (
            _CATALOGUE_FIRST_SECONDS  # a session that waits for this agent makes a connection, which tells it
        )
        while True:
            await asyncio.sleep(pause)
            pause = _CATALOGUE_SECONDS
            if not catalogue.is_stale(self._home, self._exchange):
                backoff.reset()
                continue
            try:
                await instruments.fetch(self._exchange, self._home, self._budget)
            except BadSpec as error:
                pause = backoff.delay()
                log(f"what {self._exchange} lists cannot be learned: {error.message}")

    async def _look_for_lockstep(self) -> None:
        """Before each connection: the sandbox may have been started anew in another mode."""
        readers = await lockstep_readers(self._exchange, self._home)
        self._hub.lockstep = readers > 0
        if self._stepping is not None:
            self._stepping.cancel()
            self._stepping = None
        if readers:
            stepper = Stepper(self._home, self._hub, lambda: self._upstream.is_complete, readers)
            self._stepping = asyncio.create_task(stepper.run())

    async def _close(self, server: asyncio.Server, tasks: list[asyncio.Task[Any]]) -> None:
        server.close()
        with contextlib.suppress(OSError):
            self._home.feed_socket(self._exchange).unlink(missing_ok=True)
        if self._stepping is not None:
            tasks.append(self._stepping)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for peer in list(self._hub.peers):
            peer.close()
        for channel in self._hub.channels.values():
            channel.line.close()
        await self._history.close()

    def _stats(self) -> dict[str, Any]:
        counters = self._budget.counters
        return {
            "exchange": self._exchange,
            "epoch": self._epoch,
            "connects": self._upstream.connects,
            "clients": len(self._hub.peers),
            "requests": counters.requests,
            "failures": counters.failures,
            "retries": counters.retries,
            "waited_seconds": round(counters.waited, 3),
            "unreadable": self._hub.unreadable,
            "markets": {
                channel.spec.market: {
                    "readers": len(channel.readers),
                    "trades": channel.tape.next_trade - 1,
                    "candles": channel.tape.next_candle - 1,
                }
                for channel in self._hub.channels.values()
            },
        }


def log(message: str) -> None:
    """A line in the agent's output, which the daemon keeps in a capped file."""
    print(datetime.now(UTC).isoformat(timespec="milliseconds"), message, flush=True)
