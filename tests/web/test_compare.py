"""Two to six sessions side by side."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack import Stack
from tests.web.backtests import begin_backtest
from tests.web.console import Console
from tests.web.pages import sideways, violations

_UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def sessions(stack: Stack) -> list[str]:
    """Ids of seven backtests: six of BTC that differ in one parameter, one of ETH with another strategy."""
    begun = [
        begin_backtest(stack, f"Candidate {n}", strategy_params={"threshold": 0.1 * n}) for n in range(1, 7)
    ]
    begun.append(begin_backtest(stack, "Other coin", market="ETHUSD", strategy="MovingAverageCross"))
    for session in begun:
        stack.until_status(session, "completed", 60)
    return begun


def _row(page: Page, key: str) -> Locator:
    return page.locator(f"tr[data-key='{key}']")


def _open(page: Page, *ids: str, more: str = "") -> None:
    page.goto(f"/compare?sessions={','.join(ids)}{more}")
    expect(page.get_by_role("region", name="Comparison")).to_be_visible()


@pytest.mark.parametrize("number", [2, 6])
def test_two_to_six_stand_side_by_side(page: Page, stack: Stack, sessions: list[str], number: int) -> None:
    _open(page, *sessions[:number])
    heads = page.get_by_role("columnheader")
    expect(heads).to_have_count(number)
    expect(heads.nth(1)).to_contain_text("Candidate 2")
    expect(heads.nth(1)).to_contain_text("XBTUSD")
    expect(_row(page, "trade_count").locator("td")).to_have_text(
        [str(stack.session(session)["trade_count"]) for session in sessions[:number]]
    )
    expect(page.locator("[data-points]")).to_have_attribute("data-points", re.compile(r"^[1-9]\d{2,}$"))


def test_what_differs_is_marked_and_the_best_has_a_star(
    page: Page, stack: Stack, sessions: list[str]
) -> None:
    _open(page, *sessions[:3])
    expect(_row(page, "threshold")).to_contain_text("differs")
    expect(_row(page, "momentum_window")).not_to_contain_text("differs")
    pnls = [stack.get(f"/sessions/{session}/metrics")["metrics"]["total_pnl"] for session in sessions[:3]]
    cells = _row(page, "total_pnl").locator("td")
    expect(cells.nth(pnls.index(max(pnls))).get_by_role("img", name="best")).to_be_visible()
    expect(_row(page, "trade_count").get_by_role("img", name="best")).to_have_count(0)
    page.get_by_label("Only rows that differ").click()
    expect(_row(page, "momentum_window")).to_have_count(0)
    expect(_row(page, "threshold")).to_be_visible()
    expect(page).to_have_url(re.compile("rows=differing"))


def test_amounts_of_different_coins_have_no_best(page: Page, sessions: list[str]) -> None:
    _open(page, sessions[0], sessions[6])
    expect(_row(page, "profit").get_by_role("img", name="best")).to_have_count(0)
    expect(_row(page, "fast")).to_contain_text("differs")


def test_curves_run_by_time_or_since_the_start(page: Page, sessions: list[str]) -> None:
    _open(page, *sessions[:2])
    chart = page.get_by_role("group", name=re.compile("^Equity"))
    expect(chart).to_have_attribute("aria-label", re.compile(r"on 20\d\d-"))
    page.get_by_role("button", name="Days since start").click()
    expect(chart).to_have_attribute("aria-label", re.compile("on 0d 00:00"))
    expect(page).to_have_url(re.compile("axis=start"))


def test_sessions_are_removed_and_added(page: Page, sessions: list[str]) -> None:
    _open(page, *sessions[:3])
    page.get_by_role("button", name="Remove Candidate 2").click()
    expect(page.get_by_role("columnheader")).to_have_count(2)
    expect(page).to_have_url(re.compile(f"sessions={sessions[0]}(,|%2C){sessions[2]}"))
    page.get_by_label("Add a session").fill("other")
    page.get_by_role("option", name="Other coin").click()
    expect(page.get_by_role("columnheader").nth(2)).to_contain_text("Other coin")


def test_too_few_too_many_unknown_and_nonsense_are_told(
    page: Page, console: Console, sessions: list[str]
) -> None:
    page.goto("/compare")
    expect(page.get_by_text("Choose two to six sessions to compare.")).to_be_visible()
    page.goto(f"/compare?sessions={sessions[0]}")
    expect(page.get_by_text("Choose at least one more session")).to_be_visible()
    _open(page, *sessions)
    expect(page.get_by_text("At most six sessions can be compared; the address names 7.")).to_be_visible()
    console.expect("404")
    page.goto(f"/compare?sessions={sessions[0]},{sessions[1]},{_UNKNOWN},nonsense")
    expect(page.get_by_text("No session can have this id: nonsense")).to_be_visible()
    trouble = page.get_by_role("alert").filter(has_text=_UNKNOWN)
    trouble.get_by_role("button", name="Leave out").click()
    expect(trouble).to_have_count(0)
    expect(page.get_by_role("columnheader")).to_have_count(2)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_has_no_accessibility_violations(page: Page, sessions: list[str], theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    _open(page, *sessions[:6])
    page.locator("[data-points]").wait_for()
    assert violations(page) == []


def test_a_phone_scrolls_no_way_but_down(page: Page, sessions: list[str]) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    _open(page, *sessions[:6])
    page.locator("[data-points]").wait_for()
    assert sideways(page) == 0
    assert violations(page) == []
