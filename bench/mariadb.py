"""A private MariaDB for a benchmark, the same that the tests use."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests.mariadb import start_server


@contextmanager
def server() -> Iterator[str]:
    """URL of an empty database on a server of its own."""
    started = start_server(os.getpid())
    try:
        with started.fresh_database() as url:
            yield url
    finally:
        started.stop()
