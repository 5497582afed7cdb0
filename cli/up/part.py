"""One process of the Procfile: in a session of its own, tied to the runner, started again when it dies."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.up.log import Lines, Log
from cli.up.procfile import Entry
from cli.up.tied import tied

_PIECE = 65_536


@dataclass(frozen=True)
class Delays:
    """Seconds before a part is started again: `first`, doubled each time up to `most`.

    A part that lived for `settled` seconds begins anew.
    """

    first: float = 0.5
    most: float = 30.0
    settled: float = 60.0


class Part:
    """Times are monotonic seconds; `now` is handed in."""

    def __init__(self, entry: Entry, log: Log, delays: Delays) -> None:
        self.name = entry.name
        self.due: float | None = None
        self.pid: int | None = None
        self.output: int | None = None
        self._command = entry.command
        self._log = log
        self._lines = Lines(log, entry.name)
        self._delays = delays
        self._delay = delays.first
        self._started = 0.0

    @property
    def running(self) -> bool:
        return self.pid is not None

    def start(self, now: float, folder: Path, environment: Mapping[str, str]) -> int:
        """Start the process; returns the descriptor of its output."""
        self.output, theirs = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self.output, False)
        process = subprocess.Popen(
            tied([*self._command]),
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        os.close(theirs)
        process.returncode = 0  # the runner reaps everything itself, strays too
        self.pid, self.due, self._started = process.pid, None, now
        return self.output

    def read(self) -> bool:
        """Hand what has come to the log; False at the end of the stream."""
        assert self.output is not None
        try:
            while data := os.read(self.output, _PIECE):
                self._lines.feed(data)
        except BlockingIOError:
            return True
        return False

    def ended(self, now: float, status: int, *, again: bool) -> None:
        """Take note of its end; `again` plans the next start."""
        self.pid = None
        how = _how(os.waitstatus_to_exitcode(status))
        if not again:
            self._log.own(f"{self.name} {how}")
            return
        if now - self._started >= self._delays.settled:
            self._delay = self._delays.first
        self.due = now + self._delay
        self._log.own(f"{self.name} {how}; starting it again in {self._delay:g} s")
        self._delay = min(self._delay * 2, self._delays.most)

    def close_output(self) -> None:
        """Not at the stream's end but with the process: what it left running may hold the pipe."""
        if self.output is not None:
            self.read()
            self._lines.close()
            os.close(self.output)
            self.output = None

    def signal(self, number: signal.Signals) -> None:
        pid = self.pid
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill_group(self) -> None:
        """End it and its workers at once. Bots have sessions of their own and are not touched."""
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)


def _how(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
