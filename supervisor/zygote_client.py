"""The daemon's side of the zygote: speaks to it, and notices its death."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from schema.home import Home
from schema.processes import read_stat
from supervisor.events import log
from supervisor.reaping import Launched
from supervisor.version import code_version
from supervisor.warm import ENTRY, PRELOAD
from supervisor.zygote_spawn import spawn

_MESSAGE = 65_536
_WARM_SECONDS = 60.0


class ZygoteDown(Exception):
    """No child can be forked at the moment; the text says why."""


class ZygoteLost(ZygoteDown):
    """It went away over the request: whether a child came into being is not known."""


class ZygoteClient:
    """One zygote of this code's version: an existing one of this home, or a new one."""

    def __init__(
        self,
        home: Home,
        on_lost: Callable[[], None],
        entry: str = ENTRY,
        preload: Sequence[str] = PRELOAD,
        answer_seconds: float = 15.0,
    ) -> None:
        self._home = home
        self._on_lost = on_lost
        self._entry = entry
        self._answer_seconds = answer_seconds
        self._preload = ",".join(preload)
        self.version = code_version(entry, self._preload)
        self.pid: int | None = None
        self._connection: socket.socket | None = None
        self._starting = asyncio.Lock()
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._serial = 0
        self._closing = False

    @property
    def ready(self) -> bool:
        return self._connection is not None

    async def ensure(self) -> None:
        """Connect to the zygote, starting it where there is none. Raises ZygoteDown."""
        async with self._starting:
            if self._connection is not None:
                return
            if self._closing:
                raise ZygoteDown("the daemon is ending")
            self._connection = self._connect(self._path) or await self._start()
            self.pid = _peer(self._connection)
            asyncio.get_running_loop().add_reader(self._connection.fileno(), self._receive)
            self._retire_others()

    async def fork(self, launched_as: tuple[str, str, int], ready_fd: int, spec: bytes) -> Launched:
        """Fork a child for (kind, id, run); `spec` is its specification, `ready_fd` its way to answer.

        Raises:
            ZygoteLost: a child may have come into being; its readiness will tell.
            ZygoteDown: none has.
        """
        await self.ensure()
        kind, id, run = launched_as
        spec_fd = os.memfd_create("specification", os.MFD_CLOEXEC)
        try:
            with open(spec_fd, "wb", closefd=False) as file:
                file.write(spec)
            os.lseek(spec_fd, 0, os.SEEK_SET)
            answer = await self._ask({"op": "fork", "kind": kind, "id": id, "run": run}, [ready_fd, spec_fd])
        finally:
            os.close(spec_fd)
        if "error" in answer:
            raise ZygoteDown(str(answer["error"]))
        return Launched(answer["pid"], answer["start"], kind, id, run)

    async def find(self, id: str) -> Launched | None:
        """The running child of that name, as its parent knows it. Raises ZygoteDown."""
        await self.ensure()
        child = (await self._ask({"op": "find", "id": id}, []))["child"]
        return Launched(**child) if child else None

    async def retire(self) -> None:
        """Let it go with its last child, and wait a moment for that."""
        self._closing = True
        connection, pid = self._connection, self.pid
        if connection is None or pid is None:
            return
        with contextlib.suppress(OSError):
            connection.send(b'{"op": "retire"}')
        self._forget()
        for _ in range(200):
            stat = read_stat(pid)
            if stat is None or stat.state == "Z":
                return
            await asyncio.sleep(0.01)

    def detach(self) -> None:
        """Leave it to the next daemon."""
        self._closing = True
        self._forget()

    @property
    def _path(self) -> Path:
        return self._home.zygote_socket(self.version)

    def _connect(self, path: Path) -> socket.socket | None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            connection.connect(str(path))
        except OSError:
            connection.close()
            return None
        connection.setblocking(False)
        return connection

    async def _start(self) -> socket.socket:
        out = self._home.zygote_out
        try:
            await spawn(self._home, self.version, self._entry, self._preload, _WARM_SECONDS)
        except TimeoutError:
            raise ZygoteDown(
                f"the zygote did not become ready within {_WARM_SECONDS:g} s; see {out}"
            ) from None
        connection = self._connect(self._path)
        if connection is None:
            raise ZygoteDown(f"the zygote did not start; its own words are in {out}")
        log.info("zygote %s started, pid %d", self.version, _peer(connection))
        return connection

    def _retire_others(self) -> None:
        """Zygotes of other code fork no more and go with their last child."""
        for path in self._path.parent.glob("zygote-*.sock"):
            if path == self._path:
                continue
            connection = self._connect(path)
            if connection is None:
                path.unlink(missing_ok=True)
                continue
            with contextlib.suppress(OSError):
                connection.send(b'{"op": "retire"}')
            connection.close()

    async def _ask(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        connection = self._connection
        if connection is None:
            raise ZygoteDown("the zygote went away")
        self._serial += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[self._serial] = answer
        message = json.dumps({**request, "rid": self._serial}).encode()
        try:
            await _send(connection, message, descriptors)
            return await asyncio.wait_for(answer, self._answer_seconds)
        except TimeoutError:
            self._kill()
            raise ZygoteLost(
                f"the zygote did not answer within {self._answer_seconds:g} s and was killed"
            ) from None
        except OSError as error:
            raise ZygoteLost(f"the zygote went away ({error})") from None
        finally:
            self._waiting.pop(json.loads(message)["rid"], None)

    def _receive(self) -> None:
        assert self._connection is not None
        try:
            data = self._connection.recv(_MESSAGE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            log.warning("zygote %s, pid %s, is gone; its children go on", self.version, self.pid)
            self._forget()
            self._on_lost()
            return
        answer = json.loads(data)
        waiting = self._waiting.get(answer["rid"])
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def _kill(self) -> None:
        """One that hangs would hold up every start; its children live on without it."""
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _forget(self) -> None:
        if self._connection is not None:
            asyncio.get_running_loop().remove_reader(self._connection.fileno())
            self._connection.close()
        self._connection, self.pid = None, None
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ZygoteLost("the zygote went away"))


async def _send(connection: socket.socket, message: bytes, descriptors: list[int]) -> None:
    while True:
        try:
            socket.send_fds(connection, [message], descriptors)
            return
        except BlockingIOError:
            await asyncio.sleep(0.005)  # its queue is full: it forks as fast as it can


def _peer(connection: socket.socket) -> int:
    """PID of who listens at the other end."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid: int = struct.unpack("3i", credentials)[0]
    return pid
