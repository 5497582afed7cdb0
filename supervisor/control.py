"""The control socket: one JSON request a line, one JSON answer a line, for the owner of the home only."""

import asyncio
import contextlib
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from supervisor.events import log
from supervisor.refusal import Refusal, as_refusal

Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]

_LONGEST_REQUEST = 1_000_000


class ControlServer:
    """Answers requests with what `handle` returns or refuses; a connection's requests in their order."""

    def __init__(self, path: Path, handle: Handler) -> None:
        self._path = path
        self._handle = handle
        self._server: asyncio.Server | None = None
        self._answering: set[asyncio.Task[bytes]] = set()

    async def open(self) -> None:
        self._path.unlink(missing_ok=True)  # the daemon's lock is ours: nobody listens there
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(
                self._connected, path=str(self._path), limit=_LONGEST_REQUEST, backlog=256
            )
        finally:
            os.umask(before)

    async def close(self, wait: float) -> None:
        """Accept nothing new, and give requests under way time to be answered."""
        if self._server is not None:
            self._server.close()
        self._path.unlink(missing_ok=True)
        await self.idle(wait)

    async def idle(self, wait: float) -> None:
        """Wait until all requests but the one under way here are answered, for `wait` seconds at most."""
        current = asyncio.current_task()
        under_way = [task for task in self._answering if task is not current]
        if under_way:
            await asyncio.wait(under_way, timeout=wait)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while line := await self._next_line(reader, writer):
                # A task of its own: what was asked for is done also when who asked goes away.
                task = asyncio.get_running_loop().create_task(self._answer(line))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)
                writer.write(await asyncio.shield(task))
                await writer.drain()
        with contextlib.suppress(ConnectionError, RuntimeError):
            writer.close()

    async def _next_line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        try:
            return await reader.readline()
        except ValueError:
            writer.write(
                _encode(_refused(Refusal("bad_request", f"a request has {_LONGEST_REQUEST} bytes at most")))
            )
            return b""

    async def _answer(self, line: bytes) -> bytes:
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise ValueError("a request is a JSON object")
        except ValueError as error:
            return _encode(_refused(Refusal("bad_request", f"unreadable request: {error}")))
        try:
            return _encode({"ok": True, **await self._handle(request)})
        except Exception as error:
            refusal = as_refusal(error)
            if refusal is None:
                log.exception("request %s failed", request.get("op"))
                refusal = Refusal("internal", f"{type(error).__name__}: {error}")
            return _encode(_refused(refusal))


def _refused(refusal: Refusal) -> dict[str, Any]:
    error = {"code": refusal.code, "message": refusal.message, "details": refusal.details}
    return {"ok": False, "error": error}


def _encode(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, default=str).encode() + b"\n"
