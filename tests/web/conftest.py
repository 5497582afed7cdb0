"""The dashboard in a real browser, over the real API, supervisor and sessions."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.web.chromium import launch
from schema.home import Home
from tests.ports import free_port
from tests.stack import Stack, running_stack
from tests.web.browser import find_chromium
from tests.web.console import Console
from tests.web.pages import require_pages


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    require_pages()
    path = find_chromium()
    expect.set_options(timeout=20_000)  # a busy machine only makes it later
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Shared by a module's tests, each with sessions of its own; the sandbox runs thirty times too fast."""
    home = Home.at(tmp_path_factory.mktemp("home")).ensure()
    with running_stack(home, free_port(), sandbox_speed=30) as stack:
        yield stack


@pytest.fixture
def console() -> Console:
    """What the page complained of. Everything fails the test that it did not `expect`."""
    return Console()


@pytest.fixture
def page(browser: Browser, stack: Stack, console: Console) -> Iterator[Page]:
    """A window of 1280 x 900 with a profile of its own, in UTC, at the dashboard's address."""
    context = browser.new_context(
        base_url=stack.url,
        viewport={"width": 1280, "height": 900},
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    console.watch(page)
    yield page
    context.close()
    console.require_silence()
