"""Readers that a test opened are closed behind it."""

from collections.abc import Iterator

import pytest

from tests.bots.data.running import opened


@pytest.fixture(autouse=True)
def _closed_readers() -> Iterator[None]:
    yield
    while opened:
        opened.pop().client.close()
