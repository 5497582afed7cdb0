"""A whole installation of its own for a benchmark: fresh home, free port, real processes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

_READY_SECONDS = 60.0
_STOP_SECONDS = 60.0


@dataclass
class Stack:
    """A running installation; `http` keeps no proxy and no connection limits in the way."""

    url: str
    home: Path
    http: requests.Session

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return self._json(self.http.post(self.url + path, json=body or {}, timeout=60))

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self._json(self.http.get(self.url + path, params=params, timeout=60))

    def create(self, **fields: Any) -> str:
        body = {"type": "test", "market": "XBTUSD", "strategy": "TestBot", **fields}
        return str(self.post("/sessions", body)["session"]["id"])

    def _json(self, response: requests.Response) -> dict[str, Any]:
        if not response.ok:
            raise RuntimeError(f"{response.url}: {response.status_code} {response.text[:500]}")
        answer: dict[str, Any] = response.json()
        return answer


@contextmanager
def running(**settings: object) -> Iterator[Stack]:
    """`botyard up` in a temporary home with these settings (`BOTYARD_` names in lower case, without the
    prefix).
    """
    home = Path(tempfile.mkdtemp(prefix="botyard-bench-"))
    port = free_port()
    given = {f"BOTYARD_{name.upper()}": str(value) for name, value in settings.items()}
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("BOTYARD_")},
        "BOTYARD_HOME": str(home),
        "BOTYARD_PORT": str(port),
        **given,
    }
    log = (home / "up.log").open("wb")
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("botyard")), "up"], env=environment, stdout=log, stderr=log
    )
    http = requests.Session()
    http.trust_env = False
    stack = Stack(f"http://127.0.0.1:{port}", home, http)
    try:
        _wait_until_ready(stack, process)
        yield stack
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_STOP_SECONDS)
        log.close()
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(stack: Stack, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if stack.http.get(stack.url + "/readyz", timeout=2).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"botyard up did not become ready:\n{(stack.home / 'up.log').read_text()[-4000:]}")
