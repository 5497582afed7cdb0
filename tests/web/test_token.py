"""The dashboard of an installation that asks for a token."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from schema.home import Home
from tests.ports import free_port
from tests.stack import Stack, running_stack
from tests.web.console import Console
from tests.web.pages import violations

_TOKEN = "a-token-of-this-test"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = Home.at(tmp_path_factory.mktemp("home")).ensure()
    with running_stack(home, free_port(), sandbox_speed=30, token=_TOKEN) as stack:
        stack.http.headers["Authorization"] = f"Bearer {_TOKEN}"
        yield stack


def test_the_token_is_asked_for_once_and_kept(page: Page, stack: Stack, console: Console) -> None:
    console.expect(r"status of 401|WebSocket connection to")
    stack.create(name="Guarded")
    page.goto("/running")
    field = page.get_by_label("Token")
    expect(field).to_be_focused()
    assert violations(page) == []
    field.fill("wrong")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("The token is not the one of this installation.")).to_be_visible()
    field.fill(_TOKEN)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Guarded").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("Guarded").first).to_be_visible()


def test_the_stream_and_downloads_carry_the_token(page: Page, stack: Stack, console: Console) -> None:
    console.expect(r"status of 401|WebSocket connection to")
    session = stack.create(name="Streamed")
    page.goto("/running")
    page.get_by_label("Token").fill(_TOKEN)
    page.get_by_role("button", name="Continue").click()
    page.goto(f"/running/{session}/logs")
    expect(page.get_by_text("Connected via WebSocket")).to_be_visible()
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Whole log as CSV").click()
    assert download.value.suggested_filename == f"log_{session}_sandbox.csv"
