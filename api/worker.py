"""gunicorn's worker with threads: its own refusals (of what is no HTTP) are JSON, it ends with its master."""

import os
import re
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from api.encoding import encode

_TAGS = re.compile(r"<[^>]*>")
_CODES = {414: "too_long", 431: "too_large", 500: "internal_error"}


class JsonWorker(ThreadWorker):  # type: ignore[misc]
    def run(self) -> None:
        """Serve until told to end, or until the master is gone.

        A master ends a worker whose threads do not. After a killed one they would hold their WebSockets for
        ever, and tell nothing to those who listen.
        """
        super().run()
        if os.getppid() != self.ppid:
            os._exit(0)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer what gunicorn answers, in the envelope instead of a page."""
        caught = _Caught()
        super().handle_error(req, caught, addr, exc)
        if caught.sent:
            client.sendall(_in_envelope(caught.sent))


class _Caught:
    """Stands for the client's socket and keeps what is sent."""

    def __init__(self) -> None:
        self.sent = b""

    def sendall(self, data: bytes) -> None:
        self.sent += data

    def gettimeout(self) -> float:
        return 0.0


def _in_envelope(page: bytes) -> bytes:
    head, _, html = page.partition(b"\r\n\r\n")
    status_line = head.split(b"\r\n", 1)[0]
    status = int(status_line.split()[1])
    words = " ".join(_TAGS.sub(" ", html.decode("latin1").partition("</head>")[2]).split())
    error = {"code": _CODES.get(status, "unreadable"), "message": words, "details": {}}
    body = encode({"success": False, "error": error})
    lines = (status_line, b"Connection: close", b"Content-Type: application/json")
    return b"\r\n".join((*lines, b"Content-Length: %d" % len(body), b"", body))
