"""The connection to the exchange: one ccxt.pro client, made anew after every failure, with growing pauses."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import ccxt

from bots.agents.data.hub import Hub
from bots.exchange import instruments
from bots.exchange.backoff import Backoff
from bots.exchange.budget import Budget
from bots.exchange.clients import pro
from bots.exchange.errors import BadMarket, ExchangeDown, Refused, explain
from bots.process import OutsideTrouble
from schema.home import Home
from schema.markets import MarketSpec

QUIET_SECONDS = 60.0
"""A market about which nothing comes for so long: the subscription is dead although the connection is not."""

_WATCH_SECONDS = 30.0
_UNWATCH_SECONDS = 5.0

Before = Callable[[], Awaitable[None]]


class Upstream:
    """Attributes:
    connects: connections made since the process began.
    topics_open: subscriptions that the exchange acknowledged on this connection.
    """

    def __init__(
        self,
        exchange: str,
        home: Home,
        hub: Hub,
        budget: Budget,
        before: Before,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.connects = 0
        self.topics_open = 0
        self._exchange = exchange
        self._home = home
        self._hub = hub
        self._budget = budget
        self._before = before
        self._clock = clock
        self._wanted: dict[str, MarketSpec] = {}
        self._any_wanted = asyncio.Event()
        self._client: Any = None
        self._watches: dict[str, list[asyncio.Task[None]]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._told = False

    # What is wanted

    def want(self, spec: MarketSpec) -> None:
        self._wanted[spec.exchange_id] = spec
        self._any_wanted.set()
        if self._group is not None:
            self._watch_market(spec)

    def drop(self, spec: MarketSpec) -> None:
        self._wanted.pop(spec.exchange_id, None)
        watches = self._watches.pop(spec.exchange_id, [])
        for task in watches:
            task.cancel()
        if self._group is not None and watches:
            self._group.create_task(self._unwatch(spec))

    @property
    def is_complete(self) -> bool:
        """Every topic that is wanted is acknowledged."""
        return self._group is not None and self.topics_open >= 3 * len(self._wanted) > 0

    # Life

    async def run(self) -> None:
        """Stay connected while anything is wanted; ends only by being cancelled."""
        backoff = Backoff()
        while True:
            await self._any_wanted.wait()
            self._told = False
            try:
                await self._connection()
            except (ExchangeDown, Refused, BadMarket) as error:
                if self._told:
                    backoff.reset()
                delay = max(backoff.delay(), getattr(error, "pause", 0.0))
                self._hub.set_status(False, f"no connection to {self._exchange}: {error.message}")
                await asyncio.sleep(delay)

    async def _connection(self) -> None:
        await self._before()
        client = self._client = pro(self._exchange, self._home, self._on_message)
        self.connects += 1
        self.topics_open = 0
        try:
            await self._learn(await instruments.load(client, self._budget))
            self._hub.connected()
            async with asyncio.TaskGroup() as group:
                self._group = group
                group.create_task(self._watch_silence())
                for spec in list(self._wanted.values()):
                    self._watch_market(spec)
        except (
            Exception
        ) as error:  # of the group's tasks too; what `except*` raises, Python 3.11.2 wraps again
            raise explain(_first(error), f"market data of {self._exchange}") from None
        finally:
            self._group = None
            self._watches.clear()
            self._client = None
            await client.close()

    async def _learn(self, found: Mapping[str, Any]) -> None:
        """Each connection is told what the exchange lists: everybody may know it."""
        try:
            await instruments.keep(found, self._exchange, self._home)
        except OutsideTrouble as error:  # a full disk; the data goes on
            self._hub.say(error.message)

    def _on_message(self, message: dict[str, Any]) -> None:
        if "topic" not in message:
            self.topics_open += message.get("success") is True
            return
        if not self._told:
            self._told = True
            self._hub.set_status(True, f"connected to {self._exchange}")
        self._hub.on_message(message)

    # Watching

    def _watch_market(self, spec: MarketSpec) -> None:
        client, group = self._client, self._group
        assert group is not None
        if spec.symbol not in client.markets:
            self._hub.bad_market(spec, f"{self._exchange} has no market {spec.symbol}")
            return
        # The book last: its first message shows that the trades are subscribed too.
        calls: list[Callable[[], Awaitable[Any]]] = [
            lambda: client.watch_trades(spec.symbol, None, None, {}),
            lambda: client.watch_ohlcv(spec.symbol, "1m", None, None, {}),
            lambda: client.watch_order_book(spec.symbol, 1, {}),
        ]
        self._watches[spec.exchange_id] = [group.create_task(self._watch(call)) for call in calls]

    @staticmethod
    async def _watch(call: Callable[[], Awaitable[Any]]) -> None:
        """Keep a subscription; its data goes by `_on_message`. Being quiet is judged in `_watch_silence`."""
        while True:
            try:
                # Not `wait_for`: in Python 3.11 it swallows a cancellation that meets an arriving message.
                async with asyncio.timeout(_WATCH_SECONDS):
                    await call()
            except TimeoutError:
                continue

    async def _unwatch(self, spec: MarketSpec) -> None:
        client = self._client
        calls: list[Callable[[], Awaitable[Any]]] = [
            lambda: client.un_watch_trades(spec.symbol, {}),
            lambda: client.un_watch_ohlcv(spec.symbol, "1m", {}),
            lambda: client.un_watch_order_book(spec.symbol, {"limit": 1}),
        ]
        for call in calls:
            try:
                async with asyncio.timeout(_UNWATCH_SECONDS):
                    await call()
                self.topics_open -= 1
            except (
                TimeoutError,
                ccxt.BaseError,
            ) as error:  # its messages are dropped, as nobody follows them
                self._hub.say(f"{spec.market} is still sent: {error!r}")

    async def _watch_silence(self) -> None:
        while True:
            await asyncio.sleep(QUIET_SECONDS / 10)
            if self._hub.lockstep:
                continue
            for channel in self._hub.channels.values():
                quiet = self._clock() - channel.line.heard
                if quiet > QUIET_SECONDS:
                    raise ExchangeDown(f"nothing about {channel.spec.market} for {quiet:.0f} s")


def _first(error: BaseException) -> BaseException:
    """The first failure of a group; the others follow from it."""
    found = error
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
