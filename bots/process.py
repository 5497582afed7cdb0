"""Being a good child of the daemon: lock, streams, signals, readiness, wants, exit note.

A program inside a child keeps one `Process` and either waits through it (`wait`, a plain loop) or attaches
it to an asyncio loop (`attach`). In both, a signal ends the wait at once: flags are set after the wake-up
descriptor was read.
"""

import contextlib
import faulthandler
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal

from setproctitle import setproctitle

from schema import readiness
from schema.exits import ExitCode, ExitNote, Outcome, boot_id, write_exit_note
from schema.home import Home
from schema.locks import ProcessLock
from schema.spec import LaunchSpec
from schema.stdio import CappedFile, redirect
from schema.wants import Actual, read_want, write_actual

if TYPE_CHECKING:
    import asyncio

State = Literal["running", "paused"]

_HANDLED = (signal.SIGTERM, signal.SIGUSR1)
_IGNORED = (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE)  # a terminal's Ctrl-C is the daemon's business
_OUT_CHECK_SECONDS = 1.0


class BadSpec(Exception):
    """What was asked for cannot work, however often it is tried: exit code 64, never retried."""

    exit_code = ExitCode.BAD_SPEC

    def __init__(self, message: str, code: str = "bad_spec", details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.details = details or {}


class OutsideTrouble(BadSpec):
    """Something outside failed, such as an exchange that does not answer: exit code 75, may be retried."""

    exit_code = ExitCode.OUTSIDE

    def __init__(self, message: str, code: str = "outside", details: dict[str, Any] | None = None) -> None:
        super().__init__(message, code, details)


@dataclass(frozen=True)
class Ending:
    """How a program inside a child ended; `run` functions return it. None stands for: finished, or told to
    stop.
    """

    outcome: Outcome
    code: ExitCode = ExitCode.FINISHED
    message: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class Process:
    """The process that one launch specification asked for.

    Attributes:
        stopping: SIGTERM came: flush, write the snapshot, end.
        wanted: "running" or "paused", from the specification and then from the want file.
        wake_fd: readable when a signal came; belongs into every wait.
        is_ready: `ready` was said.
    """

    def __init__(self, spec: LaunchSpec, ready_fd: int) -> None:
        """Become this child. Signals are blocked before and handled after.

        Raises:
            LockHeld: another process of this id runs.
            OSError: lock or output file cannot be written.
        """
        self.spec = spec
        self.home = Home.at(spec.home)
        self.stopping = False
        self.is_ready = False
        self.wanted: State = "paused" if spec.wanted == "paused" else "running"
        self.note: ExitNote | None = None
        self._ready_fd = ready_fd
        self._state: State | None = None
        self._want_is_new = False
        self._told = (self.stopping, self.wanted)
        self._out_checked = time.monotonic()
        self.lock = ProcessLock.acquire(self.home.lock(spec.id), spec.run)
        self._out = self._open_output()
        setproctitle(_title(spec))
        self.wake_fd, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._handle_signals()

    def _open_output(self) -> CappedFile:
        in_sessions = self.spec.kind == "session"
        return redirect(self.home.out(self.spec.id) if in_sessions else self.home.run / f"{self.spec.id}.out")

    def _handle_signals(self) -> None:
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._on_terminate)
        signal.signal(signal.SIGUSR1, self._on_new_want)
        for number in _IGNORED:
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        faulthandler.register(signal.SIGQUIT, file=2, all_threads=True)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])

    def _on_terminate(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _on_new_want(self, _number: int, _frame: FrameType | None) -> None:
        self._want_is_new = True

    # Waiting

    def poll(self) -> bool:
        """Take in what signals brought, without waiting; True where `stopping` or `wanted` changed."""
        with contextlib.suppress(BlockingIOError):
            os.read(self.wake_fd, 4096)
        if self._want_is_new:
            self._want_is_new = False  # before reading: a signal during the read asks for another one
            self._read_want()
        now = time.monotonic()
        if now - self._out_checked >= _OUT_CHECK_SECONDS:
            self._out_checked = now
            self._out.check()
        told, self._told = self._told, (self.stopping, self.wanted)
        return told != self._told

    def wait(self, timeout: float | None, *descriptors: int) -> list[int]:
        """Wait for input on any of `descriptors`, for a signal, or for `timeout` seconds (None: without end).

        Returns the descriptors that have input; signals have been taken in (`poll`) when it returns.
        """
        waiting = select.poll()
        for descriptor in (self.wake_fd, *descriptors):
            waiting.register(descriptor, select.POLLIN)
        found = waiting.poll(None if timeout is None else max(0.0, timeout) * 1000)
        self.poll()
        return [descriptor for descriptor, _ in found if descriptor != self.wake_fd]

    def attach(self, loop: "asyncio.AbstractEventLoop", on_change: Callable[[], object]) -> None:
        """Call `on_change` in `loop` whenever `stopping` or `wanted` changed."""

        def woken() -> None:
            if self.poll():
                on_change()

        loop.add_reader(self.wake_fd, woken)
        if self.stopping or self._want_is_new:
            loop.call_soon(woken)

    def _read_want(self) -> None:
        want = read_want(self.home.want(self.spec.id))
        if want is not None and want.run == self.spec.run and want.state != "stopped":
            self.wanted = want.state

    # Telling

    def ready(self, **info: Any) -> None:
        """Say that this launch succeeded; `info` goes to the daemon with it. Only the first call counts."""
        if self.is_ready:
            return
        self._state = self._state or self.wanted
        self._write_actual(self._state)
        self.is_ready = True
        self._say(readiness.Ready(os.getpid(), self.lock.info.start, info))

    def fail(self, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        """Say why this launch did not succeed; nothing where `ready` was said."""
        self._say(readiness.Refused(code, message, details or {}))

    def announce(self, state: State) -> None:
        """Say what the process is, when it is so: pause and resume are answered with this.

        A full disk is no reason to end: the daemon then waits in vain, says so, and takes its want back.
        """
        self._state = state
        with contextlib.suppress(OSError):
            self._write_actual(state)

    def _write_actual(self, state: State) -> None:
        write_actual(self.home.actual(self.spec.id), Actual(self.spec.run, os.getpid(), state))

    def finish(
        self,
        outcome: Outcome,
        code: ExitCode = ExitCode.FINISHED,
        message: str = "",
        details: dict[str, Any] | None = None,
    ) -> int:
        """Leave the exit note and give the exit code. Only the first call counts."""
        if self.note is None:
            self.note = ExitNote(
                id=self.spec.id,
                run=self.spec.run,
                pid=os.getpid(),
                outcome=outcome,
                code=int(code),
                message=message[:2000],
                details=details or {},
                at=time.time(),
                boot=boot_id(),
            )
            with contextlib.suppress(OSError):  # a full disk; the zygote tries again and says what it knows
                write_exit_note(self.home.exit_note(self.spec.id), self.note)
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
        return self.note.code or 0

    def _say(self, said: readiness.Ready | readiness.Refused) -> None:
        if self._ready_fd < 0:
            return
        say(self._ready_fd, said)
        self._ready_fd = -1


def say(ready_fd: int, said: readiness.Ready | readiness.Refused) -> None:
    """Tell the launching daemon, once; one that went away meanwhile is no error, the next one finds the
    lock.
    """
    with contextlib.suppress(OSError), open(ready_fd, "wb", buffering=0) as out:
        rest = memoryview(readiness.encode(said))
        while rest:
            rest = rest[out.write(rest) :]


def _title(spec: LaunchSpec) -> str:
    return f"botyard {spec.kind}" if spec.kind == spec.id else f"botyard {spec.kind} {spec.id}"
