"""What the daemon's tests share."""

from collections.abc import Iterator

import pytest

from schema.home import Home
from tests.supervisor.harness import Bench


@pytest.fixture
def stopped_bench(home: Home) -> Iterator[Bench]:
    """A home whose daemon the test starts itself."""
    bench = Bench(home)
    yield bench
    bench.clear_away()


@pytest.fixture
def bench(stopped_bench: Bench) -> Bench:
    """A home with a running daemon."""
    stopped_bench.start_daemon()
    return stopped_bench


@pytest.fixture(scope="module")
def shared_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A home with a running daemon for tests that leave it as they found it."""
    bench = Bench(Home.at(tmp_path_factory.mktemp("home")).ensure())
    bench.start_daemon()
    yield bench
    bench.clear_away()
