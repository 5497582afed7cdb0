"""The whole exchange: market, streams, accounts and limits, wired together."""

import asyncio
import sqlite3
import time
from contextlib import suppress

from bots.sandbox.blocks import Market
from bots.sandbox.clock import Clock
from bots.sandbox.config import SandboxConfig, first_tick, open_market, open_rates
from bots.sandbox.connection import Connection
from bots.sandbox.desk import Desk
from bots.sandbox.driver import Driver
from bots.sandbox.faults import Faults
from bots.sandbox.gate import Gate
from bots.sandbox.limits import AddressLimits
from bots.sandbox.replay import ReplayMarket
from bots.sandbox.state import MarketState
from bots.sandbox.store import Store
from bots.sandbox.streams import Streams
from bots.sandbox.tape import tick_at, tick_ms

_CLOCK = "market time"


class Venue:
    """One sandbox exchange, apart from its server."""

    def __init__(self, config: SandboxConfig) -> None:
        """Raises ReplayError where there are no candles to replay, OSError where the books cannot be read."""
        self.config = config
        market = open_market(config)
        replays = isinstance(market, ReplayMarket)
        self._in_real_time = in_real_time = config.speed == 1 and not replays and not config.lockstep
        self._store = Store(config.state)
        begin = tick_at(time.time() * 1000, config.steps)
        if not in_real_time:
            begin = self._left_at(market) or (first_tick(config, market) if replays else begin)
        # Before the first print nothing has happened yet.
        self.state = MarketState(market, open_rates(config), config.seed, config.steps, begin - 1)
        self._clock = Clock(config.speed, None if in_real_time else tick_ms(begin, config.steps))
        self.state.time = self._time
        self.desk = Desk(self.state, self._store, config.wallet)
        self.desk.schedule = self._release_soon
        for key, secret in ({"sandbox": "sandbox"} | dict(config.accounts)).items():
            if key not in self.desk.accounts:
                self.desk.open_account(key, secret)
        self.gate = Gate(self.desk, config.limits)
        self.streams = Streams(self.state)
        self.faults = Faults()
        self.addresses = AddressLimits(config.ban_seconds)
        self.sockets: set[Connection] = set()
        self.driver = Driver(self.state, self._clock, self.step, self.streams.readers, self._note_time)

    def step(self) -> None:
        """One print forward, for every symbol that has one."""
        self.desk.release_pending()
        prints = self.state.move(self.state.n + 1)
        self.streams.publish(prints)
        self.desk.on_prints(prints)

    def _time(self) -> int:
        """Market time between two prints, never at or after the next one."""
        if self.config.lockstep or self.state.done:
            return self.state.ms
        following = tick_ms(self.state.n + 1, self.state.steps)
        return max(self.state.ms, min(int(self._clock.ms()), following - 1))

    def _release_soon(self) -> None:
        """An accepted order reaches the market once its answer is on its way."""
        asyncio.get_running_loop().call_later(self.config.ack_seconds, self.desk.release_pending)

    def _left_at(self, market: Market) -> int | None:
        """The print after that at which an earlier run of this very market ended; None once it was done.

        Market time stands still while nobody serves it, and never goes back: not after a kill either, since
        it is noted before the market gets there, and not with another speed.
        """
        known = (self._store.meta(_CLOCK) or "").rpartition(" at ")
        if known[0] != market.identity:
            return None
        n = tick_at(float(known[2]), self.config.steps)
        if market.end is not None and n >= market.end * self.config.steps - 1:
            return None
        return n + 1

    def _note_time(self, n: int) -> None:
        """Keep how far a market of its own time goes; a replay that is not done has one more print to go."""
        if self._in_real_time:
            return
        end = self.state.market.end
        if end is not None and not self.state.done:
            n = min(n, end * self.state.steps - 2)
        with suppress(sqlite3.Error):  # a full disk: after a kill it may then go back a little
            self._store.set_meta(_CLOCK, f"{self.state.market.identity} at {tick_ms(n, self.state.steps)}")
            self._store.commit()

    def close(self) -> None:
        """Bring accepted orders to the market and close the books."""
        self.desk.release_pending()
        self._note_time(self.state.n)
        self._store.close()

    def drop_sockets(self, kind: str) -> int:
        """Cut the WebSockets of that kind ("all" for every one); how many there were."""
        chosen = [socket for socket in self.sockets if kind in ("all", socket.kind)]
        for socket in chosen:
            socket.drop()
        return len(chosen)
