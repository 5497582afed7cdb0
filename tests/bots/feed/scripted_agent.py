"""An agent's end of the socket in the hands of a test, which says what it wants over real connections."""

import json
import socket
from pathlib import Path
from typing import Any

from bots.feed import protocol


class ScriptedAgent:
    """Listens at `path`; the test accepts, reads and says."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._listener.settimeout(30)
        self._peer: socket.socket | None = None
        self._lines = protocol.Lines(protocol.LONGEST_REQUEST)
        self._heard: list[dict[str, Any]] = []

    def accept(self, epoch: str = "a", lockstep: bool = False) -> None:
        self._peer, _ = self._listener.accept()
        self._peer.settimeout(30)
        self._lines = protocol.Lines(protocol.LONGEST_REQUEST)
        self.say(protocol.hello("sandbox", epoch, lockstep))

    def say(self, *lines: bytes) -> None:
        assert self._peer is not None
        self._peer.sendall(b"".join(lines))

    def hear(self) -> dict[str, Any]:
        """The next request."""
        assert self._peer is not None
        while not self._heard:
            chunk = self._peer.recv(4096)
            assert chunk, "the client closed the connection"
            self._heard += [json.loads(line) for line in self._lines.feed(chunk)]
        return self._heard.pop(0)

    def hang_up(self) -> None:
        assert self._peer is not None
        self._peer.close()

    def close(self) -> None:
        if self._peer is not None:
            self._peer.close()
        self._listener.close()
        self._path.unlink(missing_ok=True)
