"""The history: what ended is found, ordered, paged, cloned, viewed, started again, deleted and compared."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack import Stack
from tests.web.backtests import begin_backtest
from tests.web.pages import sideways, violations

_SWEEP = 22


@pytest.fixture(scope="module", autouse=True)
def ended(stack: Stack) -> list[str]:
    """Ids: backtests on two markets, a live test and a scraper that were stopped."""
    live = stack.create(name="Stopped live", market="SOLUSD")
    scraper = stack.create(name="Stopped scraper", type="scraper", market="ETHUSD", strategy="MarketScraper")
    for session in (live, scraper):
        stack.start(session)
        stack.post(f"/sessions/{session}/stop")
    sweep = [
        begin_backtest(stack, f"Sweep {n:02}", strategy_params={"threshold": round(0.1 + n / 40, 3)})
        for n in range(_SWEEP)
    ]
    cross = begin_backtest(stack, "Cross of ETH", market="ETHUSD", strategy="MovingAverageCross")
    for session in [*sweep, cross]:
        stack.until_status(session, "completed", 60)
    return [*sweep, cross, live, scraper]


def _rows(page: Page) -> Locator:
    return page.get_by_role("table").locator("tbody tr")


def _names(page: Page) -> list[str]:
    return [name.strip() for name in page.get_by_role("rowheader").all_inner_texts()]


def _tick(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("checkbox", name=f"Tick {name}", exact=True).check()


def _query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_the_last_ended_comes_first_and_pages_lead_on(page: Page) -> None:
    page.goto("/history")
    expect(page.get_by_text("Showing 1-20 of 25")).to_be_visible()
    expect(_rows(page)).to_have_count(20)
    first = _names(page)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Showing 21-25 of 25")).to_be_visible()
    expect(_rows(page)).to_have_count(5)
    assert _query(page)["page"] == ["2"]
    assert not set(first) & set(_names(page))
    expect(page.get_by_role("link", name="Page 2")).to_have_attribute("aria-current", "page")
    page.go_back()
    expect(page.get_by_text("Showing 1-20 of 25")).to_be_visible()
    page.get_by_label("Rows a page").select_option("50")
    expect(_rows(page)).to_have_count(25)
    page.reload()
    expect(_rows(page)).to_have_count(25)


def test_filters_narrow_together_and_live_in_the_address(page: Page) -> None:
    page.goto("/history")
    page.get_by_label("Type").select_option("backtest")
    expect(page.get_by_text("of 23")).to_be_visible()
    page.get_by_label("Strategy").select_option("MovingAverageCross")
    expect(_rows(page)).to_have_count(1)
    assert _names(page) == ["Cross of ETH"]
    assert _query(page) == {"type": ["backtest"], "strategy": ["MovingAverageCross"]}
    page.reload()
    expect(page.get_by_label("Type")).to_have_value("backtest")
    expect(_rows(page)).to_have_count(1)
    page.get_by_label("Type").select_option("scraper")
    expect(page.get_by_text("No session fits the filter")).to_be_visible()
    page.get_by_role("button", name="Clear filter").first.click()
    expect(page.get_by_text("Showing 1-20 of 25")).to_be_visible()


def test_a_market_is_chosen_from_the_list_or_typed(page: Page) -> None:
    page.goto("/history")
    market = page.get_by_label("Market", exact=True)
    market.fill("SOL")
    page.get_by_role("option", name="SOLUSD", exact=True).click()
    expect(_rows(page)).to_have_count(1)
    market.fill("XBTUSD+ETHUSD")
    market.press("Enter")
    expect(page.get_by_text("No session fits the filter")).to_be_visible()
    assert _query(page)["market"] == ["XBTUSD+ETHUSD"]


def test_text_status_and_period_are_filters_too(page: Page) -> None:
    page.goto("/history?size=50")
    page.get_by_label("Search").fill("sweep 1")
    expect(_rows(page)).to_have_count(10)
    page.get_by_label("Search").fill("")
    expect(_rows(page)).to_have_count(25)
    page.get_by_label("Status").select_option("stopped")
    expect(_rows(page)).to_have_count(2)
    page.get_by_label("Ended", exact=True).select_option("24h")
    expect(_rows(page)).to_have_count(2)
    page.get_by_label("Ended", exact=True).select_option("own")
    page.get_by_label("To", exact=True).fill("2024-01-22")
    expect(page.get_by_text("No session fits the filter")).to_be_visible()


def test_a_click_on_a_head_sorts_and_another_one_turns_it_round(page: Page, stack: Stack) -> None:
    page.goto("/history?type=backtest&size=50")
    head = page.get_by_role("columnheader", name="Trades")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    sessions = stack.get("/sessions", type="backtest", limit=50, sort="trade_count:desc")["sessions"]
    counts = [int(session["trade_count"]) for session in sessions]
    cells = page.locator("tbody tr > :nth-child(7)")
    expect(cells).to_have_text([str(one) for one in counts])
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(cells).to_have_text([str(one) for one in sorted(counts)])
    for name in (
        "Name",
        "Type",
        "Market",
        "Strategy",
        "Status",
        "PnL",
        "Win rate",
        "Drawdown",
        "Duration",
        "Ended",
    ):
        page.get_by_role("columnheader", name=name).get_by_role("button").click()
        expect(page.get_by_role("columnheader", name=name)).not_to_have_attribute("aria-sort", "none")
        expect(_rows(page)).to_have_count(23)


def test_rows_stay_while_the_next_page_loads(page: Page) -> None:
    page.goto("/history")
    expect(_rows(page)).to_have_count(20)
    held = []
    page.route(re.compile(r"/sessions\?.*offset=20"), lambda route: held.append(route))
    page.get_by_role("link", name="Next").click()
    expect(page.locator("[aria-busy=true]")).to_be_visible()
    expect(_rows(page)).to_have_count(20)
    held[0].continue_()
    expect(_rows(page)).to_have_count(5)


def test_view_opens_the_panel_over_the_filtered_list(page: Page, ended: list[str]) -> None:
    page.goto("/history?search=sweep&sort=name:asc")
    page.get_by_role("link", name="View Sweep 00").click()
    expect(page).to_have_url(re.compile(f"/history/{ended[0]}.*search=sweep"))
    page.go_back()
    expect(page.get_by_text("Showing 1-20 of 22")).to_be_visible()
    page.get_by_role("rowheader", name="Sweep 01").get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/history/{ended[1]}.*search=sweep"))


def test_clone_opens_the_form_for_that_session(page: Page, ended: list[str]) -> None:
    page.goto("/history?sort=name:asc")
    page.get_by_role("link", name="Clone Cross of ETH").click()
    expect(page).to_have_url(re.compile(f"/history/new.*clone={ended[_SWEEP]}"))


def test_what_was_stopped_starts_again_and_leaves_the_list(page: Page, stack: Stack) -> None:
    session = stack.create(name="Once more")
    stack.start(session)
    stack.post(f"/sessions/{session}/stop")
    page.goto("/history?search=once")
    page.get_by_role("button", name="Start again: Once more").click()
    expect(page.get_by_text("Once more started")).to_be_visible()
    expect(page.get_by_text("No session fits the filter")).to_be_visible()
    assert stack.session(session)["status"] == "running"
    stack.post(f"/sessions/{session}/stop")
    expect(page.get_by_role("rowheader", name="Once more")).to_be_visible()
    stack.call("DELETE", f"/sessions/{session}")
    expect(page.get_by_text("No session fits the filter")).to_be_visible()


def test_deletion_asks_and_many_are_deleted_by_number(page: Page, stack: Stack) -> None:
    doomed = [begin_backtest(stack, f"Doomed {n}") for n in range(3)]
    for session in doomed:
        stack.until_status(session, "completed", 60)
    page.goto("/history?search=doomed&sort=name:asc")
    page.get_by_role("button", name="Delete Doomed 0").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Are you sure?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(_rows(page)).to_have_count(3)
    page.get_by_role("button", name="Delete Doomed 0").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(_rows(page)).to_have_count(2)
    page.get_by_role("checkbox", name="Tick all on this page").check()
    page.get_by_role("button", name="Delete 2 sessions").click()
    expect(dialog).to_contain_text("Doomed 1")
    dialog.get_by_role("button", name="Delete 2 sessions").click()
    expect(page.get_by_text("No session fits the filter")).to_be_visible()
    assert [stack.call("GET", f"/sessions/{session}")[0] for session in doomed] == [404] * 3


def test_two_to_six_sessions_of_any_pages_are_compared(page: Page, ended: list[str]) -> None:
    page.goto("/history?sort=name:asc")
    bar = page.get_by_role("group", name="Ticked sessions")
    _tick(page, "Cross of ETH")
    expect(bar).to_contain_text("1 ticked")
    expect(bar.get_by_role("link", name="Compare")).to_be_disabled()
    page.get_by_role("link", name="Next").click()
    expect(_rows(page)).to_have_count(5)
    _tick(page, "Sweep 21")
    expect(bar).to_contain_text("2 ticked")
    page.get_by_role("link", name="Prev").click()
    expect(_rows(page)).to_have_count(20)
    _tick(page, "Stopped scraper")
    expect(bar).to_contain_text("Scrapers do not trade")
    page.get_by_role("checkbox", name="Tick Stopped scraper").uncheck()
    _tick(page, *(f"Sweep {n:02}" for n in range(5)))
    expect(bar).to_contain_text("At most six sessions can be compared; 7 are ticked")
    page.get_by_role("checkbox", name="Tick Sweep 00").uncheck()
    bar.get_by_role("link", name="Compare").click()
    expect(page).to_have_url(re.compile("/compare"))
    chosen = _query(page)["sessions"][0].split(",")
    assert set(chosen) == {ended[_SWEEP], ended[21], *ended[1:5]}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_has_no_accessibility_violations(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto("/history?period=own")
    expect(_rows(page)).to_have_count(20)
    _tick(page, "Sweep 03", "Sweep 04")
    assert violations(page) == []


def test_a_phone_shows_cards_and_scrolls_no_way_but_down(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/history?period=own")
    cards = page.get_by_role("list", name="Ended sessions").get_by_role("listitem")
    expect(cards).to_have_count(20)
    cards.filter(has_text="Sweep 03").get_by_role("checkbox").check()
    expect(page.get_by_text("1 ticked")).to_be_visible()
    assert sideways(page) == 0
    assert violations(page) == []


def test_an_ended_session_appears_by_itself(page: Page, stack: Stack) -> None:
    page.goto("/history?search=by%20itself")
    expect(page.get_by_text("No session fits the filter")).to_be_visible()
    session = begin_backtest(stack, "By itself")
    expect(page.get_by_role("rowheader", name="By itself")).to_be_visible()
    stack.until_status(session, "completed", 60)
    stack.call("DELETE", f"/sessions/{session}")


def test_an_error_says_what_the_api_says(page: Page) -> None:
    page.goto("/history?page=9")
    expect(page.get_by_text("There are not that many pages")).to_be_visible()
    page.get_by_role("button", name="To the first page").click()
    expect(_rows(page)).to_have_count(20)
