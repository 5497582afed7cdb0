"""What the tabs Metrics, Parameters and Events of a session show: all of it as the API tells it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from schema.home import Home
from tests.ports import free_port
from tests.stack import Stack, running_stack
from tests.wait import until
from tests.web.backtests import run_backtest

_EAGER = {"threshold": 0.05, "momentum_window": 3}
_SLOW = {**_EAGER, "stop_atr": 50, "target_atr": 50}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = Home.at(tmp_path_factory.mktemp("home")).ensure()
    with running_stack(home, free_port(), sandbox_speed=30) as stack:
        yield stack


@pytest.fixture(scope="module")
def done(stack: Stack) -> str:
    """A backtest that has completed, shared by the tests that only look."""
    return run_backtest(stack, "Done before", strategy_params={"threshold": 0.3})


def _figure(page: Page, title: str) -> Locator:
    return page.get_by_role("group", name=title, exact=True)


def _number(text: str) -> float:
    return float(re.sub(r"[^\d.\u2212-]", "", text).replace("\u2212", "-"))


def test_the_four_figures_are_those_of_the_api(page: Page, stack: Stack, done: str) -> None:
    found = stack.session(done)
    page.goto(f"/history/{done}")
    shown = {
        title: page.locator(f"[data-figure='{title}']")
        for title in ("Total PnL", "Win Rate", "Trades", "Max Drawdown")
    }
    expect(shown["Trades"]).to_have_text(f"{found['trade_count']:,}")
    assert _number(shown["Total PnL"].inner_text()) == pytest.approx(found["total_pnl"], abs=0.006)
    assert _number(shown["Win Rate"].inner_text()) == pytest.approx(found["win_rate"], abs=0.06)
    assert _number(shown["Max Drawdown"].inner_text()) == pytest.approx(-found["max_drawdown"], abs=0.005)


def test_the_bars_tell_what_they_measure(page: Page, stack: Stack, done: str) -> None:
    found = stack.session(done)
    page.goto(f"/history/{done}")
    rate = _figure(page, "Win Rate").get_by_role("meter", name="Win rate")
    expect(rate).to_have_attribute("aria-valuemax", "100")
    expect(rate).to_have_attribute("aria-valuenow", re.compile(rf"^{found['win_rate']:g}"))
    growth = _figure(page, "Total PnL").get_by_role("meter", name="Growth of the balance")
    expect(growth).to_have_attribute("aria-valuetext", re.compile("of the balance; the bar ends at"))
    sides = stack.get(f"/sessions/{done}/metrics")["metrics"]
    expected = f"{sides['long']['trade_count']} long and {sides['short']['trade_count']} short trades"
    expect(_figure(page, "Trades").get_by_role("img", name=expected)).to_be_visible()


def test_the_figures_of_a_live_session_follow_its_heartbeats(page: Page, stack: Stack) -> None:
    session = stack.create(name="Followed", strategy_params={**_EAGER, "stop_atr": 0.3, "target_atr": 0.4})
    stack.start(session)
    page.goto(f"/running/{session}")
    trades = page.locator("[data-figure='Trades']")
    expect(trades).to_have_text(re.compile(r"^[1-9]"), timeout=60_000)
    before = int(trades.inner_text())
    expect(trades).not_to_have_text(str(before), timeout=60_000)


def test_an_open_position_is_shown_with_what_it_is_worth(page: Page, stack: Stack) -> None:
    session = stack.create(name="Holding", strategy_params=_SLOW)
    stack.start(session)
    held: list[dict[str, Any]] = until(lambda: stack.session(session)["position"], 60, "a position")
    page.goto(f"/running/{session}")
    row = page.get_by_role("region", name="Open positions").get_by_role("row").nth(1)
    expect(row.get_by_role("rowheader")).to_have_text("XBTUSD")
    cells = row.get_by_role("cell")
    expect(cells.nth(0)).to_have_text(held[0]["side"])
    expect(cells.nth(1)).to_have_text(f"{held[0]['size']:,g}")
    expect(cells.nth(2)).to_have_text(f"{held[0]['entry_price']:,}".removesuffix(".0"))
    expect(cells.nth(4)).to_have_text(re.compile(r"^[+\u2212]?\d\.\d{8}\sBTC$"))
    mark = cells.nth(3).inner_text()
    expect(cells.nth(3)).not_to_have_text(mark)


def test_the_equity_is_drawn_with_its_start_and_its_end(page: Page, stack: Stack, done: str) -> None:
    answer = stack.get(f"/sessions/{done}/equity", points=1000)
    page.goto(f"/history/{done}")
    section = page.get_by_role("region", name="Equity curve")
    chart = section.locator("[data-points]")
    expect(chart).to_have_attribute("data-points", str(len(answer["equity"])), timeout=60_000)
    expect(chart).to_have_attribute("aria-label", re.compile("lowest .* highest .* deepest drawdown"))
    expect(chart.locator("canvas").first).to_be_visible()
    drawn = """element => [...element.querySelectorAll('canvas')].some(canvas => {
      const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
      return pixels.some((value, index) => index % 4 === 3 && value > 0)
    })"""
    until(lambda: bool(chart.evaluate(drawn)), 20, "pixels of the curve")
    expect(section).to_contain_text(f"{answer['starting_balance']:.8f}")
    expect(section).to_contain_text(f"{answer['equity'][-1]['equity']:.8f}")


def test_the_zoom_of_the_curve_is_kept_and_taken_back_by_keys(page: Page, done: str) -> None:
    page.goto(f"/history/{done}")
    chart = page.locator("[data-points]")
    expect(chart).to_be_visible(timeout=60_000)
    whole = chart.screenshot()
    chart.focus()
    for _ in range(3):
        page.keyboard.press("+")
    until(lambda: chart.screenshot() != whole, 10, "another part of the curve")
    page.keyboard.press("0")


def test_all_figures_are_listed_by_group_with_the_api_s_values(page: Page, stack: Stack, done: str) -> None:
    catalogue = stack.get("/metrics/catalogue")
    metrics = stack.get(f"/sessions/{done}/metrics")["metrics"]
    page.goto(f"/history/{done}")
    section = page.get_by_role("region", name="All figures")
    expect(section.locator("details")).to_have_count(len(catalogue["groups"]))
    shown = {
        str(key): str(text)
        for key, text in section.locator("dd[data-key]").evaluate_all(
            "all => all.map(one => [one.dataset.key, one.textContent])"
        )
    }
    listed = [figure for group in catalogue["groups"] for figure in group["figures"]]
    assert set(shown) == {figure["key"] for figure in listed if figure["unit"] != "table"}
    for figure in listed:
        value = metrics.get(figure["key"])
        if value is None and figure["unit"] != "table":
            assert shown[figure["key"]] == "\u2013"
        elif figure["unit"] in ("settle", "usd"):
            assert _number(shown[figure["key"]]) == pytest.approx(value, abs=0.005)
        elif figure["unit"] == "count":
            assert _number(shown[figure["key"]]) == value
    by_month = section.locator("table[data-key=by_month] tbody tr")
    expect(by_month).to_have_count(len(metrics["by_month"]))


def test_figures_are_found_by_their_names(page: Page, done: str) -> None:
    page.goto(f"/history/{done}")
    section = page.get_by_role("region", name="All figures")
    section.get_by_label("Search figures").fill("sortino")
    expect(page).to_have_url(re.compile("tab-find=sortino"))
    expect(section.locator("details")).to_have_count(1)
    expect(section.get_by_text("Smart Sortino")).to_be_visible()
    section.get_by_label("Search figures").fill("no such thing")
    expect(section.get_by_text("No figure is called so")).to_be_visible()


def test_groups_open_and_close_by_keys(page: Page, done: str) -> None:
    page.goto(f"/history/{done}")
    group = page.locator("details", has=page.get_by_role("heading", name="Costs"))
    group.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(group.get_by_text("Fees of a trade")).to_be_visible()
    page.keyboard.press("Enter")
    expect(group.get_by_text("Fees of a trade")).to_be_hidden()


def test_a_scraper_tells_what_it_collected_instead_of_trades(page: Page, stack: Stack) -> None:
    session = stack.create(
        name="Collector",
        type="scraper",
        market="ETHUSD",
        strategy="MarketScraper",
        strategy_params={"archive_interval": 2},
    )
    stack.start(session)
    page.goto(f"/scrapers/{session}")
    section = page.get_by_role("region", name="Collected data")
    expect(section).to_contain_text("archive/ethusd/")
    expect(section.get_by_text(re.compile(r"^[1-9][\d,]*$")).first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Total PnL")).to_have_count(0)
    expect(section.get_by_role("link", name="View Data")).to_have_attribute(
        "href", re.compile("/scrapers/data/ETHUSD")
    )


def test_parameters_tell_values_defaults_and_meanings(page: Page, stack: Stack, done: str) -> None:
    page.goto(f"/history/{done}/parameters")
    panel = page.get_by_role("tabpanel", name="Parameters")
    strategy = stack.get("/strategies/TestBot")["strategy"]
    expect(panel).to_contain_text(strategy["description"])
    expect(panel.locator("[data-field=threshold]")).to_have_text("0.3 default: 0.5")
    expect(panel.locator("[data-field=position_size]")).to_have_text("100 default")
    for told in strategy["param_schema"]["properties"].values():
        expect(panel).to_contain_text(told["description"])
    found = stack.session(done)
    names = [name for name in found["settings"] if name != "restart"]
    for name in [*names, *(f"restart.{name}" for name in found["settings"]["restart"])]:
        expect(panel.locator(f"[data-field='{name}']")).to_have_count(1)
    for text in (done, found["trades_file"], found["logs_file"], "(1d)"):
        expect(panel).to_contain_text(text)


def test_parameters_are_copied_as_json_that_makes_the_same_session(
    page: Page, stack: Stack, done: str
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/history/{done}/parameters")
    page.get_by_role("button", name="Copy as JSON").click()
    expect(page.get_by_text("Copied as JSON")).to_be_visible()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    again = stack.session(stack.create(**copied))
    found = stack.session(done)
    for name in ("market", "strategy", "strategy_params", "settings", "range_start", "range_end"):
        assert again[name] == found[name]


def test_a_clone_links_to_its_original(page: Page, stack: Stack, done: str) -> None:
    clone = stack.post(f"/sessions/{done}/clone")["session"]["id"]
    page.goto(f"/running/{clone}/parameters")
    page.get_by_role("tabpanel").get_by_role("link", name="Done before").click()
    expect(page).to_have_url(f"/running/{done}/parameters")


def test_events_are_told_in_words_and_appear_by_themselves(page: Page, stack: Stack) -> None:
    session = stack.create(name="Eventful")
    page.goto(f"/running/{session}/events")
    events = page.get_by_role("list", name="Events, the newest first").get_by_role("listitem")
    expect(events).to_have_count(1)
    expect(events.first).to_contain_text("Created")
    stack.start(session)
    expect(events.first).to_contain_text("Started, run 1")
    stack.post(f"/sessions/{session}/pause")
    expect(events.first).to_contain_text("Paused")
    events.first.locator("summary").press("Enter")
    expect(events.first.get_by_role("region")).to_contain_text('"previous": "running"')


def test_events_are_filtered_and_paged_in_the_address(page: Page, stack: Stack, done: str) -> None:
    total = stack.get(f"/sessions/{done}/events", type="trade")["total"]
    page.goto(f"/history/{done}/events?type=backtest")
    page.get_by_role("tabpanel").get_by_label("Show", exact=True).select_option("Trade")
    expect(page).to_have_url(re.compile(r"type=backtest&tab-type=trade"))
    events = page.get_by_role("list", name="Events, the newest first").get_by_role("listitem")
    expect(events).to_have_count(min(total, 50))
    expect(events.first).to_contain_text(re.compile(r"Trade: closed (LONG|SHORT) XBTUSD at .*\sUSD"))
    page.get_by_role("tabpanel").get_by_label("Rows a page").select_option("25")
    expect(events).to_have_count(min(total, 25))
    page.get_by_role("tabpanel").get_by_label("Show", exact=True).select_option("Created")
    expect(events).to_have_count(1)
