"""Heartbeat requests a second that the API takes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Thread

from bench.figures import Figure, quantile
from bench.stack import Stack, running

_CONNECTIONS = 16
_SECONDS = 5.0


def on_sqlite() -> list[Figure]:
    with running() as stack:
        return _measure(stack, "SQLite")


def on_mariadb() -> list[Figure]:
    from bench.mariadb import server

    with server() as url, running(database_url=url) as stack:
        return _measure(stack, "MariaDB")


def _measure(stack: Stack, database: str) -> list[Figure]:
    """A load generator of its own posts heartbeats of 50 running sessions for five seconds."""
    sessions = []
    for _ in range(50):
        session = stack.create()
        answer = stack.post(f"/sessions/{session}/start")
        sessions.append([session, answer["session"]["pid"]])
    command = [sys.executable, "-m", "bench.heartbeats", stack.url, json.dumps(sessions)]
    answer = json.loads(
        subprocess.run(command, check=True, capture_output=True, env=os.environ, timeout=120).stdout
    )
    if answer["refused"]:
        raise RuntimeError(f"{answer['refused']} heartbeats were refused")
    return [
        Figure(
            f"heartbeats, {database}, {_CONNECTIONS} connections",
            f"{answer['rate']:.0f} a second, p99 {answer['p99'] * 1000:.0f} ms",
        )
    ]


def _load(url: str, sessions: list[tuple[str, int]]) -> dict[str, float]:
    durations: list[float] = []
    refused: list[int] = []
    until = time.monotonic() + _SECONDS
    threads = [
        Thread(target=_post, args=(url, sessions[n::_CONNECTIONS], until, durations, refused))
        for n in range(_CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"rate": len(durations) / _SECONDS, "p99": quantile(durations, 0.99), "refused": len(refused)}


def _post(
    url: str, sessions: list[tuple[str, int]], until: float, durations: list[float], refused: list[int]
) -> None:
    host = url.removeprefix("http://")
    while time.monotonic() < until:
        for session, pid in sessions:
            body = json.dumps({"run": 1, "pid": pid, "state": "running", "trade_count": 0, "total_pnl": 0})
            begin = time.perf_counter()
            with _connection(host) as connection:
                connection.request(
                    "POST", f"/sessions/{session}/heartbeat", body, {"Content-Type": "application/json"}
                )
                response = connection.getresponse()
                response.read()
            durations.append(time.perf_counter() - begin)
            if response.status != 200:
                refused.append(response.status)


@contextmanager
def _connection(host: str) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(host, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


if __name__ == "__main__":
    print(json.dumps(_load(sys.argv[1], json.loads(sys.argv[2]))))
