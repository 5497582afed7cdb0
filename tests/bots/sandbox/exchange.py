"""A sandbox exchange in a process of its own, and ccxt pointed at it, for the tests of this folder."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Running:
    """A running sandbox."""

    url: str
    ws: str
    process: subprocess.Popen[str]

    def get(self, path: str, **query: object) -> dict[str, Any]:
        """A public REST answer's `result`; fails on any error."""
        body = requests.get(self.url + path, params={k: str(v) for k, v in query.items()}, timeout=30).json()
        assert body["retCode"] == 0, body
        result: dict[str, Any] = body["result"]
        return result

    def admin(self, path: str, **body: object) -> dict[str, Any]:
        answer: dict[str, Any] = requests.post(f"{self.url}/sandbox/{path}", json=body, timeout=30).json()
        return answer

    def now(self) -> dict[str, Any]:
        answer: dict[str, Any] = requests.get(f"{self.url}/sandbox", timeout=30).json()
        return answer

    def subscribed(self, *topics: str) -> set[str]:
        """Ids of the private sockets that are subscribed to all of these."""
        answer = requests.get(f"{self.url}/sandbox/sockets", timeout=30).json()
        found: list[dict[str, Any]] = answer["sockets"]
        return {one["id"] for one in found if one["kind"] == "private" and {*topics} <= {*one["topics"]}}

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextlib.contextmanager
def running(*arguments: object) -> Iterator[Running]:
    """`python -m bots.sandbox` with those arguments, ended afterwards."""
    command = [sys.executable, "-m", "bots.sandbox", *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        address = json.loads(process.stdout.readline())
        yield Running(address["url"], address["ws"], process)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def ccxt_config(sandbox: Running, key: str = "sandbox", **options: object) -> dict[str, Any]:
    """Configuration of an unmodified ccxt client for that sandbox."""
    return {
        "apiKey": key,
        "secret": key,
        "enableRateLimit": False,
        "has": {"fetchCurrencies": False},
        "urls": {
            "api": {
                "public": sandbox.url,
                "private": sandbox.url,
                "ws": {
                    "public": {
                        "inverse": f"{sandbox.ws}/v5/public/inverse",
                        "linear": f"{sandbox.ws}/v5/public/linear",
                    },
                    "private": {"contract": f"{sandbox.ws}/v5/private", "trade": f"{sandbox.ws}/v5/trade"},
                },
            }
        },
        "options": {
            "fetchMarkets": {"types": ["linear", "inverse"]},
            "enableUnifiedMargin": False,
            "enableUnifiedAccount": True,
            "unifiedMarginStatus": 6,
            "fetchOrder": {"acknowledged": True},
            **options,
        },
    }
