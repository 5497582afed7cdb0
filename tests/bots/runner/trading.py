"""A session's real process in a home of its own, and an agent that tells it of a market minute by minute."""

import contextlib
import os
import signal
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bots import child
from bots.feed import protocol
from schema.exits import ExitNote, read_exit_note
from schema.files.trades import TradesReader
from schema.home import Home
from schema.readiness import Ready, Refused, decode
from schema.spec import LaunchSpec
from tests.bots.feed.scripted_agent import ScriptedAgent
from tests.processes import group_of
from tests.wait import until

ID = "s"

EVERY_BAR = '''
from bots.core.strategy import Bar, Strategy


class EveryBar(Strategy):
    """In with one bar, out with the next: a trade every two minutes."""

    def on_bar(self, bar: Bar) -> None:
        if self.position():
            self.close(reason="out")
        else:
            self.buy(100, reason="in")
'''


@dataclass
class Session:
    """One run of a session, as a forked child that leads its own group."""

    home: Home
    pid: int
    ready: int

    def said(self) -> Ready | Refused:
        with open(self.ready, "rb") as file:
            return decode(file.readline())

    def code(self, seconds: float = 10) -> int:
        """Exit code; negative for a signal."""

        def ended() -> object:
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)

        until(ended, seconds, f"the session to end: {self.log()}")
        return self.reap()

    def reap(self) -> int:
        """Kill what is left of its group, reap it, and give its exit code.

        As with the supervisor nothing of a run is alive when the next one starts: a copy of the session that
        writes its figures holds the session's lock too, for a moment longer than the session itself.
        """
        for kill in (os.kill, os.killpg):  # it may not lead its group yet
            with contextlib.suppress(ProcessLookupError):
                kill(self.pid, signal.SIGKILL)
        leader, self.pid = self.pid, 0
        code = os.waitstatus_to_exitcode(os.waitpid(leader, 0)[1])
        until(lambda: not group_of(leader), 10, f"the group of {leader} to end")
        return code

    def stop(self) -> int:
        os.kill(self.pid, signal.SIGTERM)
        return self.code()

    def runs(self) -> bool:
        return os.waitpid(self.pid, os.WNOHANG) == (0, 0)

    def note(self) -> ExitNote:
        note = read_exit_note(self.home.exit_note(ID))
        assert note is not None
        return note

    def log(self) -> str:
        path = self.home.log(ID)
        return path.read_text() if path.exists() else ""

    def until_logged(self, text: str) -> None:

        def there() -> bool:
            assert text in self.log(), self.log()
            return True

        until(there, 10, f"{text!r} in the log")

    def until_trades(self, count: int) -> None:
        """Wait for exactly so many trades in the file."""

        def there() -> bool:
            found = TradesReader(self.home.trades(ID)).count()
            assert found == count, (found, self.log())
            return True

        until(there, 10, f"{count} trades")


@contextmanager
def session(home: Home, run: int = 1, **fields: Any) -> Iterator[Session]:
    """Forked like the zygote does it; what is left of it at the end is killed, and gone."""
    (home.strategies / "every_bar.py").write_text(EVERY_BAR)
    all_fields: dict[str, Any] = {
        "strategy": "EveryBar", "type": "test", "market": "XBTUSD", "exchange": "sandbox",
        "api_url": "http://127.0.0.1:9", **fields,
    }  # fmt: skip
    spec = LaunchSpec(kind="session", id=ID, run=run, home=str(home.root), **all_fields)
    made = Session(home, *_fork(lambda ready: child.main(spec, ready)))
    try:
        yield made
    finally:
        if made.pid:
            made.reap()


def _fork(work: Callable[[int], int]) -> tuple[int, int]:
    read_end, write_end = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            os.setsid()
            _close_sockets()
            code = work(write_end)
        finally:
            os._exit(code)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.close(write_end)
    return pid, read_end


def _close_sockets() -> None:
    """In the child: let go of the test's servers and connections, whose ends would else not be noticed.

    Nothing more: libraries that other tests have loaded keep descriptors for themselves. Arrow, for one,
    aborts the next copy of a process in which its pipe was closed.
    """
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the one that listed the folder is closed already
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                os.close(int(name))


class Market:
    """An agent whose market stands at 30,000 and moves on when the test says so. History is empty."""

    def __init__(self, home: Home) -> None:
        self._path = home.feed_socket("sandbox")
        self._agent = ScriptedAgent(self._path)
        self._trade = self._candle = 0
        self._thread: threading.Thread | None = None
        self._said = threading.Lock()

    def accept(self) -> None:
        """Take the session's connection, and its questions from then on."""
        self._agent.accept()
        assert self._agent.hear()["op"] == "subscribe"
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def again(self) -> None:
        """Be a new agent: the next session's."""
        self._agent.close()
        self._agent = ScriptedAgent(self._path)
        self._trade = self._candle = 0

    def minute(self, start: float) -> None:
        """The first tick after a minute, then that minute's candle."""
        self._trade += 1
        self._candle += 1
        tick = [start + 60, "30000", "10", "Buy", "29999.9", "30000", str(self._trade)]
        candle = [start, "30000", "30001", "29999", "30000", "60"]
        self._say(
            protocol.trades("XBTUSD", self._trade, [tick]),
            protocol.candle("XBTUSD", self._candle, "1m", candle),
        )

    def _say(self, *lines: bytes) -> None:
        with self._said:
            self._agent.say(*lines)

    def _answer(self) -> None:
        with contextlib.suppress(OSError, AssertionError):
            while True:
                with contextlib.suppress(TimeoutError):
                    question = self._agent.hear()
                    if "rid" in question:
                        self._say(protocol.result(question["rid"], rows=[]))

    def close(self) -> None:
        self._agent.close()


@contextmanager
def market(home: Home) -> Iterator[Market]:
    made = Market(home)
    try:
        yield made
    finally:
        made.close()
