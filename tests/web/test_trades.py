"""Trades of a session: marked on its candles, and in a table that is sorted, filtered, paged, downloaded."""

import csv
import io
import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack import Stack
from tests.web.backtests import run_backtest
from tests.web.pages import sideways, violations


@pytest.fixture(scope="module")
def backtest(stack: Stack) -> str:
    return run_backtest(stack, "Many trades")


@pytest.fixture(scope="module")
def pair(stack: Stack) -> str:
    return run_backtest(stack, "A pair", market="XBTUSD+ETHUSD", strategy="PairTradeBot")


def _rows(page: Page) -> Locator:
    return page.locator("tr[data-trade]")


def _ids(page: Page) -> list[str]:
    return [str(row.get_attribute("data-trade")) for row in _rows(page).all()]


def _frame(page: Page) -> Locator:
    """What holds the chart, once it shows a range."""
    frame = page.locator("[data-marks][data-from]")
    frame.wait_for()
    return frame


def _told(stack: Stack, session: str, **query: Any) -> list[str]:
    answer = stack.get(f"/sessions/{session}/trades", **query)
    return [str(trade["id"]) for trade in answer["trades"]]


def _text_of(page: Page, name: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return download.value.path().read_text()


def test_every_trade_is_marked_and_listed_newest_first(page: Page, stack: Stack, backtest: str) -> None:
    total = stack.session(backtest)["trade_count"]
    page.goto(f"/history/{backtest}/trades")
    expect(page.locator("[data-marks]")).to_have_attribute("data-marks", str(total))
    expect(page.get_by_text(f"Showing 1-20 of {total}")).to_be_visible()
    assert _ids(page) == _told(stack, backtest, limit=20)


def test_a_click_on_a_row_moves_the_chart_there(page: Page, stack: Stack, backtest: str) -> None:
    page.goto(f"/history/{backtest}/trades")
    frame = _frame(page)
    before = frame.get_attribute("data-from") or ""
    row = _rows(page).nth(5)
    trade = stack.get(f"/sessions/{backtest}/trades", limit=1, offset=5)["trades"][0]
    row.click()
    expect(row).to_have_attribute("data-selected", "true")
    expect(page).to_have_url(re.compile(f"trade={trade['id']}"))
    expect(frame).not_to_have_attribute("data-from", before)
    start, end = (float(frame.get_attribute(f"data-{edge}") or 0) for edge in ("from", "to"))
    assert start <= trade["entry_time"] < trade["exit_time"] <= end + 60
    assert end - start < 86_400 / 4
    page.reload()
    expect(_rows(page).nth(5)).to_have_attribute("data-selected", "true")
    page.get_by_role("button", name="Show all").click()
    expect(frame).to_have_attribute("data-from", before)


def test_hover_tells_the_trade_and_a_click_on_its_mark_selects_it(
    page: Page, stack: Stack, backtest: str
) -> None:
    trade = stack.get(f"/sessions/{backtest}/trades", limit=1, offset=2)["trades"][0]
    page.goto(f"/history/{backtest}/trades?tab-trade={trade['id']}")
    frame = _frame(page)
    expect(frame).to_have_attribute("data-exit-x", re.compile(r"\d"))
    box = frame.bounding_box() or {"x": 0, "y": 0}
    at = [float(frame.get_attribute(f"data-exit-{axis}") or 0) for axis in ("x", "y")]
    page.mouse.move(box["x"] + at[0], box["y"] + at[1])
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text(f"{trade['side']} 100 XBTUSD")
    expect(tip).to_contain_text(f"Out: {trade['exit_reason']}")
    expect(tip).to_contain_text("BTC")
    page.mouse.click(box["x"] + at[0], box["y"] + at[1])
    expect(page.locator(f"tr[data-trade='{trade['id']}']")).to_have_attribute("data-selected", "true")


def test_heads_sort_and_pages_turn(page: Page, stack: Stack, backtest: str) -> None:
    page.goto(f"/history/{backtest}/trades")
    for name, field in (("PnL", "pnl"), ("Duration", "duration"), ("Size", "size"), ("Fees", "fees")):
        head = page.get_by_role("columnheader", name=name)
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", "descending")
        if field in ("pnl", "duration"):
            expect(_rows(page).first).to_have_attribute(
                "data-trade", _told(stack, backtest, sort=f"{field}:desc", limit=1)[0]
            )
    page.goto(f"/history/{backtest}/trades?tab-sort=pnl:asc")
    page.get_by_role("link", name="Page 2").click()
    expect(page.get_by_text(re.compile("Showing 21-40"))).to_be_visible()
    expect(_rows(page).first).to_have_attribute(
        "data-trade", _told(stack, backtest, sort="pnl:asc", limit=20, offset=20)[0]
    )


def test_filters_narrow_table_and_downloads(page: Page, stack: Stack, backtest: str) -> None:
    page.goto(f"/history/{backtest}/trades")
    page.get_by_label("Side").select_option("LONG")
    page.get_by_label("Result").select_option("won")
    told = stack.get(f"/sessions/{backtest}/trades", side="LONG", won="true", limit=200)
    expect(page.get_by_text(f"of {told['total']}", exact=False)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Side")).to_have_value("LONG")
    assert json.loads(_text_of(page, "JSON")) == told["trades"][::-1]
    rows = list(csv.DictReader(io.StringIO(_text_of(page, "CSV"))))
    assert [row["id"] for row in rows] == [str(trade["id"]) for trade in told["trades"][::-1]]
    page.get_by_label("Text in the reasons").fill("nobody says this")
    expect(page.get_by_text("No trade fits the filter")).to_be_visible()
    page.get_by_role("button", name="Clear filter").first.click()
    page.get_by_label("Closed before").fill("2024-01-22T00:00")
    expect(page.get_by_text("No trade fits the filter")).to_be_visible()


def test_a_pair_opens_to_its_legs_each_with_its_chart(page: Page, stack: Stack, pair: str) -> None:
    page.goto(f"/history/{pair}/trades")
    first = _told(stack, pair, limit=1)[0]
    page.get_by_role("button", name=f"Legs of trade {first}", exact=True).click()
    expect(page.locator("tr.leg")).to_have_count(2)
    page.get_by_label("Leg", exact=True).select_option("ETHUSD")
    expect(page.get_by_role("group", name=re.compile("Candles of ETHUSD"))).to_be_visible()
    expect(page).to_have_url(re.compile("tab-leg=ETHUSD"))


def test_another_timeframe_is_another_chart(page: Page, backtest: str) -> None:
    page.goto(f"/history/{backtest}/trades")
    _frame(page)
    with page.expect_response(re.compile(r"/candles\?.*timeframe=1h")) as answer:
        page.get_by_label("Timeframe").select_option("1h")
    assert answer.value.ok
    expect(page).to_have_url(re.compile("tab-timeframe=1h"))


def test_a_live_session_s_trades_appear_by_themselves(page: Page, stack: Stack) -> None:
    session = stack.create(
        name="Live trades", strategy_params={"threshold": 0.05, "stop_atr": 0.5, "target_atr": 0.5}
    )
    stack.start(session)
    page.goto(f"/running/{session}/trades")
    expect(_rows(page).first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("new", exact=True).first).to_be_visible(timeout=60_000)
    stack.post(f"/sessions/{session}/stop")


def test_a_scraper_says_that_it_does_not_trade(page: Page, stack: Stack) -> None:
    session = stack.create(type="scraper", market="ETHUSD", strategy="MarketScraper")
    page.goto(f"/scrapers/{session}/trades")
    expect(page.get_by_text("A scraper does not trade")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_has_no_accessibility_violations(page: Page, backtest: str, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(f"/history/{backtest}/trades")
    _frame(page)
    expect(_rows(page)).to_have_count(20)
    assert violations(page) == []


def test_a_phone_scrolls_no_way_but_down(page: Page, backtest: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/history/{backtest}/trades")
    _frame(page)
    expect(_rows(page)).to_have_count(20)
    assert sideways(page) == 0
    assert violations(page) == []


def test_rows_are_selected_by_keyboard(page: Page, backtest: str) -> None:
    page.goto(f"/history/{backtest}/trades")
    _frame(page)
    row = _rows(page).nth(1)
    row.get_by_role("button").press("Enter")
    expect(row).to_have_attribute("data-selected", "true")
    expect(row.get_by_role("button")).to_have_attribute("aria-pressed", "true")
