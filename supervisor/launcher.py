"""Launching: fork, then wait for the child's own word that it is ready, or why not. A failed launch leaves
nothing.
"""

import asyncio
import contextlib
import os
from typing import Any

from schema.exits import ExitNote, read_exit_note
from schema.home import Home
from schema.locks import probe
from schema.readiness import Ready, Refused, decode
from schema.spec import LaunchSpec
from supervisor import stopper
from supervisor.outcome import reason
from supervisor.reaping import Launched
from supervisor.watch import Child, Watcher
from supervisor.zygote_client import ZygoteClient, ZygoteDown, ZygoteLost

ZYGOTE_DOWN = "zygote_down"

_ENDS_WITHIN = 2.0
_LARGEST_LINE = 16_000_000


class LaunchFailed(Exception):
    """The child did not become ready; nothing of it runs.

    Attributes:
        code: the child's own word for it, or "killed", "silent", "timeout", "zygote_down".
        note: its exit note.
    """

    def __init__(self, code: str, message: str, details: dict[str, Any], note: ExitNote | None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.note = note


class Launcher:
    """Starts processes of one home."""

    def __init__(self, home: Home, zygote: ZygoteClient, watcher: Watcher, ready_seconds: float) -> None:
        self._home = home
        self._zygote = zygote
        self._watcher = watcher
        self._ready_seconds = ready_seconds

    async def launch(self, spec: LaunchSpec) -> tuple[Child, dict[str, Any]]:
        """The ready child, and what it told beside that.

        A zygote that dies over it is replaced, and the launch tried once more.

        Raises:
            LaunchFailed
        """
        try:
            return await self._launch(spec)
        except LaunchFailed as failure:
            if failure.code != ZYGOTE_DOWN:
                raise
        return await self._launch(spec)

    async def _launch(self, spec: LaunchSpec) -> tuple[Child, dict[str, Any]]:
        for left in (self._home.exit_note(spec.id), self._home.actual(spec.id)):
            left.unlink(missing_ok=True)
        read_end, write_end = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(read_end, False)
        child: Child | None = None
        try:
            try:
                child = await self._fork(spec, write_end)
            finally:
                os.close(write_end)
            said = await asyncio.wait_for(_read_line(read_end), self._ready_seconds)
            return self._concluded(spec, child, said)
        except TimeoutError:
            raise await self._failed(
                spec, child, "timeout", f"it was not ready within {self._ready_seconds:g} s"
            ) from None
        except _NotReady as failure:
            raise await self._failed(spec, child, failure.code, failure.message, failure.details) from None
        except asyncio.CancelledError:
            await self._clear(spec, child)
            raise
        finally:
            os.close(read_end)

    async def _fork(self, spec: LaunchSpec, write_end: int) -> Child | None:
        """The watched child; None where the zygote died over it, then the ready line or its absence tells."""
        try:
            launched = await self._zygote.fork(
                (spec.kind, spec.id, spec.run), write_end, spec.to_json().encode()
            )
        except ZygoteLost:
            return None
        except ZygoteDown as error:
            raise _NotReady(ZYGOTE_DOWN, str(error)) from None
        return self._watcher.watch(launched)

    def _concluded(self, spec: LaunchSpec, child: Child | None, line: bytes) -> tuple[Child, dict[str, Any]]:
        if not line:
            if child is None:
                raise _NotReady(ZYGOTE_DOWN, "the process that starts others went away; try again")
            raise _NotReady("silent", "")
        try:
            said = decode(line)
        except ValueError as error:
            raise _NotReady("silent", f"it said something unreadable: {error}") from None
        if isinstance(said, Refused):
            raise _NotReady(said.code, said.message, said.details)
        return child or self._watcher.watch(_as_told(spec, said)), said.info

    async def _failed(
        self,
        spec: LaunchSpec,
        child: Child | None,
        code: str,
        message: str,
        details: dict[str, Any] | None = None,
    ) -> LaunchFailed:
        """The failure, after the child is gone; who said nothing is explained by the exit note."""
        if child is not None and code != "timeout":
            await stopper.gone(child, _ENDS_WITHIN)
        await self._clear(spec, child)
        note = read_exit_note(self._home.exit_note(spec.id))
        if note is not None and note.run != spec.run:
            note = None
        if code == "silent" and note is not None:
            code, message = ("killed" if note.signal else code), message or reason(note)
        exit_code = {"exit_code": note.code} if note is not None and note.code is not None else {}
        return LaunchFailed(code, message or reason(note), {**(details or {}), **exit_code}, note)

    async def _clear(self, spec: LaunchSpec, child: Child | None) -> None:
        if child is not None and not child.gone:
            await stopper.kill(child)
        state = probe(self._home.lock(spec.id))
        if state.held and state.info is not None and state.info.run == spec.run:
            await stopper.free_lock(self._home, spec.id)


class _NotReady(Exception):
    def __init__(self, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details or {}


def _as_told(spec: LaunchSpec, said: Ready) -> Launched:
    return Launched(said.pid, said.start, spec.kind, spec.id, spec.run)


async def _read_line(descriptor: int) -> bytes:
    """One line from a pipe; empty where its writers are gone before the line was whole."""
    loop = asyncio.get_running_loop()
    buffer = bytearray()
    done: asyncio.Future[bytes] = loop.create_future()

    def readable() -> None:
        with contextlib.suppress(BlockingIOError):
            block = os.read(descriptor, 65_536)
            buffer.extend(block)
            if block and not block.endswith(b"\n") and len(buffer) < _LARGEST_LINE:
                return
            if not done.done():
                done.set_result(bytes(buffer) if buffer.endswith(b"\n") else b"")

    loop.add_reader(descriptor, readable)
    try:
        return await done
    finally:
        loop.remove_reader(descriptor)
