"""A real `botyard up` over a small Procfile of a test's own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schema.settings import Settings
from tests.wait import until

# A daemon's stand-in on the real control socket: answers `shutdown`, says so, and ends like the real one.
DAEMON = """
import json, os, socket, sys, time
path = os.environ["BOTYARD_HOME"] + "/run/supervisor.sock"
if os.path.exists(path):
    os.unlink(path)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen()
print("daemon listens", flush=True)
connection, _ = listener.accept()
request = json.loads(connection.makefile().readline())
print("daemon was asked:", request["op"], flush=True)
time.sleep(float(os.environ.get("SHUTDOWN_TAKES", "0.1")))
connection.sendall(b'{"ok": true}\\n')
print("daemon ends", flush=True)
"""

# An API's stand-in: ready as soon as it listens.
WEB = """
import http.server, os
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"success": true}'
        self.send_response(200 if self.path == "/readyz" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["BOTYARD_PORT"])), Ready).serve_forever()
"""


class Stage:
    """A folder with a Procfile, and the `up` processes that were started on it."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings
        self._started: list[subprocess.Popen[bytes]] = []
        self._lines: list[str] = []

    def part(self, name: str, program: str) -> None:
        """Add a process that runs a Python program."""
        (self.folder / f"{name}.py").write_text(program)
        self._lines.append(f"{name}: python {name}.py")
        (self.folder / "Procfile").write_text("\n".join(self._lines) + "\n")

    def up(self, **environment: str) -> "Up":
        out = self.folder / f"out-{len(self._started)}"
        command = [sys.executable, "-m", "cli.main", "up", "--procfile", str(self.folder / "Procfile")]
        root = str(Path(__file__).resolve().parents[2])
        with out.open("wb") as file:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": root, **environment},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        self._started.append(process)
        return Up(process, out)

    def close(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


class Up:
    """One running `botyard up`."""

    def __init__(self, process: "subprocess.Popen[bytes]", out: Path) -> None:
        self.process = process
        self._out = out

    @property
    def log(self) -> str:
        return self._out.read_text()

    def tells(self, pattern: str, seconds: float = 15.0) -> "re.Match[str]":
        """Wait until the log matches."""

        def found() -> "re.Match[str] | None":
            log = self.log
            match = re.search(pattern, log)
            assert match, log
            return match

        return until(found, seconds, f"{pattern!r} in the log")

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ends(self, seconds: float = 15.0) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(seconds)


@contextmanager
def stage(folder: Path, settings: Settings) -> Iterator[Stage]:
    """A stage on which nothing runs on after the test."""
    found = Stage(folder, settings)
    try:
        yield found
    finally:
        found.close()


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
