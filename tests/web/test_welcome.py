"""The first visit, before there is any session."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from schema.home import Home
from tests.ports import free_port
from tests.stack import Stack, running_stack
from tests.web.console import Console
from tests.web.pages import sideways, violations


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Of no session at the beginning of each test."""
    home = Home.at(tmp_path_factory.mktemp("home")).ensure()
    with running_stack(home, free_port(), sandbox_speed=10) as stack:
        yield stack


@pytest.fixture(autouse=True)
def _nothing(stack: Stack) -> None:
    for session in stack.get("/sessions")["sessions"]:
        stack.call("POST", f"/sessions/{session['id']}/stop")
        stack.call("DELETE", f"/sessions/{session['id']}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_first_visit_says_what_this_is_and_where_prices_come_from(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto("/")
    expect(page.get_by_role("heading", name="Welcome to Botyard", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="What is a session?")).to_be_visible()
    expect(page.get_by_text("invented by the built-in sandbox exchange")).to_be_visible()
    expect(page.get_by_role("link", name="New session", exact=True)).to_have_attribute("href", "/running/new")
    assert violations(page) == []


def test_it_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/running")
    expect(page.get_by_role("button", name="Start a demonstration")).to_be_visible()
    assert sideways(page) == 0


def test_a_demonstration_that_cannot_start_says_why(page: Page, console: Console) -> None:
    page.goto("/running")
    page.route("**/sessions", lambda route: route.abort())
    console.expect("ERR_FAILED")
    page.get_by_role("button", name="Start a demonstration").click()
    message = "The demonstration could not be started: The API does not answer. Is Botyard running?"
    expect(page.get_by_text(message)).to_be_visible()
    expect(page.get_by_role("button", name="Start a demonstration")).to_be_enabled()


def test_one_click_starts_a_demonstration_that_trades(page: Page, stack: Stack) -> None:
    page.goto("/running")
    page.get_by_role("button", name="Start a demonstration").click()
    expect(page).to_have_url(re.compile(r"/running/[0-9a-f-]{36}/logs$"))
    session = stack.get("/sessions")["sessions"][0]
    assert (session["name"], session["exchange"]) == ("Demonstration", "sandbox")
    page.goto("/running")
    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Demonstration", exact=True))
    expect(row.get_by_text(re.compile(r"^[1-9]\d* trades?$"))).to_be_visible(timeout=60_000)
    assert stack.get(f"/sessions/{session['id']}/trades")["total"] > 0


def test_when_nothing_runs_any_more_the_history_is_named(page: Page, stack: Stack) -> None:
    session = stack.create()
    stack.start(session)
    stack.post(f"/sessions/{session}/stop")
    page.goto("/running")
    expect(page.get_by_text("Nothing is running")).to_be_visible()
    expect(page.get_by_role("link", name="To the history")).to_have_attribute("href", "/history")
