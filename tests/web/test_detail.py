"""The panel of a session: its head and state, its tabs, and the way in and out."""

import os
import re
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from schema.home import Home
from tests.ports import free_port
from tests.stack import Stack, running_stack
from tests.web.backtests import run_backtest
from tests.web.console import Console
from tests.web.pages import sideways, violations

TABS = ["Metrics", "Trades", "Live Logs", "Parameters", "Events"]
NOBODY = "01a1ff4b-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Silence of three seconds is stale here, and a frozen session is killed after half a second."""
    home = Home.at(tmp_path_factory.mktemp("home")).ensure()
    with running_stack(home, free_port(), sandbox_speed=30, stale_seconds=3, grace_seconds=0.5) as stack:
        yield stack


@pytest.fixture(scope="module")
def done(stack: Stack) -> str:
    """A backtest that has completed, shared by the tests that only look."""
    return run_backtest(stack, "Done before", notes="Looked at often")


@pytest.fixture(scope="module")
def live(stack: Stack) -> str:
    """A session that trades, shared by the tests that only look."""
    session = stack.create(name="Alive", strategy_params={"threshold": 0.05, "momentum_window": 3})
    stack.start(session)
    return session


def _panel(page: Page) -> Locator:
    return page.get_by_role("dialog")


def _tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name, exact=True)


def test_the_head_tells_who_it_is_and_how_it_stands(page: Page, stack: Stack, live: str) -> None:
    page.goto(f"/running/{live}")
    panel = page.get_by_role("dialog", name="Alive")
    found = stack.session(live)
    expect(panel.get_by_role("heading", name="Alive")).to_be_visible()
    for part in ("TestBot", "XBTUSD", "Running", r"Exchange\s*sandbox", rf"PID\s*{found['pid']}", r"Run\s*1"):
        expect(panel).to_contain_text(re.compile(part))
    expect(panel.get_by_text(re.compile(r"^last heartbeat: \d+s ago$"))).to_be_visible()
    expect(panel.get_by_text("These prices are invented")).to_be_visible()
    first = panel.get_by_text(re.compile(r"^\d\d:\d\d:\d\d$")).inner_text()
    expect(panel.get_by_text(first, exact=True)).to_have_count(0)


@pytest.mark.parametrize("which", ["live", "done"])
def test_each_tab_is_a_link_with_an_address(page: Page, which: str, request: pytest.FixtureRequest) -> None:
    session = str(request.getfixturevalue(which))
    page.goto(f"/running/{session}")
    for name, path in zip(TABS, ("metrics", "trades", "logs", "parameters", "events"), strict=True):
        _tab(page, name).click()
        expect(page).to_have_url(f"/running/{session}/{path}")
        expect(_tab(page, name)).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tabpanel", name=name)).to_be_visible()


def test_arrow_keys_move_among_the_tabs(page: Page, done: str) -> None:
    page.goto(f"/history/{done}/parameters")
    _tab(page, "Parameters").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"/events$"))
    expect(_tab(page, "Events")).to_be_focused()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile(r"/metrics$"))
    expect(_tab(page, "Metrics")).to_have_attribute("aria-selected", "true")


def test_an_unknown_tab_leads_to_the_metrics(page: Page, done: str) -> None:
    page.goto(f"/history/{done}/nonsense")
    expect(page).to_have_url(f"/history/{done}/metrics")


@pytest.mark.parametrize("way", ["Escape", "Close", "Back"])
def test_the_panel_closes_to_its_list_as_it_was(page: Page, done: str, way: str) -> None:
    page.goto("/history?type=backtest")
    link = page.get_by_role("link", name="Done before").first
    link.click()
    expect(_panel(page)).to_be_visible()
    expect(page).to_have_url(f"/history/{done}?type=backtest")
    _tab(page, "Events").click()
    page.get_by_label("Show", exact=True).select_option("Trade")
    expect(page).to_have_url(f"/history/{done}/events?type=backtest&tab-type=trade")
    if way == "Escape":
        page.keyboard.press("Escape")
    elif way == "Close":
        _panel(page).get_by_role("button", name="Close").click()
    else:
        page.go_back()
    expect(page).to_have_url("/history?type=backtest")
    expect(_panel(page)).to_have_count(0)


def test_the_focus_stays_in_the_panel_and_returns_to_its_link(page: Page, done: str) -> None:
    page.goto("/history")
    link = page.get_by_role("link", name="Done before").first
    link.focus()
    page.keyboard.press("Enter")
    expect(_tab(page, "Metrics")).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        inside = (
            "document.activeElement === document.body || !!document.activeElement.closest('.MuiDrawer-root')"
        )
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_a_session_that_is_not_there_is_said_to_be_so(page: Page, console: Console) -> None:
    console.expect("404|422")
    for nobody in (NOBODY, "no-id"):
        page.goto(f"/running/{nobody}")
        expect(page.get_by_role("dialog", name="Session not found")).to_be_visible()
        page.get_by_role("button", name="To the list").click()
        expect(page).to_have_url("/running")


def test_name_and_notes_are_changed_in_place(page: Page, stack: Stack) -> None:
    session = stack.create(name="Before")
    page.goto(f"/running/{session}")
    page.get_by_role("button", name="Edit name and notes").click()
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.get_by_role("textbox", name="Name").fill("After")
    page.get_by_role("textbox", name="Notes").fill("Looks good\nby night")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog", name="After")).to_be_visible()
    expect(_panel(page).get_by_text("Looks good")).to_be_visible()
    found = stack.session(session)
    assert (found["name"], found["notes"]) == ("After", "Looks good\nby night")


