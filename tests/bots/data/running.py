"""Real processes for these tests: a sandbox exchange, a data agent, and a client that collects all."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bots.core.events import Candle, Tick
from bots.feed.client import FeedClient
from bots.feed.events import FeedEvent, FeedGap, FeedStatus
from schema.home import Home
from schema.spec import LaunchSpec
from tests.wait import PATIENCE

_AGENT = (
    "import sys; from bots.child import main; from schema.spec import LaunchSpec; "
    "sys.exit(main(LaunchSpec.from_json(sys.argv[1]), int(sys.argv[2])))"
)


def start_sandbox(home: Home, *options: str) -> subprocess.Popen[bytes]:
    """A sandbox that answers; its address is in the home. Without limits, so that tests need not wait."""
    sandbox = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "bots.sandbox",
            "--address",
            str(home.sandbox_address),
            "--no-limits",
            *options,
        ],
        stdout=subprocess.PIPE,
    )
    assert sandbox.stdout is not None
    assert json.loads(sandbox.stdout.readline())["url"].startswith("http://127.0.0.1:")
    return sandbox


def start_agent(home: Home, exchange: str = "sandbox", run: int = 1) -> subprocess.Popen[bytes]:
    """A data agent that is ready."""
    spec = LaunchSpec(kind="agent", id=f"data-{exchange}", run=run, home=str(home.root), exchange=exchange)
    mine, its = os.pipe()
    agent = subprocess.Popen([sys.executable, "-c", _AGENT, spec.to_json(), str(its)], pass_fds=[its])
    os.close(its)
    with open(mine, "rb") as ready:
        assert select.select([ready], [], [], 20 * PATIENCE)[0], "the agent does not become ready"
        assert b'"ready"' in ready.readline()
    return agent


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> int:
    """End a process that a test started, and give its exit code."""
    process.send_signal(number)
    try:
        return process.wait(30)
    finally:
        process.kill()
        process.wait(30)
        if process.stdout:
            process.stdout.close()


@contextmanager
def sandbox(home: Home, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    process = start_sandbox(home, *options)
    try:
        yield process
    finally:
        end(process)


@contextmanager
def agent(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    process = start_agent(home)
    try:
        yield process
    finally:
        end(process)


opened: list["Reader"] = []
"""Readers of the running test; closed behind it."""


class Reader:
    """A client and all that it was told."""

    def __init__(self, home: Home, exchange: str = "sandbox") -> None:
        self.client = FeedClient(home.feed_socket(exchange))
        opened.append(self)
        self.events: list[FeedEvent] = []

    def follow(
        self, *markets: str, streams: tuple[str, ...] = ("trades", "candles"), resume: Any = None
    ) -> "Reader":
        self.client.connect(10)
        self.client.subscribe(markets, streams, resume)
        return self

    def turn(self, seconds: float = 0.05) -> None:
        """One turn of a session's loop."""
        due = self.client.timeout()
        wait = seconds if due is None else min(seconds, due)
        if self.client.fileno() >= 0:
            select.select([self.client.fileno()], [], [], wait)
        else:
            time.sleep(min(wait, 0.02))
        self.events += self.client.read_events()
        self.client.ack()

    def until(self, enough: Any, seconds: float = 15.0) -> "Reader":
        """Read until `enough(self)`."""
        deadline = time.monotonic() + seconds * PATIENCE
        while not enough(self):
            assert time.monotonic() < deadline, f"in vain; told so far: {self.tail()}"
            self.turn()
        return self

    def tail(self) -> str:
        told = f"{len(self.ticks())} ticks, {len(self.candles())} candles"
        return f"{told}, {self.of(FeedStatus)}, {self.events[-3:]}"

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def ticks(self, market: str = "XBTUSD") -> list[Tick]:
        return [event for event in self.of(Tick) if event.market == market]

    def candles(self, market: str = "XBTUSD") -> list[Candle]:
        return [event for event in self.of(Candle) if event.market == market]

    def gaps(self) -> list[FeedGap]:
        return self.of(FeedGap)
