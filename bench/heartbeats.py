"""Heartbeat requests a second that the API takes."""

from bench.figures import Figure, quantile
from bench.load import Request, under_load
from bench.mariadb import server
from bench.stack import Stack, running

_SESSIONS = 50
_CONNECTIONS = 16
_SECONDS = 8.0


def on_sqlite() -> list[Figure]:
    with running() as stack:
        return _measure(stack, "SQLite")


def on_mariadb() -> list[Figure]:
    with server() as url, running(database_url=url) as stack:
        return _measure(stack, "MariaDB")


def _measure(stack: Stack, database: str) -> list[Figure]:
    """Heartbeats of running sessions as the sessions send them, a connection for each."""
    requests = [_heartbeat(stack) for _ in range(_SESSIONS)]
    load = under_load(stack.url, requests, _CONNECTIONS, _SECONDS, keep_alive=False)
    rate, slowest = len(load.durations) / _SECONDS, quantile(load.durations, 0.99)
    return [
        Figure(
            f"heartbeats, {database}, {_CONNECTIONS} connections",
            f"{rate:.0f} a second, p99 {slowest * 1000:.0f} ms",
        )
    ]


def _heartbeat(stack: Stack) -> Request:
    session = stack.create()
    pid = stack.post(f"/sessions/{session}/start")["session"]["pid"]
    body = {"run": 1, "pid": pid, "state": "running", "trade_count": 0, "total_pnl": 0}
    return ("POST", f"/sessions/{session}/heartbeat", body)
