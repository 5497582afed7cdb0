"""The Live Logs tab, over the logs of real sessions and over long ones written by the log's own writer."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

from schema.files.log import LogReader, LogWriter
from tests.stack import Stack
from tests.wait import until
from tests.web.pages import sideways, violations

_LOST = "Connection lost"


@pytest.fixture(scope="module")
def running(stack: Stack) -> Iterator[str]:
    """A session that trades, with at least one trade in its log."""
    session = stack.create(name="Chatty", strategy_params={"threshold": 0.3, "position_size": 50})
    stack.start(session)
    stack.until_logged(session, "EXIT", 60)
    yield session
    stack.post(f"/sessions/{session}/stop")


@contextmanager
def writer(stack: Stack, session: str) -> Iterator[LogWriter]:
    """The writer of a log whose session does not run."""
    writer = LogWriter(stack.home.log(session), session, "sandbox", "XBTUSD", max_bytes=50_000_000, run=1)
    yield writer
    writer.close()


def open_log(page: Page, session: str, query: str = "") -> Locator:
    page.goto(f"/running/{session}/logs{query}")
    log = page.get_by_role("log")
    expect(log).to_be_visible()
    expect(page.get_by_text("Connected via WebSocket")).to_be_visible()
    return log


def level(page: Page) -> Locator:
    return page.get_by_role("toolbar", name="Log").get_by_label("Filter")


def lines(log: Locator, kind: str = "") -> Locator:
    return log.locator(f".line{kind}")


def scroll(log: Locator) -> dict[str, float]:
    found: dict[str, float] = log.evaluate(
        "e => ({top: e.scrollTop, left: e.scrollHeight - e.clientHeight - e.scrollTop})"
    )
    return found


def is_at_end(log: Locator) -> Callable[[], bool]:
    return lambda: scroll(log)["left"] < 6


def rests(log: Locator) -> Callable[[], bool]:
    """Whether two looks, a few frames apart, find the same place."""
    return lambda: bool(
        log.evaluate(
            """async e => {
                const before = e.scrollTop
                for (let i = 0; i < 10; i++) await new Promise(requestAnimationFrame)
                return e.scrollTop === before
            }"""
        )
    )


def colour_of(page: Page, kind: str) -> str:
    """The documented colour, as the browser names it."""
    return str(
        page.evaluate(
            """name => {
                const probe = document.createElement('i')
                probe.style.color = `var(--mui-palette-log-${name})`
                document.body.append(probe)
                return getComputedStyle(probe).color
            }""",
            kind,
        )
    )


def test_lines_come_as_the_session_writes_them_newest_at_the_bottom(
    page: Page, stack: Stack, running: str
) -> None:
    log = open_log(page, running)
    expect(log.get_by_text("live - new logs appear here")).to_be_visible()
    expect(lines(log, ".heartbeat").first).to_be_visible()
    last = LogReader(stack.home.log(running)).tail(1).lines[0].record["message"]
    expect(lines(log).get_by_text(last).first).to_be_visible()
    times = lines(log).locator("time").evaluate_all("all => all.map(e => e.dateTime)")
    until(is_at_end(log), what="the end in sight")
    assert len(times) > 5
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", lines(log).locator("time").last.inner_text())
    assert lines(log).locator("time").last.get_attribute("title").endswith(" UTC")  # type: ignore[union-attr]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_levels_have_the_documented_colours(page: Page, stack: Stack, theme: str) -> None:
    session = stack.create(name=f"Colours {theme}")
    with writer(stack, session) as log_file:
        log_file.write("info", "Analyzing")
        log_file.write("warn", "Late")
        log_file.write("error", "Broken")
        log_file.write("trade", "ENTRY LONG @ 89,450 (100 contracts)", {"action": "entry"})
        log_file.write("trade", "EXIT LONG @ 89,520 (100 contracts)", {"action": "exit"})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    log = open_log(page, session)
    for kind, word in (
        ("info", "INFO"),
        ("warn", "WARN"),
        ("error", "ERROR"),
        ("entry", "TRADE"),
        ("exit", "TRADE"),
    ):
        line = lines(log, f".{kind}")
        expect(line.locator(".level")).to_have_text(word)
        expect(line.locator(".message")).to_have_css("color", colour_of(page, kind))
    assert len({colour_of(page, kind) for kind in ("info", "warn", "error", "entry", "exit")}) == 5
    assert violations(page) == []


def test_the_level_is_a_filter_and_is_in_the_address(page: Page, running: str) -> None:
    log = open_log(page, running)
    level(page).select_option("Trade")
    expect(page).to_have_url(re.compile(r"tab-level=trade"))
    page.get_by_role("checkbox", name="Heartbeats").uncheck()
    expect(lines(log, ".info")).to_have_count(0)
    expect(lines(log, ".heartbeat")).to_have_count(0)
    expect(lines(log, ".entry").first).to_be_visible()
    page.reload()
    expect(level(page)).to_have_value("trade")
    expect(page.get_by_role("checkbox", name="Heartbeats")).not_to_be_checked()
    expect(lines(log, ".exit").first).to_be_visible()
    expect(lines(log, ".info")).to_have_count(0)


def test_a_text_is_found_and_stepped_through(page: Page, stack: Stack) -> None:
    session = stack.create(name="Searched")
    with writer(stack, session) as log_file:
        for number in range(1, 3_001):
            log_file.write("info", f"line {number}{' Needle (x)' if number % 1000 == 500 else ''}")
    log = open_log(page, session)
    field = page.get_by_role("searchbox", name="Find in the log")
    log.focus()
    page.keyboard.press("/")
    expect(field).to_be_focused()
    field.fill("needle (")
    expect(page.get_by_text("2 found")).to_be_visible()
    field.press("Enter")
    expect(page.get_by_text("2 of 2")).to_be_visible()
    expect(log.locator(".current")).to_have_text(re.compile("line 2500 Needle"))
    expect(log.locator(".current mark")).to_have_text("Needle (")
    page.get_by_role("button", name="Previous match").click()
    expect(page.get_by_text("1 of 2")).to_be_visible()
    expect(log.locator(".current")).to_have_text(re.compile("line 1500 Needle"))
    field.press("Escape")
    expect(field).to_have_value("")
    expect(log).to_be_visible()


def test_scrolling_up_ends_following_and_the_end_begins_it(page: Page, stack: Stack) -> None:
    session = stack.create(name="Followed")
    with writer(stack, session) as log_file:
        for number in range(500):
            log_file.write("info", f"line {number}")
        log = open_log(page, session)
        auto = page.get_by_role("checkbox", name="Auto-scroll")
        expect(lines(log).get_by_text("line 499", exact=True)).to_be_visible()
        until(is_at_end(log), what="the end in sight")
        log.hover()
        page.mouse.wheel(0, -2_000)
        expect(auto).not_to_be_checked()
        expect(page.get_by_role("button", name="Jump to newest")).to_be_visible()
        before = lines(log).nth(15).inner_text()
        for number in range(500, 530):
            log_file.write("info", f"line {number}")
        expect(page.get_by_role("button", name="Jump to newest (30 new)")).to_be_visible()
        assert lines(log).nth(15).inner_text() == before
        page.get_by_role("button", name="Jump to newest").click()
        expect(lines(log).get_by_text("line 529", exact=True)).to_be_visible()
        expect(auto).to_be_checked()
        log.focus()
        page.keyboard.press("PageUp")
        expect(auto).not_to_be_checked()
        until(rests(log), what="the end of the gliding")
        page.keyboard.press("End")
        expect(auto).to_be_checked()
        log_file.write("info", "the very last")
        expect(lines(log).get_by_text("the very last")).to_be_visible()
        until(is_at_end(log), what="the end in sight")


def test_older_lines_come_when_one_scrolls_to_the_beginning(page: Page, stack: Stack) -> None:
    session = stack.create(name="Long ago")
    with writer(stack, session) as log_file:
        for number in range(1, 3_501):
            log_file.write("info", f"line {number}")
    log = open_log(page, session)
    expect(lines(log).get_by_text("line 3500", exact=True)).to_be_visible()
    log.focus()

    def beginning() -> bool:
        page.keyboard.press("PageUp")
        page.keyboard.press("Home")
        return lines(log).get_by_text("line 1", exact=True).is_visible()

    until(beginning, 20, "the first line")
    expect(log.get_by_text("Beginning of the log")).to_be_visible()


def test_a_pause_holds_the_display_and_counts(page: Page, stack: Stack) -> None:
    session = stack.create(name="Paused")
    with writer(stack, session) as log_file:
        log_file.write("info", "before")
        log = open_log(page, session)
        expect(lines(log).get_by_text("before")).to_be_visible()
        log.focus()
        page.keyboard.press("p")
        for number in range(7):
            log_file.write("info", f"meanwhile {number}")
        expect(log.get_by_text("paused - 7 new lines wait")).to_be_visible()
        expect(lines(log).get_by_text("meanwhile")).to_have_count(0)
        page.get_by_role("button", name="Resume").last.click()
        expect(lines(log).get_by_text("meanwhile")).to_have_count(7)


def test_clear_empties_the_display_and_not_the_file(page: Page, stack: Stack) -> None:
    session = stack.create(name="Cleared")
    with writer(stack, session) as log_file:
        log_file.write("info", "before")
        log = open_log(page, session)
        expect(lines(log).get_by_text("before")).to_be_visible()
        page.get_by_role("button", name="Clear", exact=True).click()
        expect(lines(log)).to_have_count(0)
        log_file.write("info", "after")
        expect(lines(log).get_by_text("after")).to_be_visible()
        expect(lines(log)).to_have_count(1)
        page.get_by_role("button", name="Show all").click()
        expect(lines(log)).to_have_count(2)
        assert "before" in stack.log_text(session)


def test_the_log_is_downloaded_whole_or_as_filtered(page: Page, stack: Stack) -> None:
    session = stack.create(name="Taken home")
    with writer(stack, session) as log_file:
        for number in range(2_500):
            log_file.write("error" if number % 100 == 0 else "info", f"line {number}, with a comma")
    open_log(page, session)

    def downloaded(item: str) -> str:
        page.get_by_role("button", name="Download").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name=item).click()
        return str(download.value.path().read_text())

    assert len(list(csv.DictReader(io.StringIO(downloaded("Whole log as CSV"))))) == 2_500
    assert json.loads(downloaded("Whole log as JSON"))[-1]["message"] == "line 2499, with a comma"
    level(page).select_option("Error")
    page.get_by_role("searchbox", name="Find in the log").fill("line 1")
    expect(page).to_have_url(re.compile("tab-find"))
    found = json.loads(downloaded("ERROR lines with \u201cline 1\u201d as JSON"))
    assert [row["message"].split(",")[0] for row in found] == [
        f"line {number}" for number in range(2_500) if number % 100 == 0 and str(number).startswith("1")
    ]


def test_a_hundred_thousand_lines_scroll_and_filter(page: Page, stack: Stack) -> None:
    session = stack.create(name="Endless")
    log = open_log(page, session)
    with writer(stack, session) as log_file:
        for number in range(1, 110_001):
            log_file.write("error" if number % 10_000 == 0 else "info", f"line {number}")
    expect(lines(log).get_by_text("line 110000", exact=True)).to_be_visible(timeout=180_000)
    log.focus()
    page.keyboard.press("Home")
    expect(log.get_by_text("The display keeps the newest 100,000 lines")).to_be_visible()
    assert lines(log).count() < 100
    level(page).select_option("Error")
    page.get_by_role("checkbox", name="Heartbeats").uncheck()
    expect(lines(log).get_by_text("line 110000", exact=True)).to_be_visible()
    assert lines(log).count() in (10, 11)
    level(page).select_option("All")
    page.get_by_role("searchbox", name="Find in the log").fill("line 77777")
    expect(page.get_by_text("1 found")).to_be_visible()
    page.get_by_role("button", name="Next match").click()
    expect(log.locator(".current")).to_have_text(re.compile("line 77777$"))


def test_long_lines_wrap_or_do_not(page: Page, stack: Stack) -> None:
    session = stack.create(name="Wide")
    with writer(stack, session) as log_file:
        log_file.write("info", "first\nsecond " + "word " * 200)
    log = open_log(page, session)
    assert lines(log).first.bounding_box()["height"] > 60  # type: ignore[index]
    page.get_by_role("button", name="Do not wrap long lines").click()
    expect(page).to_have_url(re.compile("tab-wrap=no"))
    until(lambda: lines(log).first.bounding_box()["height"] < 25, what="one line")  # type: ignore[index]


def test_a_line_is_shown_while_the_session_has_ended_and_that_is_said(page: Page, stack: Stack) -> None:
    session = stack.create(name="Over")
    stack.start(session)
    log = open_log(page, session)
    stack.post(f"/sessions/{session}/stop")
    expect(page.get_by_text("session has ended")).to_be_visible()
    expect(lines(log).last).to_be_visible()


def test_a_deleted_session_ends_the_stream(page: Page, stack: Stack) -> None:
    session = stack.create(name="Gone")
    open_log(page, session)
    stack.call("DELETE", f"/sessions/{session}")
    expect(page.get_by_text("Connected via WebSocket")).to_have_count(0)


def test_the_stream_is_open_only_while_its_tab_is(page: Page, running: str) -> None:
    closed: list[str] = []
    page.on("websocket", lambda socket: socket.on("close", lambda _: closed.append(socket.url)))
    log = open_log(page, running)
    expect(lines(log).first).to_be_visible()
    assert closed == []
    page.get_by_role("tab", name="Parameters").click()
    expect(log).to_have_count(0)
    until(lambda: page.evaluate("1") and any("/logs/stream" in url for url in closed), what="a closed stream")
    assert all("/logs/stream" in url for url in closed)


def test_the_log_fits_a_phone(page: Page, running: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    log = open_log(page, running)
    expect(lines(log).first).to_be_visible()
    assert sideways(page) == 0
    assert log.bounding_box()["height"] > 250  # type: ignore[index]
    notice = page.get_by_role("dialog").get_by_text("These prices are invented")
    expect(notice).to_be_hidden()
    page.get_by_role("button", name="More about the session").click()
    expect(notice).to_be_visible()
    assert sideways(page) == 0
    assert violations(page) == []
