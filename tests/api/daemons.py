"""A socket that speaks the daemon's line protocol, for answers that a real daemon gives only in bad luck."""

import json
import socket
import threading
from types import TracebackType
from typing import Any

from schema.home import Home

Answer = dict[str, Any]


class ScriptedDaemon:
    """Answers each operation with what was prepared for it, and remembers the requests. None hangs up."""

    def __init__(self, home: Home, answers: dict[str, Answer | None]) -> None:
        self.requests: list[dict[str, Any]] = []
        self._answers = answers
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(home.control_socket))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                request = json.loads(lines.readline())
                self.requests.append(request)
                answer = self._answers.get(request["op"], {"ok": True})
                if answer is not None:
                    connection.sendall(json.dumps(answer).encode() + b"\n")

    def __enter__(self) -> "ScriptedDaemon":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def refusal(code: str, message: str = "no", **details: Any) -> Answer:
    return {"ok": False, "error": {"code": code, "message": message, "details": details}}
