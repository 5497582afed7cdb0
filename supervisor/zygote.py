"""The zygote: a warm, single-threaded program that forks (`python -m supervisor.zygote`).

It imports the heavy libraries once, freezes them out of the garbage collector's reach, and forks a child
for each request on its socket. A message is one JSON object (SEQPACKET keeps them apart):

    {"op": "fork", "rid", "kind", "id", "run"} + [ready, specification]  ->  {"rid", "pid", "start"}
    {"op": "find", "rid", "id"}  ->  {"rid", "child": {...} or null}
    {"op": "retire"}: fork no more, and go with the last child

It outlives the daemon, takes note of its children's ends, and accepts the next daemon's connection.
"""

import argparse
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from setproctitle import setproctitle

from schema.exits import ExitCode
from schema.home import Home
from schema.locks import LockHeld, ProcessLock
from schema.processes import read_stat
from schema.stdio import CappedFile, redirect
from schema.subreaper import become_subreaper
from supervisor.compact import fill_gaps
from supervisor.forked import Entry, run_child
from supervisor.hot_code import rehearsed
from supervisor.reaping import Launched, reap

_MESSAGE = 65_536
_HANDLED = (signal.SIGCHLD, signal.SIGTERM)
_REHEARSAL_SECONDS = 15.0


class Zygote:
    """Serves fork requests of one home until it is retired and its last child has ended."""

    def __init__(
        self,
        home: Home,
        listener: socket.socket,
        lock: ProcessLock,
        entry: Entry,
        orphan_seconds: float,
        out: CappedFile,
    ) -> None:
        self._home = home
        self._listener = listener
        self._lock = lock
        self._entry = entry
        self._orphan_seconds = orphan_seconds
        self._out = out
        self._connections: dict[int, socket.socket] = {}
        self._children: dict[int, Launched] = {}
        self._retired = False
        self._alone_since = time.monotonic()
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._poll = select.poll()
        for descriptor in (self._wake_read, listener.fileno()):
            self._poll.register(descriptor, select.POLLIN)

    def serve(self) -> None:
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # the wake-up descriptor is what counts
        signal.signal(signal.SIGTERM, self._on_terminate)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while not self._may_go():
            # Old connections come before new ones: a next daemon's question sees the last one's forks.
            ready = sorted(fd for fd, _ in self._poll.poll(1000))
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake_read, 4096)
            self._reap()
            self._out.check()
            for descriptor in [fd for fd in ready if fd in self._connections]:
                self._answer(self._connections[descriptor])
            if self._listener.fileno() in ready:
                self._accept()

    def _may_go(self) -> bool:
        if self._connections or self._children:
            self._alone_since = time.monotonic()
        if self._children:
            return False
        return self._retired or time.monotonic() - self._alone_since > self._orphan_seconds

    def _on_terminate(self, *_: object) -> None:
        self._retired = True

    def _reap(self) -> None:
        for pid in reap(self._home, self._children.get):
            self._children.pop(pid, None)

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        connection.setblocking(True)
        connection.settimeout(5)
        self._connections[connection.fileno()] = connection
        self._poll.register(connection.fileno(), select.POLLIN)

    def _answer(self, connection: socket.socket) -> None:
        descriptors: list[int] = []
        try:
            data, descriptors, _, _ = socket.recv_fds(connection, _MESSAGE, 2)
            if not data:
                self._drop(connection)
                return
            answer = self._handle(json.loads(data), descriptors)
            if answer is not None:
                connection.send(json.dumps(answer).encode())
        except OSError:
            self._drop(connection)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _drop(self, connection: socket.socket) -> None:
        self._poll.unregister(connection.fileno())
        del self._connections[connection.fileno()]
        connection.close()

    def _handle(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any] | None:
        match request["op"]:
            case "fork":
                return {"rid": request["rid"], **self._fork(request, descriptors)}
            case "find":
                found = [child for child in self._children.values() if child.id == request["id"]]
                return {"rid": request["rid"], "child": asdict(found[-1]) if found else None}
            case _:
                self._retired = True
                return None

    def _fork(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        if self._retired:
            return {"error": "this zygote is retired"}
        ready_fd, spec_fd = descriptors
        if _nobody_reads(ready_fd):
            return {"error": "the daemon that asked is gone"}
        threads = len(os.listdir("/proc/self/task"))
        if threads != 1:
            return {
                "error": f"the zygote has {threads} threads: a fork would copy locks that nobody releases"
            }
        # A signal between fork and the child's own handlers would be taken by the zygote's.
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        pid = os.fork()
        if pid == 0:
            run_child(self._entry, spec_fd, ready_fd, self._leave_to_the_child)
        # It cannot be reaped before this, so the start time is its own.
        stat = read_stat(pid)
        assert stat is not None
        self._children[pid] = Launched(pid, stat.start, request["kind"], request["id"], request["run"])
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        return {"pid": pid, "start": stat.start}

    def _leave_to_the_child(self) -> None:
        """In the child: let go of everything that is the zygote's."""
        signal.set_wakeup_fd(-1)
        for number in _HANDLED:
            signal.signal(number, signal.SIG_DFL)
        for connection in self._connections.values():
            connection.close()
        self._listener.close()
        self._lock.release()
        os.close(self._wake_read)
        os.close(self._wake_write)


def _nobody_reads(pipe: int) -> bool:
    poll = select.poll()
    poll.register(pipe, 0)
    return any(events & select.POLLERR for _, events in poll.poll(0))


def preload(names: list[str], folder: Path) -> None:
    """Import the modules that children need, and rehearse in `folder` with the function of a
    `module:function`. What fails is told: the child that needs it says so again, itself.
    """
    for name in names:
        module, _, function = name.partition(":")
        try:
            imported = importlib.import_module(module)
            if function:
                with _limited():
                    fill_gaps()
                    rehearsed(partial(getattr(imported, function), folder))
        except Exception as error:
            print(f"zygote: {name} cannot be loaded: {error}", file=sys.stderr, flush=True)


class _TooLong(Exception):
    """A rehearsal hangs."""


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """Interrupt what takes too long, again each second: somebody on the way may catch any exception."""

    def interrupt(*_: object) -> None:
        raise _TooLong(f"no end after {_REHEARSAL_SECONDS:g} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, _REHEARSAL_SECONDS, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _begin_again(modules: list[str]) -> NoReturn:
    """In the same process, without rehearsals: one has left a thread, and no fork is safe with it."""
    print("zygote: a rehearsal left a thread; begun again without", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "supervisor.zygote", *sys.argv[1:], "--preload", ",".join(modules)]
    os.execv(sys.executable, command)


def main() -> int:
    parser = argparse.ArgumentParser(prog="supervisor.zygote")
    parser.add_argument("--home", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--entry", required=True)
    parser.add_argument("--preload", default="")
    parser.add_argument("--ready-fd", type=int, required=True)
    parser.add_argument("--orphan-seconds", type=float, default=60.0)
    options = parser.parse_args()
    home = Home.at(options.home)
    setproctitle("botyard zygote")
    # The daemon's own output may be a pipe that goes away before the zygote does.
    out = redirect(home.zygote_out)
    lock_path = home.lock(f"zygote-{options.name}")
    try:
        lock = ProcessLock.acquire(lock_path, 0)
    except LockHeld as error:
        print(f"zygote: {error}", file=sys.stderr, flush=True)
        return ExitCode.OUTSIDE
    become_subreaper()
    names = [name for name in options.preload.split(",") if name]
    preload(names, home.run / "rehearsal")
    plain = [name for name in names if ":" not in name]
    if plain != names and len(os.listdir("/proc/self/task")) > 1:
        _begin_again(plain)
    module, _, function = options.entry.partition(":")
    entry: Callable[[Any, int], int] = getattr(importlib.import_module(module), function)
    path = home.zygote_socket(options.name)
    listener = _listen(path)
    gc.collect()
    fill_gaps()
    gc.freeze()
    gc.disable()
    with contextlib.suppress(OSError), open(options.ready_fd, "wb", buffering=0) as ready:
        ready.write(b"ready\n")
    try:
        Zygote(home, listener, lock, entry, options.orphan_seconds, out).serve()
    finally:
        for left in (path, lock_path):
            left.unlink(missing_ok=True)
    return ExitCode.FINISHED


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(16)
    return listener


if __name__ == "__main__":
    sys.exit(main())
