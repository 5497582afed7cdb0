"""Writers of one market and exchange take turns: a lock on a file in the market's folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schema.archive.layout import checked_exchange, market_folder


@contextmanager
def writing(root: Path, exchange: str, market: str) -> Iterator[None]:
    """Hold the lock; waits for another writer. It goes with its holder, so a crash leaves none behind.

    Raises:
        OSError: the folder cannot be made.
    """
    folder = root / market_folder(market)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".{checked_exchange(exchange)}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
