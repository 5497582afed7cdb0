"""What the page says while the database cannot be reached."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from schema.home import Home
from tests.line import Line
from tests.stack import Stack, running_stack
from tests.web.console import Console


@pytest.fixture
def line(mariadb_url: str) -> Iterator[Line]:
    parts = urlsplit(mariadb_url)
    assert parts.hostname is not None
    assert parts.port is not None
    line = Line((parts.hostname, parts.port))
    yield line
    line.close()


@pytest.fixture
def stack(home: Home, free_port: int, mariadb_url: str, line: Line) -> Iterator[Stack]:
    """On MariaDB, reached over a line that can be cut."""
    url = mariadb_url.replace(f":{urlsplit(mariadb_url).port}/", f":{line.port}/")
    with running_stack(home, free_port, database_url=url, sandbox_speed=30) as stack:
        yield stack


def test_a_database_that_is_away_is_told_and_its_return_is_seen(
    page: Page, stack: Stack, line: Line, console: Console
) -> None:
    console.expect(r"status of 50\d|WebSocket connection to")
    stack.create(name="Kept")
    page.goto("/running")
    expect(page.get_by_text("Kept").first).to_be_visible()
    line.cut()
    expect(page.get_by_text("The database is down. Sessions trade on")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Kept").first).to_be_visible()
    line.mend()
    expect(page.get_by_text("The database is down")).to_have_count(0, timeout=60_000)
    expect(page.get_by_text("Kept").first).to_be_visible()
