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
from schema.db.engine import make_engine, writing
from schema.db.migrate import upgrade
from schema.db.models import SessionRecord

_SESSIONS = 1_000
_PERIOD = 10.0
_RECORDED = 8
_RECORD_SECONDS = 12.0
_WATCH_SECONDS = 20.0
_SETTLE_SECONDS = 12.0


def a_thousand_running(browser: Browser) -> list[Figure]:
    """Tasks, script and layout of each frame, while the list stands still and while it scrolls; memory."""
    beats = _record()
    with _api_alone(beats) as url, _feeding(url, beats):
        # In a browser of its own process, so that its memory is this page's and no other's.
        context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto("/running")
        page.get_by_text(f"({_SESSIONS:,})").or_(page.get_by_text(f"({_SESSIONS})")).first.wait_for()
        time.sleep(_SETTLE_SECONDS)
        still = trace.record(page, _WATCH_SECONDS)
        scrolling = trace.record(page, _WATCH_SECONDS, while_doing=lambda: _scroll(page))
        memory = _memory(page)
        context.close()
    return [
        *_figures("standing still", still),
        *_figures("scrolling", scrolling),
        Figure(
            "1,000 running: memory of the page's process",
            f"{memory / 1e6:.0f} MB",
            goal="150 MB",
            reached=memory <= 150e6,
        ),
    ]


def _figures(how: str, found: trace.Trace) -> list[Figure]:
    longest = max(found.tasks, default=0.0)
    worst, usual = max(found.frames, default=0.0), quantile(found.frames, 0.99)
    return [
        Figure(
            f"1,000 running, {how}: longest task", f"{longest:.1f} ms", goal="50 ms", reached=longest <= 50
        ),
        Figure(
            f"1,000 running, {how}: script and layout a frame",
            f"p99 {usual:.1f} ms, worst {worst:.1f} ms of {len(found.frames)}",
            goal="8 ms",
            reached=worst <= 8,
        ),
    ]


def _scroll(page: Page) -> None:
    """By the wheel, down and up."""
    page.mouse.move(640, 500)
    end = time.monotonic() + _WATCH_SECONDS
    for turn in itertools.count():
        if time.monotonic() > end:
            return
        page.mouse.wheel(0, 300 if turn // 60 % 2 == 0 else -300)
        page.wait_for_timeout(50)


def _memory(page: Page) -> int:
    """Bytes that the page's process has for itself (USS)."""
    session = page.context.browser.new_browser_cdp_session()  # type: ignore[union-attr]
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [psutil.Process(one["id"]) for one in processes if one["type"] == "renderer"]
    return max(int(process.memory_full_info().uss) for process in renderers)


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


@contextmanager
def _feeding(url: str, beats: list[dict[str, Any]]) -> Iterator[None]:
    """A heartbeat of every session every ten seconds, evenly spread, until the block ends."""
    over = threading.Event()

    def feed() -> None:
        http = requests.Session()
        http.trust_env = False
        began = time.monotonic()
        for sent in itertools.count():
            wait = began + sent * _PERIOD / _SESSIONS - time.monotonic()
            if over.wait(max(0.0, wait)):
                return
            session = uuid.UUID(int=sent % _SESSIONS)
            body = {**beats[sent % len(beats)], "run": 1, "at": time.time()}
            http.post(f"{url}/sessions/{session}/heartbeat", json=body, timeout=30).raise_for_status()

    thread = threading.Thread(target=feed, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
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
