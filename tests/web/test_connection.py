"""What the page says and does while a part of Botyard is away, and once it is back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from schema.files.log import LogReader
from tests.stack import Stack
from tests.wait import until
from tests.web.console import Console

_REFUSED = r"ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection to"
_SERVER_ERROR = r"status of 50\d"


@pytest.fixture
def session(stack: Stack) -> Iterator[str]:
    """A session that runs."""
    session = stack.create(name="Steady", strategy_params={"threshold": 0.3, "position_size": 50})
    stack.start(session)
    yield session
    stack.post(f"/sessions/{session}/stop")


def test_a_stopped_api_is_told_and_its_return_is_seen(page: Page, stack: Stack, console: Console) -> None:
    console.expect(_REFUSED)
    page.goto("/running")
    created = stack.create(name="Made while away")
    expect(page.get_by_text("Made while away")).to_be_visible()
    stack.kill("web")
    expect(page.get_by_text("The API does not answer")).to_be_visible()
    expect(page.get_by_text("Made while away")).to_be_visible()
    stack.start_web()
    expect(page.get_by_text("The API does not answer")).to_have_count(0)
    stack.call("DELETE", f"/sessions/{created}")
    expect(page.get_by_text("Made while away")).to_have_count(0)


def test_a_page_that_was_opened_without_the_api_fills_once_it_is_there(
    page: Page, stack: Stack, session: str, console: Console
) -> None:
    console.expect(_REFUSED)
    page.goto("/running")
    expect(page.get_by_text("Steady").first).to_be_visible()
    stack.kill("web")
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("The API does not answer").first).to_be_visible()
    stack.start_web()
    page.get_by_role("link", name="Running Sessions").click()
    expect(page.get_by_text("Steady").first).to_be_visible()
    expect(page.get_by_text("The API does not answer")).to_have_count(0)


def test_a_stopped_supervisor_is_told_with_what_still_works(
    page: Page, stack: Stack, console: Console
) -> None:
    console.expect(_SERVER_ERROR)
    page.goto("/running")
    stack.kill("supervisor")
    expect(page.get_by_text("The supervisor is down. Sessions trade on")).to_be_visible(timeout=40_000)
    expect(page.get_by_text("The launcher is getting ready")).to_have_count(0)
    stack.start_supervisor()
    expect(page.get_by_text("The supervisor is down")).to_have_count(0)


def test_a_change_elsewhere_is_shown(page: Page, stack: Stack, session: str) -> None:
    page.goto("/running")
    expect(page.get_by_text("Steady").first).to_be_visible()
    stack.post(f"/sessions/{session}/pause")
    expect(page.get_by_role("button", name=re.compile("Resume")).first).to_be_visible()
    stack.post(f"/sessions/{session}/resume")
    expect(page.get_by_role("button", name=re.compile("Pause")).first).to_be_visible()


def test_a_live_log_goes_on_behind_a_restart_of_the_api_with_no_line_twice_or_missing(
    page: Page, stack: Stack, session: str, console: Console
) -> None:
    console.expect(_REFUSED)
    page.goto(f"/running/{session}/logs?tab-heartbeats=no")
    log = page.get_by_role("log")
    expect(log.locator(".line").first).to_be_visible()
    stack.kill("web")
    expect(page.get_by_text("Connection lost")).to_be_visible()
    expect(page.get_by_role("tabpanel").get_by_role("button", name="Try now")).to_be_visible()
    written = LogReader(stack.home.log(session))
    end = written.end_offset()
    until(lambda: written.end_offset() > end + 300, 20, "lines that are written meanwhile")
    stack.start_web()
    expect(page.get_by_text("Connected via WebSocket")).to_be_visible()
    stack.post(f"/sessions/{session}/stop")
    expect(page.get_by_text("session has ended")).to_be_visible()
    whole = [line.record for line in written.iterate()]
    expect(log.locator(".line").filter(has_text=str(whole[-1]["message"])).last).to_be_visible()
    assert shown(page) == [str(record["message"]) for record in whole]
    stack.start(session)


def shown(page: Page) -> list[str]:
    """Every message of the log that is open, from the first to the last: it is scrolled through."""
    log = page.get_by_role("log")
    found: dict[int, str] = {}
    height = int(log.evaluate("e => e.scrollHeight"))
    for top in range(0, height, 200):
        log.evaluate("(e, top) => { e.scrollTop = top }", top)
        page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
        rows = log.locator(".line").evaluate_all(
            "all => all.map(e => [Number(e.dataset.index), e.querySelector('.message').textContent])"
        )
        found.update(rows)
    return [found[index] for index in sorted(found)]
