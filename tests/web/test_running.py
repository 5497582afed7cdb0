"""The running sessions: what their rows tell, what their buttons do, what becomes of them."""

import os
import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from schema.home import Home
from tests.ports import free_port
from tests.stack import Stack, running_stack
from tests.wait import until
from tests.web.console import Console
from tests.web.pages import sideways, violations

_USD = r"[+\u2212]?[\d,]+\.\d\d\sUSD"
_EAGER = {"threshold": 0.05, "momentum_window": 3, "atr_window": 5, "stop_atr": 0.3, "target_atr": 0.4}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Silence of three seconds is stale here, and a frozen session is killed after half a second."""
    home = Home.at(tmp_path_factory.mktemp("home")).ensure()
    with running_stack(home, free_port(), sandbox_speed=30, stale_seconds=3, grace_seconds=0.5) as stack:
        yield stack


def _group(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


def _row(page: Page, name: str, group: str | None = None) -> Locator:
    within = _group(page, group) if group else page
    return within.get_by_role("listitem").filter(has=page.get_by_role("link", name=name, exact=True))


def _press(page: Page, action: str, name: str) -> None:
    page.get_by_role("button", name=f"{action} {name}", exact=True).click()


def test_a_row_tells_name_strategy_market_and_ticks(page: Page, stack: Stack) -> None:
    stack.start(stack.create(name="Ticking", strategy_params=_EAGER))
    page.goto("/running")
    row = _row(page, "Ticking", "Running sessions")
    expect(row).to_contain_text("TestBot")
    expect(row).to_contain_text("XBTUSD")
    expect(row).to_contain_text(re.compile(rf"PnL: {_USD}"))
    first = row.get_by_text(re.compile(r"^\d\d:\d\d:\d\d$")).inner_text()
    expect(row.get_by_text(first)).to_have_count(0)
    expect(row.get_by_text(re.compile(r"^[0-9]s ago$"))).to_be_visible()
    expect(row.get_by_text(re.compile(r"^[1-9]\d* trades?$"))).to_be_visible(timeout=60_000)
    expect(row).to_contain_text(re.compile(r"\(\d+\s% win\)"))


def test_the_heartbeat_age_counts_on_while_nothing_is_heard(page: Page, stack: Stack) -> None:
    pid = stack.start(stack.create(name="Silent"))
    page.goto("/running")
    row = _row(page, "Silent")
    expect(row).to_contain_text(re.compile(r"[01]s ago"))
    os.kill(pid, signal.SIGSTOP)
    expect(row).to_contain_text("2s ago")
    os.kill(pid, signal.SIGCONT)
    expect(row).to_contain_text(re.compile(r"[01]s ago"))


def test_the_head_of_a_group_counts_it(page: Page, stack: Stack) -> None:
    page.goto("/running?search=counted")
    expect(page.get_by_text("No session fits the filter")).to_be_visible()
    stack.create(name="Counted one")
    expect(page.get_by_role("heading", name="Pending / created (1)")).to_be_visible()
    stack.create(name="Counted two")
    expect(page.get_by_role("heading", name="Pending / created (2)")).to_be_visible()


def test_pause_resume_and_stop_answer_at_once_and_come_true(page: Page, stack: Stack) -> None:
    session = stack.create(name="Moved")
    stack.start(session)
    page.goto("/running")
    _press(page, "Pause", "Moved")
    expect(_row(page, "Moved", "Paused")).to_be_visible()
    stack.until_status(session, "paused")
    _press(page, "Resume", "Moved")
    expect(_row(page, "Moved", "Running sessions")).to_be_visible()
    stack.until_status(session, "running")
    _press(page, "Stop", "Moved")
    expect(_row(page, "Moved")).to_have_count(0)
    stack.until_status(session, "stopped")


def test_an_action_is_shown_before_the_api_has_answered(page: Page, stack: Stack) -> None:
    stack.start(stack.create(name="Awaited"))
    page.goto("/running")
    held: list[Any] = []
    page.route("**/pause", lambda route: held.append(route))
    _press(page, "Pause", "Awaited")
    row = _row(page, "Awaited", "Paused")
    expect(row).to_contain_text("Pausing…")
    expect(row.get_by_role("button", name="Resume Awaited")).to_be_disabled()
    held.pop().continue_()
    expect(row.get_by_role("button", name="Resume Awaited")).to_be_enabled()


def test_what_the_api_refuses_is_taken_back_with_its_words(
    page: Page, stack: Stack, console: Console
) -> None:
    session = stack.create(name="Refused")
    stack.start(session)
    page.goto("/running")
    held: list[Any] = []
    page.route("**/pause", lambda route: held.append(route))
    _press(page, "Pause", "Refused")
    expect(_row(page, "Refused", "Paused")).to_be_visible()
    console.expect("409")
    stack.post(f"/sessions/{session}/pause")
    held.pop().continue_()
    refusal = "Refused could not be paused: cannot pause a session that is paused; possible: stop or resume"
    expect(page.get_by_text(refusal)).to_be_visible()
    expect(_row(page, "Refused", "Paused")).to_be_visible()
    expect(page.get_by_role("button", name="Resume Refused")).to_be_enabled()


def test_a_start_that_fails_leaves_the_draft_where_it_was(page: Page, stack: Stack, console: Console) -> None:
    session = stack.create(name="Gone")
    page.goto("/running")
    expect(_row(page, "Gone")).to_be_visible()
    held: list[Any] = []
    page.route("**/start", lambda route: held.append(route))
    _press(page, "Start", "Gone")
    expect(_row(page, "Gone", "Running sessions")).to_contain_text("Starting…")
    held.pop().abort()
    console.expect("ERR_FAILED")
    expect(page.get_by_text("Gone could not be started: The API does not answer")).to_be_visible()
    expect(_row(page, "Gone", "Pending / created")).to_be_visible()
    assert stack.session(session)["status"] == "created"


def test_a_killed_process_fails_in_the_page_and_is_restarted_from_it(page: Page, stack: Stack) -> None:
    session = stack.create(name="Killed")
    pid = stack.start(session)
    page.goto("/running")
    expect(_row(page, "Killed", "Running sessions")).to_be_visible()
    os.kill(pid, signal.SIGKILL)
    row = _row(page, "Killed", "Failed in the last 24 hours")
    expect(row).to_contain_text("killed by SIGKILL")
    _press(page, "Restart", "Killed")
    expect(_row(page, "Killed", "Running sessions")).to_be_visible()
    assert stack.until_status(session, "running")["pid"] != pid


def test_a_frozen_process_is_shown_apart_and_restarted(page: Page, stack: Stack) -> None:
    session = stack.create(name="Frozen")
    pid = stack.start(session)
    page.goto("/running")
    expect(_row(page, "Frozen", "Running sessions")).to_be_visible()
    os.kill(pid, signal.SIGSTOP)
    row = _row(page, "Frozen", "Stale sessions")
    expect(row).to_contain_text("STALE")
    expect(row).to_contain_text(re.compile(rf"Last known: \d+ trades, {_USD}"))
    expect(page.get_by_text("1 session is stale: no heartbeat for more than 3 seconds.")).to_be_visible()
    expect(row.get_by_role("button", name="Stop Frozen")).to_be_enabled()
    _press(page, "Restart", "Frozen")
    expect(_row(page, "Frozen", "Running sessions")).to_contain_text(re.compile(r"[0-2]s ago"))
    assert stack.until_status(session, "running")["pid"] != pid


def test_a_draft_is_started_from_its_row(page: Page, stack: Stack) -> None:
    session = stack.create(name="Draft")
    page.goto("/running")
    row = _row(page, "Draft", "Pending / created")
    expect(row).to_contain_text("Not started")
    expect(row).to_contain_text(re.compile(r"Created \d+s ago"))
    _press(page, "Start", "Draft")
    expect(_row(page, "Draft", "Running sessions")).to_be_visible()
    stack.until_status(session, "running")


def test_edit_and_view_lead_to_addresses_that_keep_the_filter(page: Page, stack: Stack) -> None:
    draft = stack.create(name="Linked draft")
    run = stack.create(name="Linked run")
    stack.start(run)
    page.goto("/running?search=linked")
    edit = page.get_by_role("link", name="Edit Linked draft")
    expect(edit).to_have_attribute("href", f"/running/edit/{draft}?search=linked")
    view = page.get_by_role("link", name="View Linked run")
    expect(view).to_have_attribute("href", f"/running/{run}?search=linked")
    page.get_by_role("link", name="Linked run", exact=True).click()
    expect(page).to_have_url(f"/running/{run}?search=linked")
    page.go_back()
    expect(page).to_have_url("/running?search=linked")


def test_deletion_asks_says_what_goes_and_deletes(page: Page, stack: Stack) -> None:
    session = stack.create(name="Doomed")
    page.goto("/running")
    _press(page, "Delete", "Doomed")
    dialog = page.get_by_role("dialog", name="Delete Doomed?")
    expect(dialog).to_contain_text("Are you sure?")
    for what in ("database row", "events", "trades", "log", "equity", "files"):
        expect(dialog).to_contain_text(what)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    expect(_row(page, "Doomed")).to_be_visible()
    _press(page, "Delete", "Doomed")
    dialog.get_by_role("button", name="Delete").click()
    expect(_row(page, "Doomed")).to_have_count(0)
    expect(page.get_by_text("Doomed deleted")).to_be_visible()
    assert stack.call("GET", f"/sessions/{session}")[0] == 404


def test_a_backtest_shows_its_progress_in_candles(page: Page, stack: Stack) -> None:
    session = stack.create(
        name="Past",
        type="backtest",
        range_start=1_704_067_200,
        range_end=1_709_251_200,
        settings={"path_steps": 600},
    )
    stack.start(session)
    page.goto("/running")
    row = _row(page, "Past")
    expect(row).to_contain_text(re.compile(r"[1-9][\d,]* / 86,400 candles"), timeout=60_000)
    expect(row).to_contain_text(re.compile(r"Backtesting \d+\s%"))
    _press(page, "Pause", "Past")
    expect(row).to_contain_text(re.compile(r"Backtest at \d+\s%"))
    expect(row.get_by_role("progressbar", name="Progress of Past")).to_have_attribute(
        "aria-valuenow", re.compile(r"^\d+$")
    )
    stack.post(f"/sessions/{session}/stop")
    expect(row).to_have_count(0)


def test_what_happens_elsewhere_is_shown_without_a_reload(page: Page, stack: Stack) -> None:
    page.goto("/running")
    session = stack.create(name="From elsewhere")
    expect(_row(page, "From elsewhere", "Pending / created")).to_be_visible()
    stack.start(session)
    expect(_row(page, "From elsewhere", "Running sessions")).to_be_visible()
    stack.post(f"/sessions/{session}/pause")
    expect(_row(page, "From elsewhere", "Paused")).to_be_visible()
    stack.post(f"/sessions/{session}/stop")
    expect(_row(page, "From elsewhere")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_list_is_accessible(page: Page, stack: Stack, theme: str) -> None:
    stack.create(name=f"Looked at {theme}")
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto("/running")
    page.get_by_label(f"Select Looked at {theme}").check()
    expect(page.get_by_role("region", name="Selected sessions")).to_be_visible()
    assert violations(page) == []


def test_a_phone_shows_all_of_it_without_scrolling_sideways(page: Page, stack: Stack) -> None:
    name = "A name that is much longer than a phone is wide, as such names are"
    stack.start(stack.create(name=name, strategy="PairTradeBot", market="XBTUSD+ETHUSD"))
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/running?search=phone")
    row = _row(page, name)
    expect(row.get_by_role("button", name=f"Stop {name}")).to_be_in_viewport()
    page.get_by_label(f"Select {name}").check()
    assert sideways(page) == 0
    assert until(lambda: row.evaluate("row => row.scrollWidth <= row.clientWidth"))
