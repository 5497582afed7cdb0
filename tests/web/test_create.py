"""Making sessions: the form, what it refuses, clones and changes."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack import Stack
from tests.wait import until
from tests.web.console import Console
from tests.web.pages import sideways, violations

DAY = 86_400
JANUARY = 1_704_067_200  # 2024-01-01 00:00 UTC


def _form(page: Page, query: str = "", path: str = "/running/new") -> Locator:
    """The form, once its defaults have come."""
    page.goto(path + query)
    page.wait_for_load_state("networkidle")
    form = page.get_by_role("dialog")
    expect(form.get_by_label(re.compile("^Session name"))).to_be_visible()
    return form


def _found(stack: Stack, name: str) -> dict[str, Any]:
    """The only session of that name."""
    (session,) = stack.get("/sessions", search=name)["sessions"]
    return stack.session(session["id"])


def _choose_strategy(page: Page, form: Locator, name: str) -> None:
    form.get_by_role("combobox", name="Strategy").click()
    page.get_by_role("option", name=name).click()


def test_create_and_start_leads_to_trades(page: Page, stack: Stack) -> None:
    page.goto("/running")
    page.get_by_role("link", name="New Session", exact=True).click()
    form = page.get_by_role("dialog", name="Create New Session")
    form.get_by_label("Threshold", exact=True).fill("0.1")
    form.get_by_label(re.compile("^Session name")).fill("From the form")
    form.get_by_role("button", name="Create & Start").click()
    expect(form).to_be_hidden()
    expect(page).to_have_url("/running")
    expect(page.get_by_text("From the form created and started")).to_be_visible()
    assert _found(stack, "From the form")["strategy_params"]["threshold"] == 0.1
    row = page.get_by_role("listitem").filter(has_text="From the form")
    expect(row).to_contain_text(re.compile(r"[1-9]\d* trades?"), timeout=90_000)
    stack.post(f"/sessions/{_found(stack, 'From the form')['id']}/stop")


def test_limits_are_told_while_typing(page: Page) -> None:
    form = _form(page)
    threshold = form.get_by_label("Threshold", exact=True)
    expect(threshold).to_have_accessible_description(re.compile("From 0 to 1"))
    threshold.fill("2")
    expect(threshold).to_have_accessible_description("2 is greater than the maximum of 1.")
    threshold.fill("0,5")
    expect(threshold).to_have_accessible_description("Write the decimals behind a point, as in 0.5.")
    threshold.fill("half")
    expect(threshold).to_have_accessible_description("This is no number.")
    threshold.fill("0.25")
    expect(threshold).not_to_have_attribute("aria-invalid", "true")
    size = form.get_by_label("Position Size")
    size.fill("1.5")
    expect(size).to_have_accessible_description("This takes a whole number.")


def test_the_first_bad_field_gets_the_focus_and_nothing_is_made(page: Page, stack: Stack) -> None:
    form = _form(page)
    form.get_by_label(re.compile("^Session name")).fill("Never made")
    form.get_by_text("Settings", exact=True).click()
    form.get_by_label("Leverage").fill("1000")
    form.get_by_label("Target Atr").fill("0")
    form.get_by_label("Leverage").fill("101")
    expect(form.get_by_label("Leverage")).to_have_accessible_description(
        re.compile("less than or equal to 100")
    )
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form.get_by_label("Target Atr")).to_be_focused()
    assert stack.get("/sessions", search="Never made")["total"] == 0


def test_what_the_server_refuses_stands_at_its_field(page: Page, stack: Stack, console: Console) -> None:
    console.expect("422")  # sent before the pause after which the form asks by itself
    form = _form(page)
    form.get_by_label(re.compile("^Session name")).fill("Refused")
    form.get_by_label("Stop Atr").fill("1000")
    form.get_by_label("Stop Atr").press("Enter")
    expect(form.get_by_label("Stop Atr")).to_have_accessible_description(
        "1000 is greater than the maximum of 100."
    )
    expect(form.get_by_label("Stop Atr")).to_be_focused()
    assert stack.get("/sessions", search="Refused")["total"] == 0


def test_a_backtest_of_chosen_days_completes(page: Page, stack: Stack) -> None:
    form = _form(page, "?type=backtest")
    form.get_by_label("Start date").fill("2024-01-02")
    form.get_by_label("End date").fill("2024-01-01")
    expect(form.get_by_label("End date")).to_have_accessible_description("Lies before the start.")
    form.get_by_label("Start date").fill("2024-01-01")
    expect(form.get_by_text("The sandbox makes up prices")).to_be_visible()
    form.get_by_label(re.compile("^Session name")).fill("One day")
    form.get_by_role("button", name="Create & Start").click()
    expect(form).to_be_hidden()
    session = _found(stack, "One day")
    assert (session["range_start"], session["range_end"]) == (JANUARY, JANUARY + DAY)
    stack.until_status(session["id"], "completed", 60)


def test_a_backtest_tells_what_is_not_recorded(page: Page) -> None:
    form = _form(page, "?type=backtest&exchange=bitmex")
    expect(form.get_by_text("Nothing is recorded of XBTUSD")).to_be_visible()
    expect(form.get_by_text("The exchange is closed and cannot give it")).to_be_visible()


def test_a_pair_is_offered_where_the_strategy_wants_one(page: Page, stack: Stack) -> None:
    form = _form(page)
    _choose_strategy(page, form, "Pair Trade Bot")
    expect(form.get_by_role("combobox", name="Pair of markets")).to_have_value("XBTUSD+ETHUSD")
    form.get_by_role("combobox", name="Pair of markets").fill("SOL")
    page.get_by_role("option", name="XBTUSD+SOLUSD").click()
    form.get_by_label(re.compile("^Session name")).fill("Two legs")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form).to_be_hidden()
    made = _found(stack, "Two legs")
    assert (made["market"], made["strategy"], made["status"]) == ("XBTUSD+SOLUSD", "PairTradeBot", "created")


def test_nothing_typed_is_lost_by_looking_around(page: Page) -> None:
    form = _form(page)
    form.get_by_label("Threshold", exact=True).fill("0.7")
    _choose_strategy(page, form, "Moving Average Cross")
    form.get_by_label("Slow").fill("44")
    form.get_by_role("radio", name="Scraper").check()
    form.get_by_label("Archive Interval").fill("30")
    form.get_by_role("radio", name="Live Test").check()
    expect(form.get_by_label("Slow")).to_have_value("44")
    _choose_strategy(page, form, "Test Bot")
    expect(form.get_by_label("Threshold", exact=True)).to_have_value("0.7")


def test_closing_keeps_the_draft_and_cancel_ends_it(page: Page) -> None:
    form = _form(page)
    form.get_by_label("Threshold", exact=True).fill("0.7")
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    page.get_by_role("link", name="New Session", exact=True).click()
    expect(form.get_by_text("This is what you had typed before")).to_be_visible()
    expect(form.get_by_label("Threshold", exact=True)).to_have_value("0.7")
    form.get_by_role("button", name="Cancel").click()
    page.get_by_role("link", name="New Session", exact=True).click()
    expect(form.get_by_label("Threshold", exact=True)).to_have_value("0.5")


def test_a_clone_is_prefilled_and_knows_its_origin(page: Page, stack: Stack) -> None:
    params = {"threshold": 0.3, "position_size": 50}
    settings = {"leverage": 3, "timeframe": "5m"}
    origin = stack.create(name="Origin", strategy_params=params, settings=settings, notes="as before")
    form = _form(page, f"?clone={origin}", "/history/new")
    expect(form.get_by_label("Session name")).to_have_value("Clone of Origin")
    expect(form.get_by_label("Position Size")).to_have_value("50")
    expect(form.get_by_text("Leverage 3, Timeframe 5m")).to_be_visible()
    form.get_by_label("Threshold", exact=True).fill("0.4")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form).to_be_hidden()
    clone = _found(stack, "Clone of Origin")
    assert clone["cloned_from"] == origin
    assert (clone["strategy_params"]["threshold"], clone["strategy_params"]["position_size"]) == (0.4, 50)
    assert (clone["settings"]["leverage"], clone["settings"]["timeframe"]) == (3, "5m")
    assert clone["notes"] == "as before"


def test_a_session_that_has_not_started_is_changed(page: Page, stack: Stack) -> None:
    draft = stack.create(
        name="Draft", type="backtest", range_start=JANUARY, range_end=JANUARY + 3600, notes="old"
    )
    form = _form(page, path=f"/running/edit/{draft}")
    expect(form.get_by_label("Start (UTC)")).to_have_value("2024-01-01T00:00")
    form.get_by_label("End (UTC)").fill("2024-01-01T02:00")
    form.get_by_label("Position Size").fill("70")
    form.get_by_label("Notes").fill("")
    form.get_by_label("Session name").fill("Draft, changed")
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()
    changed = stack.session(draft)
    assert (changed["name"], changed["notes"]) == ("Draft, changed", None)
    assert changed["range_end"] == JANUARY + 7200
    assert changed["strategy_params"]["position_size"] == 70


def test_a_session_that_has_started_changes_its_name_only(page: Page, stack: Stack) -> None:
    session = stack.create(name="Was started")
    stack.start(session)
    stack.post(f"/sessions/{session}/stop")
    form = _form(page, path=f"/history/edit/{session}")
    expect(form.get_by_label("Threshold", exact=True)).to_have_count(0)
    form.get_by_label("Session name").fill("Was stopped")
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()
    until(lambda: stack.session(session)["name"] == "Was stopped", 10, "the new name")


def test_a_session_is_made_by_keyboard_alone(page: Page, stack: Stack) -> None:
    page.goto("/running")
    page.get_by_role("link", name="New Session").focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog")
    expect(form.get_by_label("Threshold", exact=True)).to_be_visible()
    _tab_to(page, form.get_by_role("radio", name="Live Test"))
    page.keyboard.press("ArrowRight")
    expect(form.get_by_role("radio", name="Backtest")).to_be_checked()
    _tab_to(page, form.get_by_role("combobox", name="Market"))
    page.keyboard.type("ETH")
    page.keyboard.press("Enter")
    _tab_to(page, form.get_by_label(re.compile("^Session name")))
    page.keyboard.type("By keyboard")
    _tab_to(page, form.get_by_role("button", name="Create", exact=True))
    page.keyboard.press("Enter")
    expect(form).to_be_hidden()
    made = _found(stack, "By keyboard")
    assert (made["type"], made["market"]) == ("backtest", "ETHUSD")


def _tab_to(page: Page, target: Locator) -> None:
    for _ in range(40):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_form_has_no_accessibility_violations(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    form = _form(page, "?type=backtest")
    form.get_by_text("Settings", exact=True).click()
    form.get_by_label("Threshold", exact=True).fill("2")
    expect(form.get_by_label("Threshold", exact=True)).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []


def test_the_form_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    form = _form(page, "?type=backtest")
    form.get_by_text("Settings", exact=True).click()
    assert sideways(page) == 0
    assert form.evaluate(
        "e => [...e.querySelectorAll('*')].every(x => x.getBoundingClientRect().right <= 361)"
    )


def test_a_refused_start_leaves_the_session_created(page: Page, stack: Stack, console: Console) -> None:
    console.expect("503")
    form = _form(page)
    form.get_by_label(re.compile("^Session name")).fill("Not started yet")
    stack.kill("supervisor")
    try:
        form.get_by_role("button", name="Create & Start").click()
        expect(page.get_by_text("Not started yet was created, but could not be started:")).to_be_visible()
        assert _found(stack, "Not started yet")["status"] == "created"
        expect(page.get_by_role("button", name="Start Not started yet")).to_be_visible()
    finally:
        stack.start_supervisor()
