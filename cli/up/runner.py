"""The loop of `botyard up`: keeps the parts running until it is asked to end, then ends them in order."""

import os
import selectors
import signal
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from cli.up.log import Log
from cli.up.part import Delays, Part
from cli.up.procfile import Entry
from cli.up.wakeup import Wakeup, signals_as_queue

_SAME_PRESS = 0.5  # a terminal, make and timeout may each pass on one and the same wish to end


class Runner:
    """Runs the processes of a Procfile.

    Args:
        entries: what to run.
        folder: working directory of the parts.
        environment: of the parts.
        on_change: called with the parts whenever one has started or ended.
        orderly: a part's name and what asks it to end of its own accord; called in a thread, may take its
            time. The part ends before the others are asked to; where it raises, with SIGTERM as they do.
        end_seconds: how long a part may take to end after SIGTERM.
    """

    def __init__(
        self,
        entries: list[Entry],
        folder: Path,
        environment: Mapping[str, str],
        log: Log,
        *,
        on_change: Callable[[list[Part]], None] = lambda parts: None,
        orderly: tuple[str, Callable[[], None]] | None = None,
        delays: Delays | None = None,
        end_seconds: float = 10.0,
    ) -> None:
        self.parts = [Part(entry, log, delays or Delays()) for entry in entries]
        self._folder = folder
        self._environment = environment
        self._log = log
        self._on_change = on_change
        self._orderly = orderly
        self._end_seconds = end_seconds
        self._selector = selectors.DefaultSelector()
        self._asked_at: float | None = None
        self._kill_at: float | None = None

    def run(self) -> None:
        """Return when every part has ended after a wish to end (SIGINT, SIGTERM, SIGHUP)."""
        with signals_as_queue() as wakeup:
            self._selector.register(wakeup.descriptor, selectors.EVENT_READ, None)
            for part in self.parts:
                self._start(part)
            while self._asked_at is None or any(part.running for part in self.parts):
                self._turn(wakeup)
        self._selector.close()

    def _turn(self, wakeup: Wakeup) -> None:
        for key, _ in self._selector.select(self._patience()):
            part: Part | None = key.data
            if part is None:
                for number in wakeup.drain():
                    self._asked(number)
            elif not part.read():
                self._selector.unregister(key.fd)
        self._reap()
        now = time.monotonic()
        for part in self.parts:
            if part.due is not None and part.due <= now:
                self._start(part)
        if self._kill_at is not None and self._kill_at <= now:
            self._kill("it is taking too long")

    def _patience(self) -> float | None:
        """Seconds until something is due; None where only a signal or output can be next."""
        times = [part.due for part in self.parts if part.due is not None]
        if self._kill_at is not None:
            times.append(self._kill_at)
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _start(self, part: Part) -> None:
        output = part.start(time.monotonic(), self._folder, self._environment)
        self._selector.register(output, selectors.EVENT_READ, part)
        self._on_change(self.parts)

    def _reap(self) -> None:
        """Reap every child that has ended, also those that their parents left behind."""
        while (ended := _next_ended()) is not None:
            part = next((part for part in self.parts if part.pid == ended), None)
            if part is not None:
                part.kill_group()  # workers that outlived it, before the group's number can be another's
            _, status = os.waitpid(ended, 0)
            if part is not None:
                self._ended(part, status)

    def _ended(self, part: Part, status: int) -> None:
        if part.output is not None and part.output in self._selector.get_map():
            self._selector.unregister(part.output)
        part.close_output()
        part.ended(time.monotonic(), status, again=self._asked_at is None)
        self._on_change(self.parts)
        if self._asked_at is not None and self._orderly and part.name == self._orderly[0]:
            self._terminate()

    def _asked(self, number: signal.Signals) -> None:
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
            self._end(number)
        elif now - self._asked_at >= _SAME_PRESS:
            self._kill("asked once more")

    def _end(self, number: signal.Signals) -> None:
        for part in self.parts:
            part.due = None
        first = next(
            (p for p in self.parts if self._orderly and p.name == self._orderly[0] and p.running), None
        )
        if first is None or self._orderly is None:
            self._log.own(f"{number.name}: ending")
            self._terminate()
            return
        self._log.own(f"{number.name}: ending the sessions; they run again after the next start")
        threading.Thread(target=self._ask, args=(first, self._orderly[1]), daemon=True).start()

    def _ask(self, part: Part, ask: Callable[[], None]) -> None:
        try:
            ask()
        except Exception as error:
            self._log.own(f"{part.name} could not be asked to end ({error}); sessions may run on")
            part.signal(signal.SIGTERM)
        self._kill_at = time.monotonic() + self._end_seconds
        os.kill(os.getpid(), signal.SIGCHLD)  # wakes the loop, which waits for nothing but signals

    def _terminate(self) -> None:
        self._kill_at = time.monotonic() + self._end_seconds
        for part in self.parts:
            part.signal(signal.SIGTERM)

    def _kill(self, why: str) -> None:
        self._kill_at = None
        names = ", ".join(part.name for part in self.parts if part.running)
        self._log.own(f"{why}: killing {names}; sessions that still run are taken over by the next start")
        for part in self.parts:
            part.kill_group()


def _next_ended() -> int | None:
    """PID of a child that has ended and is not reaped yet."""
    try:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return None
    return found.si_pid if found else None
