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
    expect(page.get_by_text("There is no such page")).to_be_visible()
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


def test_what_the_page_complains_of_fails_a_test(page: Page, console: Console) -> None:
    page.goto("/running")
    page.evaluate("console.error('on purpose')")
    page.wait_for_timeout(50)
    with pytest.raises(AssertionError, match="on purpose"):
        console.require_silence()
    console.expect("on purpose")
