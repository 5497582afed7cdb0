"""The running tab with a thousand running sessions, each of which gives a sign of life every ten seconds.

The heartbeats are recorded from real sessions first, then sent again through the real API and its event
stream. The sessions are rows only, and there is no daemon: what is measured is the browser's share.
"""

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import requests
from playwright.sync_api import Browser, Page
from simple_websocket import Client
from sqlalchemy import insert

from bench import stack as stacks
from bench.figures import Figure, quantile
from bench.web import trace
from bench.web.loading import FIRST_ROW
from schema.db.engine import make_engine, writing
from schema.db.migrate import upgrade
from schema.db.models import SessionRecord

_SESSIONS = 1_000
_PERIOD = 10.0
_RECORDED = 8
_RECORD_SECONDS = 12.0
_WATCH_SECONDS = 20.0
_WARM_UP_SECONDS = 6.0
_SETTLE_SECONDS = 12.0
# So that one slow answer holds up no other heartbeat.
_FEEDERS = 4
# By the list's length: only what is near the window is in the page, and a silent session changes its group.
_ALL_LISTED = """
sessions => {
  const row = document.querySelector('main [data-row]')
  return row && document.documentElement.scrollHeight >= sessions * row.offsetHeight
}
"""


def a_thousand_running(browser: Browser) -> list[Figure]:
    """The first list; tasks, script and layout of a frame, standing still and scrolling; memory."""
    beats = _record()
    with _api_alone(beats) as url, _feeding(url, beats) as fed:
        # In a browser of its own process, so that its memory is this page's and no other's.
        context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.add_init_script(FIRST_ROW)
        page.goto("/running")
        page.wait_for_function(_ALL_LISTED, arg=_SESSIONS, timeout=60_000)
        first_list = page.evaluate("window.firstRow")
        # What is done for the first time is compiled for the first time.
        _scroll(page, _WARM_UP_SECONDS)
        page.mouse.wheel(0, -1_000_000)
        memory, kept = _memory(page)
        fed.begin()
        still = trace.record(page, _WATCH_SECONDS)
        scrolling = trace.record(page, _WATCH_SECONDS, while_doing=lambda: _scroll(page, _WATCH_SECONDS))
        rate = fed.rate()
        context.close()
    if rate < 0.95 * _SESSIONS / _PERIOD:
        raise RuntimeError(f"only {rate:.0f} heartbeats a second came through: this machine is too busy")
    return [
        Figure(
            "1,000 running: first list after navigation",
            f"{first_list:.0f} ms",
            goal="1000 ms",
            reached=first_list <= 1000,
        ),
        *_figures("standing still", still),
        *_figures("scrolling", scrolling),
        Figure(
            "1,000 running: memory of the page's process",
            f"at most {memory / 1e6:.0f} MB, without garbage {kept / 1e6:.0f} MB",
            goal="150 MB",
            reached=memory <= 150e6,
        ),
    ]


def _figures(how: str, found: trace.Trace) -> list[Figure]:
    """Judged by the processor's time, as others on the machine lengthen what the wall's clock says."""
    longest, worst = max(found.tasks, default=0.0), max(found.frames, default=0.0)
    own = max(found.own, default=0.0)
    return [
        Figure(
            f"1,000 running, {how}: longest task",
            f"{longest:.1f} ms (wall {max(found.tasks_wall, default=0.0):.1f} ms; "
            f"the browser's own garbage collection {own:.1f} ms)",
            goal="50 ms",
            reached=longest <= 50,
        ),
        Figure(
            f"1,000 running, {how}: script and layout a frame",
            f"p99 {quantile(found.frames, 0.99):.1f} ms, worst {worst:.1f} ms of {len(found.frames)} "
            f"(wall p99 {quantile(found.frames_wall, 0.99):.1f} ms, worst {max(found.frames_wall):.1f} ms)",
            goal="8 ms",
            reached=worst <= 8,
        ),
    ]


