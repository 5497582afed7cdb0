"""One running product for the tests of a module that do not break it."""

from collections.abc import Iterator

import pytest

from schema.home import Home
from tests.ports import free_port
from tests.stack import Stack, running_stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Shared by a module's tests, each with sessions of its own; the sandbox runs thirty times too fast."""
    home = Home.at(tmp_path_factory.mktemp("home")).ensure()
    with running_stack(home, free_port(), sandbox_speed=30) as stack:
        yield stack
