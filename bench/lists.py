"""`GET /sessions` over a hundred thousand rows."""

import json
import time
import uuid
from statistics import median
from typing import Any

from sqlalchemy import insert

from bench.figures import Figure, quantile
from bench.load import under_load
from bench.stack import Stack, running
from schema.db.engine import make_engine, writing
from schema.db.models import SessionRecord

_ROWS = 100_000
_CONNECTIONS = 4
_SECONDS = 10.0
_PATHS = (
    "/sessions?limit=50",
    "/sessions?limit=50&offset=500",
    "/sessions?limit=50&status=completed&sort=created_at:desc",
    "/sessions?limit=50&type=backtest&market=ETHUSD",
)


def pages_of_100_000() -> list[Figure]:
    """Four connections ask for pages, as the dashboard does; every page is checked to be whole."""
    with running() as stack:
        _fill(stack)
        load = under_load(
            stack.url, [("GET", path, None) for path in _PATHS], _CONNECTIONS, _SECONDS, keep_alive=True
        )
    for answer in load.answers.values():
        if len(json.loads(answer)["sessions"]) != 50:
            raise RuntimeError(f"a page that is not whole: {answer[:500]}")
    slowest = quantile(load.durations, 0.99)
    rate = len(load.durations) / _SECONDS
    return [
        Figure("GET /sessions of 100,000, median", f"{median(load.durations) * 1000:.1f} ms, {rate:.0f}/s"),
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