def _scroll(page: Page, seconds: float) -> None:
    """By the wheel, down and up."""
    page.mouse.move(640, 500)
    end = time.monotonic() + seconds
    for turn in itertools.count():
        if time.monotonic() > end:
            return
        page.mouse.wheel(0, 300 if turn // 60 % 2 == 0 else -300)
        page.wait_for_timeout(50)


def _memory(page: Page) -> tuple[int, int]:
    """The most bytes that the page's process has for itself (USS), and those left without garbage.

    Measured before the traces, which have buffers in the same process.
    """
    browser = page.context.browser.new_browser_cdp_session()  # type: ignore[union-attr]
    known = browser.send("SystemInfo.getProcessInfo")["processInfo"]
    # Of all renderers, some kept for later, the page's has done the most.
    busiest = max((one for one in known if one["type"] == "renderer"), key=lambda one: one["cpuTime"])
    process, end, most = psutil.Process(busiest["id"]), time.monotonic() + _SETTLE_SECONDS, 0
    while time.monotonic() < end:
        most = max(most, process.memory_full_info().uss)
        time.sleep(1)
    page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    return most, int(process.memory_full_info().uss)


def _record() -> list[dict[str, Any]]:
    """What real sessions tell in their heartbeats."""
    with stacks.running(heartbeat_seconds=0.5, sandbox_speed=60) as stack:
        for number in range(_RECORDED):
            session = stack.create(name=f"Recorded {number}", strategy_params={"threshold": 0.2})
            stack.post(f"/sessions/{session}/start")
        stream = Client(stack.url.replace("http", "ws", 1) + "/events/stream")
        end, beats = time.monotonic() + _RECORD_SECONDS, []
        while time.monotonic() < end:
            received = stream.receive(timeout=1)
            message = json.loads(received) if received else {}
            if message.get("type") == "heartbeat":
                beats.append(
                    {
                        name: value
                        for name, value in message["data"].items()
                        if name not in ("run", "pid", "at")
                    }
                )
        stream.close()
    if len(beats) < _RECORDED:
        raise RuntimeError("no heartbeats were recorded")
    return beats


@contextmanager
def _api_alone(beats: list[dict[str, Any]]) -> Iterator[str]:
    """The API over a database with a thousand running sessions, without a daemon that would look for them."""
    home = Path(tempfile.mkdtemp(prefix="botyard-bench-"))
    port = stacks.free_port()
    environment = {**os.environ, "BOTYARD_HOME": str(home), "BOTYARD_PORT": str(port)}
    url = f"sqlite:///{home / 'botyard.db'}"
    upgrade(url)
    engine = make_engine(url)
    now = int(time.time())
    with writing(engine) as connection:
        connection.execute(
            insert(SessionRecord),
            [_row(number, now, beats[number % len(beats)]) for number in range(_SESSIONS)],
        )
    engine.dispose()
    server = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("gunicorn")),
            "-c",
            "deploy/gunicorn.conf.py",
            "api.app:create_app()",
        ],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def _row(number: int, now: int, beat: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(uuid.UUID(int=number)),
        "name": f"Session {number:04}",
        "type": "test",
        "market": ("XBTUSD", "ETHUSD", "SOLUSD")[number % 3],
        "exchange": "sandbox",
        "strategy": "TestBot",
        "strategy_params": {},
        "settings": {},
        "status": "running",
        "run": 1,
        "pid": 1,
        "created_at": now - number,
        "started_at": now - number,
        "last_updated": now,
        "heartbeat_at": float(now),
        "heartbeat": beat,
    }


class _Fed:
    """How many heartbeats the API took, counted from `begin` on."""

    def __init__(self) -> None:
        self.taken = itertools.count()
        self.begin()

    def begin(self) -> None:
        self._from, self._began = next(self.taken), time.monotonic()

    def rate(self) -> float:
        """A second, since it began."""
        return (next(self.taken) - self._from - 1) / (time.monotonic() - self._began)


@contextmanager
def _feeding(url: str, beats: list[dict[str, Any]]) -> Iterator[_Fed]:
    """A heartbeat of every session every ten seconds, evenly spread, until the block ends."""
    over, fed, began = threading.Event(), _Fed(), time.monotonic()

    def feed(first: int) -> None:
        http = requests.Session()
        http.trust_env = False
        for number in itertools.count(first, _FEEDERS):
            wait = began + number * _PERIOD / _SESSIONS - time.monotonic()
            if over.wait(max(0.0, wait)):
                return
            session = uuid.UUID(int=number % _SESSIONS)
            body = {**beats[number % len(beats)], "run": 1, "at": time.time()}
            http.post(f"{url}/sessions/{session}/heartbeat", json=body, timeout=30).raise_for_status()
            next(fed.taken)

    threads = [threading.Thread(target=feed, args=(first,), daemon=True) for first in range(_FEEDERS)]
    for thread in threads:
        thread.start()
    try:
        yield fed
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _wait(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer")
