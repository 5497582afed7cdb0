"""Ending processes: asked first, killed after the grace period, and nothing of the group stays."""

import asyncio
import contextlib
import os
import signal

from schema.home import Home
from schema.locks import openers, probe
from schema.processes import is_alive, kill_group, read_stat
from supervisor.reaping import Launched
from supervisor.watch import Child

_KILLED_WITHIN = 5.0
_FREED_WITHIN = 1.0
_LOOK_AGAIN = 0.25


class StillAlive(Exception):
    """A process that even SIGKILL did not end in time: it hangs inside the kernel."""


async def stop(child: Child, grace: float) -> bool:
    """SIGTERM, and SIGKILL for the group after `grace` seconds; True where it had to be killed.

    A stopped (T) process would take no notice of SIGTERM: it is killed at once, also where it stops only
    after that was sent.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + grace
    if not _is_stopped(child):
        child.send(signal.SIGTERM)
        while (left := deadline - loop.time()) > 0 and not _is_stopped(child):
            if await gone(child, min(left, _LOOK_AGAIN)):
                return False
    await kill(child)
    return True


def _is_stopped(child: Child) -> bool:
    stat = read_stat(child.pid)
    return stat is not None and stat.start == child.launched.start and stat.state == "T"


async def kill(child: Child) -> None:
    """SIGKILL for the whole process group. Raises StillAlive."""
    if not child.gone:
        kill_group(child.pid, child.launched.start)
        child.send(signal.SIGKILL)
    if not await gone(child, _KILLED_WITHIN):
        raise StillAlive(f"process {child.pid} of {child.id} does not end, even after SIGKILL")


async def gone(child: Child, seconds: float) -> bool:
    """Wait for its end for at most `seconds`."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(child.exited), seconds)
    return child.gone


async def free_lock(home: Home, name: str) -> bool:
    """Kill whoever holds the lock of a session or agent; True where somebody did.

    First the group of the process that took it. Who still holds it then has left that group (a daemon of
    the bot's own making) and is found by the open file.

    Raises:
        StillAlive: the lock stays taken.
    """
    path = home.lock(name)
    state = probe(path)
    if not state.held:
        return False
    if state.info is not None:
        kill_group(state.info.pid, state.info.start)
        if await _is_free(home, name, _FREED_WITHIN):
            return True
    for pid in openers(path):
        if pid != os.getpid():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    if not await _is_free(home, name, _KILLED_WITHIN):
        raise StillAlive(f"{path} stays locked after its holders were killed")
    return True


async def _is_free(home: Home, name: str, seconds: float) -> bool:
    deadline = asyncio.get_running_loop().time() + seconds
    while probe(home.lock(name)).held:
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(0.005)
    return True


def kill_now(launched: Launched) -> None:
    """SIGKILL without waiting for the end."""
    kill_group(launched.pid, launched.start)
    if is_alive(launched.pid, launched.start):
        with contextlib.suppress(ProcessLookupError):
            os.kill(launched.pid, signal.SIGKILL)
