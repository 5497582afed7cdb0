"""The daemon's control socket, seen from a client: one JSON request a line, one JSON answer a line.

Operations: `ping`, `start`, `stop`, `pause`, `resume`, `restart` (with the session's `id`), `describe`,
`agents`, `ensure_agent` (`name`), `shutdown`, `detach`. An answer is `{"ok": true, ...}` or
`{"ok": false, "error": {"code", "message", "details"}}`.
"""

import json
import socket
from typing import Any

from schema.home import Home


class DaemonDown(Exception):
    """The daemon does not answer; the text says why."""


class DaemonError(Exception):
    """The daemon's own refusal."""

    def __init__(self, code: str, message: str, details: dict[str, Any]) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


class ControlClient:
    """Asks the daemon of one home. Each call opens its own connection, so threads may share a client."""

    def __init__(self, home: Home) -> None:
        self._path = str(home.control_socket)

    def call(self, op: str, *, timeout: float = 30.0, **fields: Any) -> dict[str, Any]:
        """Send one request and wait for its answer.

        Raises:
            DaemonDown: no daemon listens, or it went away or stayed silent for `timeout` seconds.
            DaemonError: it refused.
        """
        request = json.dumps({"op": op, **fields}).encode() + b"\n"
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(timeout)
                connection.connect(self._path)
                connection.sendall(request)
                line = connection.makefile("rb").readline()
        except TimeoutError:
            raise DaemonDown(f"the supervisor did not answer within {timeout:g} s") from None
        except (FileNotFoundError, ConnectionRefusedError):
            raise DaemonDown("the supervisor is not running") from None
        except OSError as error:
            raise DaemonDown(f"the supervisor cannot be reached: {error}") from None
        return _answer(line)


def _answer(line: bytes) -> dict[str, Any]:
    if not line.endswith(b"\n"):
        raise DaemonDown("the supervisor went away before it answered")
    answer: dict[str, Any] = json.loads(line)
    if answer.get("ok"):
        return answer
    error = answer.get("error", {})
    raise DaemonError(
        error.get("code", "unknown"), error.get("message", "no reason given"), error.get("details") or {}
    )