def test_escape_leaves_the_form_and_not_the_panel(page: Page, done: str) -> None:
    page.goto(f"/history/{done}")
    page.get_by_role("button", name="Edit name and notes").click()
    page.get_by_role("textbox", name="Name").press("Escape")
    expect(page.get_by_role("textbox", name="Name")).to_have_count(0)
    expect(page.get_by_role("dialog", name="Done before")).to_be_visible()


def test_the_buttons_follow_the_state(page: Page, stack: Stack) -> None:
    session = stack.create(name="Moved")
    page.goto(f"/running/{session}")
    panel = _panel(page)
    expect(panel.get_by_role("link", name="Edit", exact=True)).to_have_attribute(
        "href", f"/running/edit/{session}"
    )
    panel.get_by_role("button", name="Start Moved").click()
    expect(panel.get_by_role("button", name="Pause Moved")).to_be_enabled()
    expect(panel.get_by_role("button", name="Delete: stop the session first")).to_be_disabled()
    panel.get_by_role("button", name="Pause Moved").click()
    expect(panel.get_by_role("button", name="Resume Moved")).to_be_enabled()
    panel.get_by_role("button", name="Resume Moved").click()
    panel.get_by_role("button", name="Restart Moved").click()
    expect(panel).to_contain_text(re.compile(r"Run\s*2"))
    panel.get_by_role("button", name="Stop Moved").click()
    expect(panel.get_by_role("button", name="Start Moved")).to_be_enabled()
    assert stack.session(session)["status"] == "stopped"


def test_clone_leads_to_the_form_with_this_session(page: Page, done: str) -> None:
    page.goto(f"/history/{done}")
    expect(_panel(page).get_by_role("link", name="Clone")).to_have_attribute(
        "href", f"/history/new?clone={done}"
    )


def test_delete_asks_and_leads_back_to_the_list(page: Page, stack: Stack) -> None:
    session = stack.create(name="Doomed")
    page.goto(f"/running/{session}")
    page.get_by_role("button", name="Delete", exact=True).click()
    question = page.get_by_role("dialog", name="Delete Doomed?")
    expect(question).to_contain_text("Are you sure?")
    question.get_by_role("button", name="Cancel").click()
    expect(question).to_have_count(0)
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog", name="Delete Doomed?").get_by_role("button", name="Delete").click()
    expect(page).to_have_url("/running")
    assert stack.call("GET", f"/sessions/{session}")[0] == 404


def test_a_session_deleted_elsewhere_is_no_longer_shown(page: Page, stack: Stack) -> None:
    session = stack.create(name="Deleted elsewhere")
    page.goto(f"/running/{session}/parameters")
    expect(page.get_by_role("heading", name="Deleted elsewhere")).to_be_visible()
    stack.call("DELETE", f"/sessions/{session}")
    expect(page.get_by_text("There is no such session")).to_be_visible()
    page.get_by_role("button", name="To the list").click()
    expect(page).to_have_url("/running")


def test_a_killed_session_is_explained_and_restarted(page: Page, stack: Stack) -> None:
    session = stack.create(name="Killed")
    pid = stack.start(session)
    page.goto(f"/running/{session}")
    expect(_panel(page).get_by_text("Running")).to_be_visible()
    os.kill(pid, signal.SIGKILL)
    alert = _panel(page).get_by_role("alert").filter(has_text="Failed")
    expect(alert).to_contain_text("killed from outside (signal 9)")
    _panel(page).get_by_role("button", name="Restart Killed").click()
    expect(alert).to_have_count(0)
    stack.until_status(session, "running")


def test_a_frozen_session_is_explained_until_it_is_heard_again(page: Page, stack: Stack) -> None:
    session = stack.create(name="Frozen")
    pid = stack.start(session)
    page.goto(f"/running/{session}")
    expect(_panel(page).get_by_text(re.compile("^last heartbeat"))).to_be_visible()
    os.kill(pid, signal.SIGSTOP)
    alert = _panel(page).get_by_role("alert").filter(has_text="Stale")
    expect(alert).to_contain_text(re.compile(r"last sign of life was \d+s ago"))
    expect(_panel(page).get_by_role("button", name="Restart Frozen")).to_be_enabled()
    os.kill(pid, signal.SIGCONT)
    expect(alert).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("which", ["live", "done"])
def test_no_tab_has_accessibility_violations(
    page: Page, theme: str, which: str, request: pytest.FixtureRequest
) -> None:
    session = str(request.getfixturevalue(which))
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(f"/running/{session}")
    for name in TABS:
        _tab(page, name).click()
        expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
        expect(_panel(page).get_by_role("status", name="Loading")).to_have_count(0)
        assert violations(page) == [], name


def test_no_tab_scrolls_sideways_on_a_phone(page: Page, live: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/running/{live}")
    for name in TABS:
        _tab(page, name).click()
        tab = page.get_by_role("tabpanel", name=name)
        expect(tab).to_be_visible()
        expect(_panel(page).get_by_role("status", name="Loading")).to_have_count(0)
        assert sideways(page) == 0, name
        assert tab.evaluate("element => element.scrollWidth - element.clientWidth") == 0, name
    assert _panel(page).bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
