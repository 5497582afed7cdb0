"""`GET /sessions` over a hundred thousand rows."""

import time
import uuid
from statistics import median
from threading import Thread
from typing import Any

import requests
from sqlalchemy import insert

from bench.figures import Figure, quantile
from bench.stack import Stack, running
from schema.db.engine import make_engine, writing
from schema.db.models import SessionRecord

_ROWS = 100_000
_CONNECTIONS = 4
_REQUESTS = 150
_QUERIES: tuple[dict[str, str], ...] = (
    {"limit": "50"},
    {"limit": "50", "offset": "500"},
    {"limit": "50", "status": "completed", "sort": "created_at:desc"},
    {"limit": "50", "type": "backtest", "market": "ETHUSD"},
)


def pages_of_100_000() -> list[Figure]:
    """Four connections ask for pages, as the dashboard does; every answer is checked to be whole."""
    durations: list[float] = []
    with running() as stack:
        _fill(stack)
        threads = [Thread(target=_ask, args=(stack, durations)) for _ in range(_CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if len(durations) != _CONNECTIONS * _REQUESTS:
        raise RuntimeError("some pages failed")
    slowest = quantile(durations, 0.99)
    return [
        Figure("GET /sessions of 100,000, median", f"{median(durations) * 1000:.1f} ms"),
        Figure(
            "GET /sessions of 100,000, p99", f"{slowest * 1000:.1f} ms", "", "at most 50 ms", slowest <= 0.050
        ),
    ]


def _fill(stack: Stack) -> None:
    begin = int(time.time()) - _ROWS
    kinds, states = ("test", "backtest"), ("stopped", "completed", "failed")
    rows: list[dict[str, Any]] = [
        {
            "id": str(uuid.UUID(int=n)),
            "name": f"Session {n}",
            "type": kinds[n % 2],
            "market": ("XBTUSD", "ETHUSD", "SOLUSD")[n % 3],
            "exchange": "sandbox",
            "strategy": "TestBot",
            "strategy_params": {},
            "settings": {},
            "status": states[n % 3],
            "created_at": begin + n,
        }
        for n in range(_ROWS)
    ]
    engine = make_engine(f"sqlite:///{stack.home / 'botyard.db'}")
    with writing(engine) as connection:
        for first in range(0, _ROWS, 5_000):
            connection.execute(insert(SessionRecord), rows[first : first + 5_000])
    engine.dispose()


def _ask(stack: Stack, durations: list[float]) -> None:
    http = requests.Session()
    http.trust_env = False
    for number in range(_REQUESTS):
        begin = time.perf_counter()
        answer = http.get(f"{stack.url}/sessions", params=_QUERIES[number % len(_QUERIES)], timeout=30).json()
        durations.append(time.perf_counter() - begin)
        if len(answer["sessions"]) != 50:
            raise RuntimeError(f"a page of {len(answer['sessions'])} rows")
