"""Starting a zygote: exec, and wait until it is warm. Not a fork: the daemon has threads and a loop."""

import asyncio
import os
import sys

from schema.home import Home
from supervisor.warm import environment


async def spawn(home: Home, name: str, entry: str, preload: str, seconds: float) -> None:
    """Returns once the zygote says that it is warm, or has ended.

    Raises:
        TimeoutError: neither happened within `seconds`.
    """
    read_end, write_end = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    os.set_inheritable(write_end, True)
    command = [sys.executable, "-m", "supervisor.zygote", "--home", str(home.root)]
    command += ["--name", name, "--entry", entry, "--preload", preload, "--ready-fd", str(write_end)]
    try:
        # A session of its own: Ctrl-C in the daemon's terminal is not meant for the bots.
        os.posix_spawn(sys.executable, command, environment(), setsid=True)
    finally:
        os.close(write_end)
    try:
        await asyncio.wait_for(_readable(read_end), seconds)
    finally:
        os.close(read_end)


async def _readable(descriptor: int) -> None:
    """Wait for input or the end of a pipe."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)
