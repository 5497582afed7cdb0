"""The whole exchange: market, streams, accounts and limits, wired together."""

import time

from bots.sandbox.clock import Clock
from bots.sandbox.config import SandboxConfig, first_tick, open_market
from bots.sandbox.connection import Connection
from bots.sandbox.driver import Driver
from bots.sandbox.faults import Faults
from bots.sandbox.limits import AddressLimits
from bots.sandbox.replay import ReplayMarket
from bots.sandbox.state import MarketState
from bots.sandbox.streams import Streams
from bots.sandbox.tape import tick_at, tick_ms


class Venue:
    """One sandbox exchange, apart from its server."""

    def __init__(self, config: SandboxConfig) -> None:
        """Raises ReplayError where the candles to replay are not there."""
        self.config = config
        market = open_market(config)
        replays = isinstance(market, ReplayMarket)
        if replays or config.lockstep:
            begin = first_tick(config, market) if replays else tick_at(time.time() * 1000, config.steps)
        else:
            begin = tick_at(time.time() * 1000, config.steps)
        # Before the first print of a replay nothing has happened yet.
        self.state = MarketState(market, config.seed, config.steps, begin - 1, seeded=not replays)
        in_real_time = config.speed == 1 and not replays
        clock = Clock(config.speed, None if in_real_time else tick_ms(begin, config.steps))
        self.streams = Streams(self.state)
        self.faults = Faults()
        self.addresses = AddressLimits(config.ban_seconds)
        self.sockets: set[Connection] = set()
        self.driver = Driver(self.state, clock, self.step, self.streams.readers)

    def step(self) -> None:
        """One print forward, for every symbol that has one."""
        self.streams.publish(self.state.move(self.state.n + 1))

    def drop_sockets(self, kind: str) -> int:
        """Cut the WebSockets of that kind ("all" for every one); how many there were."""
        chosen = [socket for socket in self.sockets if kind in ("all", socket.kind)]
        for socket in chosen:
            socket.drop()
        return len(chosen)
