"""Loopback ports for servers that tests start.

They lie below the range from which the kernel hands out ports by itself, and each worker of a test run has a
block of its own: between the choice of a port and the start of its server nobody else is given it.
"""

import itertools
import os
import random
import socket

_FIRST, _EACH, _BLOCKS = 20_000, 750, 16
_numbers = itertools.count(random.randrange(_EACH))  # elsewhere than another test run on this machine


def free_port() -> int:
    """A port that was free a moment ago and was not given by this process before."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    block = _FIRST + int(worker) % _BLOCKS * _EACH
    for number in itertools.islice(_numbers, _EACH):
        port = block + number % _EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise RuntimeError(f"no port is free from {block} to {block + _EACH - 1}")
