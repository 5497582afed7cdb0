"""What is around every page: navigation, theme, unknown addresses."""

import pytest
from playwright.sync_api import Page, expect

from tests.stack import Stack
from tests.web.console import Console
from tests.web.pages import sideways, violations


def test_the_root_leads_to_the_running_sessions(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url("/running")
    expect(page.get_by_role("link", name="Running Sessions")).to_have_attribute("aria-current", "page")


def test_an_unknown_page_says_so_and_an_unknown_endpoint_stays_json(page: Page, stack: Stack) -> None:
    page.goto("/nowhere")
    expect(page.get_by_role("heading", level=1, name="There is no such page")).to_be_visible()
    expect(page).to_have_title("No such page \u2013 Botyard")
    status, body = stack.call("GET", "/nowhere")
    assert (status, body["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/running", "/scrapers", "/history", "/nowhere"])
def test_no_page_has_accessibility_violations(page: Page, theme: str, path: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/running", "/scrapers", "/history"])
def test_nothing_scrolls_sideways_on_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert sideways(page) == 0


def test_the_theme_is_chosen_and_kept(page: Page) -> None:
    page.goto("/running")
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("menuitem", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_chosen_theme_is_there_before_anything_is_drawn(page: Page, console: Console) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/running")
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("menuitem", name="Dark").click()
    page.route("**/assets/*.js", lambda route: route.abort())
    console.expect("ERR_FAILED")
    page.goto("/running", wait_until="domcontentloaded")
    expect(page.locator("html")).to_have_css("background-color", "rgb(16, 20, 23)")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_window_is_named_after_what_it_shows(page: Page, stack: Stack) -> None:
    session = stack.create(name="Named")
    for path, title in (
        ("/running", "Running sessions \u2013 Botyard"),
        ("/history", "History \u2013 Botyard"),
        (f"/running/{session}", "Named \u2013 Running sessions \u2013 Botyard"),
        ("/scrapers/new", "New session \u2013 Scrapers \u2013 Botyard"),
    ):
        page.goto(path)
        expect(page).to_have_title(title)


def test_going_to_a_page_takes_the_focus_there(page: Page) -> None:
    page.goto("/running")
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("History")
    expect(page.get_by_role("main")).to_be_focused()


def test_the_first_tab_stop_skips_to_the_content(page: Page) -> None:
    page.goto("/history")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    expect(page).to_have_url("/history")


def test_keys_open_a_new_session_and_tell_of_themselves(page: Page) -> None:
    page.goto("/history")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("n")
    expect(page.get_by_role("searchbox")).to_have_value("n")
    page.get_by_role("main").focus()
    page.keyboard.press("n")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_part_that_is_gone_after_an_upgrade_loads_the_page_once_more(page: Page, console: Console) -> None:
    console.expect("ERR_FAILED|Failed to fetch dynamically imported|Failed to load resource")
    page.goto("/running")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.route("**/assets/HistoryPage-*.js", lambda route: route.abort())
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    with page.expect_event("load"):
        page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", level=1, name="This page could not be shown")).to_be_visible()
    expect(page.get_by_role("navigation")).to_be_visible()
    page.unroute("**/assets/HistoryPage-*.js")
    page.get_by_role("button", name="Load the page again").click()
    expect(page.get_by_role("heading", level=1, name="History")).to_be_visible()
    assert len(loads) == 2


def test_what_the_page_complains_of_fails_a_test(page: Page, console: Console) -> None:
    page.goto("/running")
    with page.expect_console_message():
        page.evaluate("console.error('on purpose')")
    with pytest.raises(AssertionError, match="on purpose"):
        console.require_silence()
    console.expect("on purpose")
