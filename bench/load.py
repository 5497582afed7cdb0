"""A load generator in a process of its own, so that it shares no interpreter with what watches it.

`python -m bench.load` reads one JSON object from stdin: {"url", "requests", "connections", "seconds",
"keep_alive"}. Each of the requests is [method, path, body or null]; every connection sends all of them over
and over for that many seconds. Printed: {"durations": seconds until each answer was read whole, "refused":
answers other than 200, "answers": one body for each request by its number}.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Thread
from typing import Any

Request = tuple[str, str, Any]

_TIMEOUT = 30.0


@dataclass
class Load:
    """What came of it; see above."""

    durations: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


def under_load(
    url: str, requests: list[Request], connections: int, seconds: float, *, keep_alive: bool
) -> Load:
    """Send the requests from a process of its own.

    Raises:
        RuntimeError: an answer was not 200, or there was none.
    """
    order = {
        "url": url,
        "requests": requests,
        "connections": connections,
        "seconds": seconds,
        "keep_alive": keep_alive,
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=seconds + 3 * _TIMEOUT,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    load = Load(**json.loads(done.stdout))
    if load.refused:
        raise RuntimeError(f"{len(load.refused)} of {len(load.durations)} requests: {load.refused[:5]}")
    return load


def _generate(order: dict[str, Any]) -> Load:
    load = Load()
    until = time.monotonic() + order["seconds"]
    numbered = list(enumerate(order["requests"]))
    count = order["connections"]
    threads = [
        Thread(target=_send, args=(order, numbered[n:] + numbered[:n], until, load)) for n in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return load


def _send(order: dict[str, Any], numbered: list[tuple[int, Request]], until: float, load: Load) -> None:
    connection = HTTPConnection(order["url"].removeprefix("http://"), timeout=_TIMEOUT)
    while time.monotonic() < until:
        for number, (method, path, given) in numbered:
            body = None if given is None else json.dumps(given)
            begin = time.perf_counter()
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = response.read()
            load.durations.append(time.perf_counter() - begin)
            if response.status != 200:
                load.refused.append(response.status)
            if str(number) not in load.answers:
                load.answers[str(number)] = answer.decode()
            if not order["keep_alive"]:
                connection.close()
            if time.monotonic() >= until:
                break
    connection.close()


if __name__ == "__main__":
    print(json.dumps(vars(_generate(json.load(sys.stdin)))))
