"""From navigation to the first list, and from an event to its trace on the page."""

import time
from statistics import median

from playwright.sync_api import Browser, Page

from bench import stack as stacks
from bench.figures import Figure, quantile
from bench.stack import Stack

_LOADS = 9
_CHANGES = 15
_LINES = 30
_SESSIONS = 12
_PATIENCE_MS = 120_000
# Notes as window.firstRow when the first session of a list was painted, in milliseconds from navigation.
FIRST_ROW = """
new MutationObserver((_, observer) => {
  if (!document.querySelector('main a[href^="/running/"]')) return
  observer.disconnect()
  requestAnimationFrame(() => { window.firstRow = performance.now() })
}).observe(document, { childList: true, subtree: true })
"""
# How long after it was written each line of the log came onto the page, in milliseconds.
_WATCH_LINES = """
() => {
  window.delays = []
  const began = Date.now()
  new MutationObserver(changes => {
    const now = Date.now()
    for (const change of changes) for (const node of change.addedNodes) {
      if (!(node instanceof Element)) continue
      for (const time of node.matches('time') ? [node] : node.querySelectorAll('time')) {
        const written = Date.parse(time.dateTime)
        if (written > began) window.delays.push(now - written)
      }
    }
  }).observe(document.querySelector('[role=log]'), { childList: true, subtree: true })
}
"""
_SAYS = """
word => new Promise(done => {
  const look = () => document.querySelector('[role=dialog]').innerText.includes(word)
    ? done(Date.now()) : requestAnimationFrame(look)
  look()
})
"""


def loading_and_following(browser: Browser) -> list[Figure]:
    """Over a real installation with a dozen running sessions."""
    with stacks.running(web_threads=64, websocket_limit=32, sandbox_speed=30) as stack:
        ids = [stack.create(name=f"Session {number:02}") for number in range(_SESSIONS)]
        for one in ids:
            stack.post(f"/sessions/{one}/start")
        return [
            _first_list(browser, stack),
            _status_elsewhere(browser, stack, ids[0]),
            _log_line(browser, stack, ids[1]),
        ]


def _first_list(browser: Browser, stack: Stack) -> Figure:
    """Each load in a profile of its own, whose cache is empty."""
    times = []
    for _ in range(_LOADS):
        page = _page(browser, stack)
        page.add_init_script(FIRST_ROW)
        page.goto("/running")
        page.wait_for_function("window.firstRow")
        times.append(page.evaluate("window.firstRow") / 1000)
        page.context.close()
    return _seconds("first list after navigation, empty cache", times, 1.0)


def _status_elsewhere(browser: Browser, stack: Stack, session: str) -> Figure:
    """From the API's answer to a pause or a resume until the open page says so."""
    page = _page(browser, stack)
    page.goto(f"/running/{session}/parameters")
    page.wait_for_selector("[role=dialog]")
    times = []
    for number in range(_CHANGES):
        action, word = (("pause", "Paused"), ("resume", "Running"))[number % 2]
        stack.post(f"/sessions/{session}/{action}")
        answered = time.time() * 1000
        shown = page.evaluate(_SAYS, word)
        times.append(max(0.0, shown - answered) / 1000)
    page.context.close()
    return _seconds("status change elsewhere, until it shows", times, 1.0)


def _log_line(browser: Browser, stack: Stack, session: str) -> Figure:
    """From the time that a line of the bot carries until it is on the page."""
    page = _page(browser, stack)
    page.goto(f"/running/{session}/logs")
    page.wait_for_selector("[role=log] time")
    page.evaluate(_WATCH_LINES)
    page.wait_for_function("count => window.delays.length >= count", arg=_LINES, timeout=_PATIENCE_MS)
    delays = [delay / 1000 for delay in page.evaluate("window.delays")]
    page.context.close()
    return _seconds("log line, until it shows", delays, 0.2)


def _page(browser: Browser, stack: Stack) -> Page:
    # Waiting for a function evaluates text, which the pages' own policy forbids.
    context = browser.new_context(
        base_url=stack.url, viewport={"width": 1280, "height": 900}, bypass_csp=True
    )
    return context.new_page()


def _seconds(name: str, times: list[float], goal: float) -> Figure:
    middle, worst = median(times), quantile(times, 0.99)
    value = f"median {1000 * middle:.0f} ms, worst of {len(times)} {1000 * worst:.0f} ms"
    return Figure(name, value, goal=f"{1000 * goal:.0f} ms", reached=worst <= goal)
