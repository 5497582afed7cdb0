"""`make screenshots`: every page of the dashboard, light, dark and as wide as a phone, beside this file.

Everything on them is real: sessions of a fresh installation on the sandbox, at thirty times its usual speed.
Needs Chromium (`apt-get install chromium-headless-shell`).
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page

from bench import stack as stacks
from bench.stack import Stack
from bench.web import chromium

HERE = Path(__file__).parent
WIDTHS = {"light": (1280, 860), "dark": (1280, 860), "phone": (360, 740)}
DAY = 86_400
STALE_SECONDS = 8


class Shot(NamedTuple):
    """A page: its file's name, its address, and what is done before the picture is taken."""

    name: str
    path: str
    prepare: Callable[[Page], object] = lambda page: None


def main() -> int:
    with chromium.browser() as browser:
        with stacks.running(sandbox_speed=30) as empty:
            take(browser, empty, [Shot("welcome", "/running")])
        with stacks.running(sandbox_speed=30, stale_seconds=STALE_SECONDS, heartbeat_seconds=2) as stack:
            take(browser, stack, shots(fill(stack)))
    return 0


def fill(stack: Stack) -> dict[str, str]:
    """Sessions in every state; ids by what they are for."""
    ids = {"btc": launched(stack, "BTC Test #1", threshold=0.2)}
    launched(stack, "ETH Test #1", market="ETHUSD", threshold=0.4)
    launched(stack, "SOL Test #1", market="SOLUSD", threshold=0.3, position_size=20)
    launched(stack, "BTC-ETH Pair", market="XBTUSD+ETHUSD", strategy="PairTradeBot")
    silent = launched(stack, "SOL Test #2", market="SOLUSD", position_size=20)
    resting = launched(stack, "BTC Averages", strategy="MovingAverageCross")
    crashing = launched(stack, "ETH Bands", market="ETHUSD", strategy="BollingerReversion")
    stack.create(name="SOL Test Draft", market="SOLUSD")
    ids["scraper"] = launched(
        stack, "XBTUSD Scraper", type="scraper", strategy="MarketScraper", archive_interval=5
    )
    launched(
        stack, "ETHUSD Scraper", market="ETHUSD", type="scraper", strategy="MarketScraper", archive_interval=5
    )
    ids |= {name: backtest(stack, name, number) for number, name in enumerate(("calm", "usual", "eager"))}
    averages = {"strategy": "MovingAverageCross", "strategy_params": {}, "settings": {"timeframe": "30m"}}
    ids["averages"] = backtest(stack, "averages", 3, **averages)
    stack.post(f"/sessions/{resting}/pause")
    time.sleep(60)  # for trades, and for the silence of the one that is frozen now
    os.kill(pid(stack, crashing), signal.SIGKILL)
    os.kill(pid(stack, silent), signal.SIGSTOP)
    time.sleep(STALE_SECONDS + 4)
    return ids


def launched(stack: Stack, name: str, **fields: object) -> str:
    params = {
        key: fields.pop(key) for key in ("threshold", "position_size", "archive_interval") if key in fields
    }
    session = stack.create(name=name, **fields, **({"strategy_params": params} if params else {}))
    stack.post(f"/sessions/{session}/start")
    return session


def backtest(stack: Stack, name: str, number: int, **fields: object) -> str:
    """Two days of the sandbox's past, waited for."""
    end = int(time.time()) // DAY * DAY - DAY
    given = {"strategy_params": {"threshold": 0.2 + 0.2 * number}, **fields}
    session = stack.create(
        name=f"BTC {name}",
        type="backtest",
        range_start=end - 2 * DAY,
        range_end=end,
        notes="Which threshold?",
        **given,
    )
    stack.post(f"/sessions/{session}/start")
    deadline = time.monotonic() + 120
    while stack.get(f"/sessions/{session}")["session"]["status"] != "completed":
        if time.monotonic() > deadline:
            raise RuntimeError(f"the backtest {name} does not end")
        time.sleep(0.2)
    return session


def pid(stack: Stack, session: str) -> int:
    return int(stack.get(f"/sessions/{session}")["session"]["pid"])


def shots(ids: dict[str, str]) -> list[Shot]:
    compared = ",".join(ids[name] for name in ("calm", "usual", "eager"))
    return [
        Shot("running", "/running"),
        Shot("scrapers", "/scrapers"),
        Shot("coverage", "/scrapers/data/XBTUSD?exchange=sandbox"),
        Shot("history", "/history"),
        Shot("compare", f"/compare?sessions={compared}"),
        Shot("new-session", "/running/new?type=test"),
        Shot("new-backtest", "/running/new?type=backtest"),
        Shot("metrics", f"/running/{ids['btc']}/metrics"),
        Shot("backtest-metrics", f"/history/{ids['usual']}/metrics"),
        Shot("trades", f"/history/{ids['averages']}/trades"),
        Shot("logs", f"/running/{ids['btc']}/logs"),
        Shot("parameters", f"/running/{ids['btc']}/parameters"),
        Shot("events", f"/running/{ids['btc']}/events"),
        Shot(
            "delete",
            f"/history/{ids['usual']}/metrics",
            lambda page: page.get_by_role("button", name="Delete").click(),
        ),
    ]


def take(browser: Browser, stack: Stack, shots: list[Shot]) -> None:
    for variant, (width, height) in WIDTHS.items():
        context = browser.new_context(
            base_url=stack.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if variant == "dark" else "light",
            reduced_motion="reduce",
        )
        for shot in shots:
            page = context.new_page()
            page.goto(shot.path)
            page.wait_for_load_state("networkidle")
            page.locator("[aria-label=Loading]").first.wait_for(state="detached")
            shot.prepare(page)
            page.wait_for_timeout(800)  # charts draw themselves after their data came
            page.screenshot(path=HERE / f"{shot.name}-{variant}.png")
            page.close()
        context.close()
        print(variant, flush=True)


if __name__ == "__main__":
    sys.exit(main())
