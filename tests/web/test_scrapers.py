"""Scrapers: starting and stopping them, and what they have recorded."""

import math
import re

import pytest
from playwright.sync_api import Page, expect

from schema.archive.writer import CandleArchive
from tests.stack import Stack
from tests.web.pages import sideways, violations

JANUARY = 1_704_067_200  # 2024-01-01 00:00 UTC
DAY = 86_400


@pytest.fixture(scope="module", autouse=True)
def recorded(stack: Stack) -> None:
    """Four days of a closed exchange: complete, missing, half a day, complete."""
    minutes = [*range(1440), *range(2880 + 720, 5760)]
    candles = []
    for minute in minutes:
        price = 40_000 + 500 * math.sin(minute / 200)
        candles.append((JANUARY + minute * 60, price, price + 10, price - 10, price + 5, 100))
    CandleArchive(stack.home.archive).write("bitmex", "XBTUSD", candles)


def test_scraping_starts_with_one_click_and_data_points_grow(page: Page, stack: Stack) -> None:
    page.goto("/scrapers")
    page.get_by_role("button", name="Start Scraping XBTUSD").click()
    active = page.get_by_role("region", name=re.compile("Active scrapers"))
    row = active.get_by_role("listitem").filter(has_text="XBTUSD")
    expect(row).to_contain_text(re.compile(r"Running \d\d:\d\d:\d\d"))
    expect(page.get_by_role("button", name="Start Scraping XBTUSD")).to_have_count(0)
    expect(row).to_contain_text(re.compile(r"[1-9][\d,]* data points"), timeout=60_000)
    first = int(row.locator("[data-points]").get_attribute("data-points") or 0)
    expect(row).to_contain_text(re.compile(r"Archive: archive/xbtusd/\d{4}-\d\d-\d\d/"))
    expect(row).not_to_contain_text(f"{first:,} data points", timeout=90_000)
    assert int(row.locator("[data-points]").get_attribute("data-points") or 0) > first
    row.get_by_role("button", name=re.compile("^Stop")).click()
    expect(row).to_have_count(0)
    available = page.get_by_role("listitem").filter(has_text="BTC/USD:BTC")
    expect(available).to_contain_text("Last data:")
    expect(available.get_by_role("button", name="Start Scraping XBTUSD")).to_be_visible()
    # The row goes at once, the process when it has written what it holds.
    (scraper,) = stack.get("/sessions", type="scraper", market="XBTUSD")["sessions"]
    stack.until_status(scraper["id"], "stopped")


def test_a_scraper_that_was_not_started_can_be_started_and_deleted(page: Page, stack: Stack) -> None:
    stack.create(type="scraper", market="SOLUSD", strategy="MarketScraper", name="Later")
    page.goto("/scrapers")
    waiting = page.get_by_role("region", name=re.compile("Not started"))
    expect(waiting.get_by_text("Later")).to_be_visible()
    waiting.get_by_role("button", name="Delete Later").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(waiting).to_have_count(0)


def test_markets_are_searched_and_the_exchange_is_in_the_address(page: Page) -> None:
    page.goto("/scrapers")
    page.get_by_label("Search markets").fill("xrp/usd:")
    markets = page.get_by_role("list", name="Markets")
    expect(markets.get_by_role("listitem")).to_have_count(1)
    page.get_by_label("Search markets").fill("")
    expect(markets.get_by_role("listitem").nth(1)).to_be_visible()
    page.get_by_label("Exchange").select_option("bitmex")
    expect(page).to_have_url(re.compile("on=bitmex"))
    expect(page.get_by_text("This exchange closed on")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Start Scraping"))).to_have_count(0)
    expect(markets.get_by_text("Last data:")).to_have_count(1)


def test_coverage_shows_its_gap_and_leads_to_the_candles(page: Page) -> None:
    page.goto("/scrapers?on=bitmex")
    page.get_by_role("link", name="View Data of XBTUSD").click()
    panel = page.get_by_role("dialog", name="Data of XBTUSD")
    expect(panel.get_by_text("2024-01-01 to 2024-01-04")).to_be_visible()
    expect(panel.get_by_role("button", name="2024-01-01: complete")).to_be_visible()
    expect(panel.get_by_role("button", name="2024-01-02: missing")).to_be_visible()
    expect(panel.get_by_role("button", name="2024-01-03: partly recorded, 50 %")).to_be_visible()
    gaps = panel.get_by_role("region", name="Table of gaps").get_by_role("row")
    expect(gaps).to_have_count(2)
    expect(gaps.nth(1)).to_contain_text("2024-01-02 00:00:00")
    expect(gaps.nth(1)).to_contain_text("2024-01-03 12:00:00")
    expect(gaps.nth(1)).to_contain_text("1d 12h")
    panel.get_by_role("button", name="2024-01-01: complete").click()
    expect(page).to_have_url(re.compile("from=2024-01-01"))
    expect(panel.get_by_role("group", name="Candles of XBTUSD, 2024-01-01")).to_be_visible()
    expect(panel.get_by_text("1,440 candles of one minute.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page).to_have_url("/scrapers?on=bitmex")


def test_days_are_reached_by_keys(page: Page) -> None:
    page.goto("/scrapers/data/XBTUSD?exchange=bitmex&from=2024-01-04")
    panel = page.get_by_role("dialog", name="Data of XBTUSD")
    panel.get_by_role("button", name="2024-01-04: complete").focus()
    page.keyboard.press("ArrowLeft")
    expect(panel.get_by_role("button", name=re.compile("2024-01-03"))).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+Enter")
    expect(page).to_have_url(re.compile("from=2024-01-01&to=2024-01-04"))
    panel.get_by_text("Recorded days as a table").click()
    table = panel.get_by_role("region", name="Table of recorded days")
    expect(table.get_by_role("row", name=re.compile("2024-01-02"))).to_contain_text("missing")


def test_a_market_whose_name_has_a_slash_has_an_address(page: Page) -> None:
    page.goto("/scrapers/data/LTC%2FUSDT%3AUSDT?exchange=sandbox")
    panel = page.get_by_role("dialog", name="Data of LTC/USDT:USDT")
    expect(panel.get_by_text("No candles are recorded of this market")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/scrapers?on=bitmex", "/scrapers/data/XBTUSD?exchange=bitmex"])
def test_no_accessibility_violations(page: Page, theme: str, path: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/scrapers", "/scrapers/data/XBTUSD?exchange=bitmex"])
def test_a_phone_is_wide_enough(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert sideways(page) == 0
