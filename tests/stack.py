"""The real product for a test: supervisor and web server as processes, in a home of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import requests

from schema.control import ControlClient, DaemonDown, DaemonError
from schema.db.migrate import upgrade
from schema.home import Home
from tests.wait import until

_ROOT = Path(__file__).resolve().parents[1]
_READY_SECONDS = 40.0


@dataclass
class Stack:
    """Processes of one home. Answers of the API come as (status, JSON)."""

    home: Home
    environment: dict[str, str]
    url: str
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    http: requests.Session = field(default_factory=requests.Session)

    # Parts

    def start_supervisor(self) -> None:
        self._start("supervisor", [sys.executable, "-m", "supervisor"])
        until(lambda: self.ping(), _READY_SECONDS, "the supervisor to answer")

    def start_web(self) -> None:
        binary = str(Path(sys.executable).with_name("gunicorn"))
        self._start("web", [binary, "-c", "deploy/gunicorn.conf.py", "api.app:create_app()"])
        until(lambda: self.http.get(self.url + "/healthz", timeout=2).ok, _READY_SECONDS, "the API to answer")

    def kill(self, part: str, number: int = signal.SIGKILL) -> None:
        """End a part by a signal and wait for it."""
        process = self.parts.pop(part)
        process.send_signal(number)
        process.wait(20)

    def ping(self) -> dict[str, Any] | None:
        try:
            return ControlClient(self.home).call("ping", timeout=2)
        except DaemonDown:
            return None

    def agents(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ControlClient(self.home).call("agents", timeout=30)["agents"]
        return found

    def _start(self, name: str, command: list[str]) -> None:
        with (self.home.root / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                command, cwd=_ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    # The API

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> tuple[int, dict[str, Any]]:
        response = self.http.request(method, self.url + path, json=body, params=params, timeout=40)
        return response.status_code, response.json()

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self._good(self.call("GET", path, **params))

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        return self._good(self.call("POST", path, {} if body is None else body))

    def create(self, **fields: Any) -> str:
        """A session, TestBot on XBTUSD unless told otherwise; its id."""
        body = {"type": "test", "market": "XBTUSD", "strategy": "TestBot", **fields}
        return str(self.post("/sessions", body)["session"]["id"])

    def start(self, session: str) -> int:
        """Start a session; its PID."""
        return int(self.post(f"/sessions/{session}/start")["session"]["pid"])

    def session(self, session: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/sessions/{session}")["session"]
        return found

    def until_status(self, session: str, status: str, seconds: float = 20.0) -> dict[str, Any]:
        """The session once it has this status."""

        def reached() -> dict[str, Any]:
            found = self.session(session)
            told = (found["status"], found.get("exit_message"), self.log_text(session)[-600:])
            assert found["status"] == status, told
            return found

        return until(reached, seconds, f"{session} to be {status}")

    def log_text(self, session: str) -> str:
        path = self.home.log(session)
        return path.read_text() if path.exists() else ""

    def until_logged(self, session: str, text: str, seconds: float = 20.0) -> None:
        until(lambda: text in self.log_text(session), seconds, f"{text!r} in the log")

    def _good(self, answer: tuple[int, dict[str, Any]]) -> dict[str, Any]:
        status, body = answer
        assert status in (200, 201), (status, body)
        assert body["success"] is True
        return body

    # The end

    def close(self) -> None:
        """Stop all that runs; whatever is left of this home is killed."""
        with suppress(DaemonDown, DaemonError):  # the test may have left the daemon in any state
            ControlClient(self.home).call("shutdown", timeout=20)
        for name in list(self.parts):
            self.kill(name)
        for process in self.leftovers():
            process.kill()
        self.http.close()

    def leftovers(self) -> list[psutil.Process]:
        """Processes of this home: those whose environment or lock names it."""
        found = []
        for lock in self.home.run.glob("*.lock"):
            for process in psutil.process_iter():
                if _holds(process, lock):
                    found.append(process)
        return found


def _holds(process: psutil.Process, path: Path) -> bool:
    try:
        return any(file.path == str(path) for file in process.open_files())
    except psutil.Error:
        return False


@contextmanager
def running_stack(home: Home, port: int, **settings: object) -> Iterator[Stack]:
    """Supervisor and web server in `home`, on `port`; settings are `BOTYARD_` names in lower case."""
    environment = {
        **os.environ,
        "BOTYARD_HOME": str(home.root),
        "BOTYARD_PORT": str(port),
        "BOTYARD_WEB_THREADS": "64",
        "BOTYARD_WEBSOCKET_LIMIT": "32",
        "BOTYARD_HEARTBEAT_SECONDS": "0.5",
        "PYTHONPATH": str(_ROOT),
        **{f"BOTYARD_{name.upper()}": str(value) for name, value in settings.items()},
    }
    stack = Stack(home, environment, f"http://127.0.0.1:{port}")
    stack.http.trust_env = False
    upgrade(environment.get("BOTYARD_DATABASE_URL") or home.database_url)
    try:
        stack.start_supervisor()
        stack.start_web()
        yield stack
    finally:
        stack.close()
