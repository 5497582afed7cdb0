"""Many running sessions: selected and done with together, filtered, by keyboard, few of them in the page."""

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.stack import Stack
from tests.web.console import Console


def _create(stack: Stack, word: str, count: int) -> list[str]:
    return [stack.create(name=f"{word} {number}") for number in range(count)]


def _box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=f"Select {name}", exact=True)


def _bar(page: Page) -> Locator:
    return page.get_by_role("region", name="Selected sessions")


def test_many_are_started_and_stopped_which_asks_with_their_number(page: Page, stack: Stack) -> None:
    ids = _create(stack, "Bulk", 3)
    page.goto("/running?search=bulk")
    page.get_by_role("checkbox", name="Select all: Pending / created").check()
    expect(_bar(page)).to_contain_text("3 selected:")
    expect(_bar(page).get_by_role("button", name="Stop")).to_be_disabled()
    _bar(page).get_by_role("button", name="Start 3").click()
    expect(page.get_by_text("3 sessions started")).to_be_visible()
    for session in ids:
        stack.until_status(session, "running")
    _bar(page).get_by_role("button", name="Stop 3").click()
    dialog = page.get_by_role("dialog", name="Stop 3 sessions?")
    dialog.get_by_role("button", name="Stop 3 sessions").click()
    expect(page.get_by_text("3 sessions stopped")).to_be_visible()
    expect(_bar(page)).to_be_hidden()
    for session in ids:
        stack.until_status(session, "stopped")


def test_each_action_is_for_those_that_it_is_possible_for(page: Page, stack: Stack) -> None:
    first, _second, third = _create(stack, "Mixed", 3)
    stack.start(first)
    stack.start(third)
    stack.post(f"/sessions/{third}/pause")
    page.goto("/running?search=mixed")
    for number in range(3):
        _box(page, f"Mixed {number}").check()
    for name in ("Start 1", "Stop 2", "Pause 1", "Resume 1", "Delete 1"):
        expect(_bar(page).get_by_role("button", name=name)).to_be_enabled()
    _bar(page).get_by_role("button", name="Pause 1").click()
    expect(_bar(page).get_by_role("button", name="Resume 2")).to_be_enabled()
    stack.until_status(first, "paused")
    _bar(page).get_by_role("button", name="Clear selection").click()
    expect(_bar(page)).to_be_hidden()


def test_deleting_many_names_their_number_and_tells_who_was_refused(
    page: Page, stack: Stack, console: Console
) -> None:
    ids = _create(stack, "Rubbish", 4)
    page.goto("/running?search=rubbish")
    page.get_by_role("checkbox", name="Select all: Pending / created").check()
    _bar(page).get_by_role("button", name="Delete 4").click()
    dialog = page.get_by_role("dialog", name="Delete 4 sessions?")
    expect(dialog).to_contain_text("Are you sure?")
    expect(dialog.get_by_role("listitem")).to_have_count(4)
    console.expect("409")

    def start_it_first(route: Route) -> None:
        if route.request.method == "DELETE":
            stack.start(ids[0])
        route.continue_()

    page.route(f"**/sessions/{ids[0]}", start_it_first)
    dialog.get_by_role("button", name="Delete 4 sessions").click()
    expect(page.get_by_text(re.compile(r"3 of 4 sessions deleted\. Rubbish 0: .*running"))).to_be_visible()
    page.unroute_all()
    expect(page.get_by_role("link", name="Rubbish 0", exact=True)).to_be_visible()
    assert [stack.call("GET", f"/sessions/{one}")[0] for one in ids] == [200, 404, 404, 404]


def test_shift_selects_a_range_and_escape_lets_go(page: Page, stack: Stack) -> None:
    _create(stack, "Range", 5)
    page.goto("/running?search=range")
    _box(page, "Range 4").click()
    _box(page, "Range 1").click(modifiers=["Shift"])
    expect(_bar(page)).to_contain_text("4 selected:")
    expect(_box(page, "Range 0")).not_to_be_checked()
    page.keyboard.press("Escape")
    expect(_bar(page)).to_be_hidden()


def test_the_filter_is_in_the_address(page: Page, stack: Stack) -> None:
    _create(stack, "Needle", 9)
    stack.create(name="Needle elsewhere", market="ETHUSD")
    page.goto("/running")
    page.get_by_role("searchbox", name="Search").fill("needle")
    expect(page).to_have_url("/running?search=needle")
    page.get_by_label("Market").select_option("ETHUSD")
    expect(page).to_have_url("/running?search=needle&market=ETHUSD")
    expect(page.get_by_role("listitem")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("link", name="Needle elsewhere", exact=True)).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_count(1)
    page.go_back()
    expect(page.get_by_role("heading", name="Pending / created (10)")).to_be_visible()
    page.get_by_role("button", name="Clear filter").click()
    expect(page).to_have_url("/running")


def test_all_of_it_goes_by_keyboard(page: Page, stack: Stack) -> None:
    ids = _create(stack, "Keys", 3)
    page.goto("/running?search=keys")
    page.get_by_role("checkbox", name="Select all: Pending / created").focus()
    page.keyboard.press("Tab")
    expect(_box(page, "Keys 2")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(_box(page, "Keys 1")).to_be_focused()
    page.keyboard.press("Shift+Space")
    expect(_bar(page)).to_contain_text("2 selected:")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Keys 1", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Start Keys 1")).to_be_focused()
    page.keyboard.press("Enter")
    stack.until_status(ids[1], "running")


def test_the_focus_follows_a_row_into_another_group_and_stays_near_when_it_goes(
    page: Page, stack: Stack
) -> None:
    ids = _create(stack, "Focus", 3)
    for session in ids:
        stack.start(session)
    page.goto("/running?search=focus")
    expect(page.get_by_role("heading", name="Running sessions (3)")).to_be_visible()
    page.get_by_role("button", name="Pause Focus 1").press("Enter")
    expect(page.get_by_role("region", name="Paused").get_by_text("Focus 1")).to_be_visible()
    expect(page.get_by_role("link", name="Focus 1", exact=True)).to_be_focused()
    page.get_by_role("button", name="Stop Focus 2").press("Enter")
    expect(page.get_by_role("link", name="Focus 2", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="Focus 0", exact=True)).to_be_focused()


def test_only_what_is_near_the_window_is_in_the_page(page: Page, stack: Stack) -> None:
    for number in range(60):
        stack.create(name=f"Crowd {number}")
    page.goto("/running?search=crowd")
    expect(page.get_by_role("heading", name="Pending / created (60)")).to_be_visible()
    last = page.get_by_role("link", name="Crowd 0", exact=True)
    expect(last).to_have_count(0)
    newest = page.get_by_role("listitem").first
    expect(newest).to_have_attribute("aria-setsize", "60")
    expect(newest).to_have_attribute("aria-posinset", "1")
    _box(page, "Crowd 59").focus()
    page.mouse.move(640, 500)
    page.mouse.wheel(0, 10_000)
    expect(last).to_be_in_viewport()
    expect(_box(page, "Crowd 59")).to_be_focused()
    expect(page.get_by_role("link", name="Crowd 40", exact=True)).to_have_count(0)
