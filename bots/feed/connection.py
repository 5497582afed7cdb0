"""A client's end of the data agent's socket: plain, non-blocking, made anew after every loss."""

import random
import socket
from collections.abc import Callable
from pathlib import Path

from bots.feed.errors import FeedDown
from bots.feed.protocol import BadMessage, Lines, Message, decode
from schema.feed import LONGEST_ANSWER

_FIRST_DELAY = 0.1
_LONGEST_DELAY = 5.0
_CHUNK = 256 * 1024


class Connection:
    """Sends lines and hands out messages; after a loss it says when the next attempt is due.

    Attributes:
        fault: why there is no connection, empty while there is one.
        retry_at: time of the next attempt on `clock`, while there is no connection.
    """

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self.fault = "not connected yet"
        self.retry_at = 0.0
        self._path = path
        self._clock = clock
        self._delay = _FIRST_DELAY
        self._socket: socket.socket | None = None
        self._lines = Lines(LONGEST_ANSWER)

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    def fileno(self) -> int:
        """Descriptor for a select loop; -1 while there is no connection."""
        return self._socket.fileno() if self._socket else -1

    def open(self) -> bool:
        """Try to connect, now; False where nobody listens."""
        self.close()
        end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        try:
            end.connect(str(self._path))
        except OSError as error:
            end.close()
            self._lost(f"the data agent does not answer at {self._path}: {error.strerror}")
            return False
        end.setblocking(False)
        self._socket = end
        self._lines = Lines(LONGEST_ANSWER)
        self.fault = ""
        return True

    def greeted(self) -> None:
        """The agent answers: the next loss is tried again soon."""
        self._delay = _FIRST_DELAY

    def send(self, line: bytes) -> None:
        """Send a request. An agent that does not read is an agent that is gone.

        Raises:
            FeedDown.
        """
        if self._socket is None:
            raise FeedDown(self.fault)
        try:
            sent = self._socket.send(line)
        except OSError as error:
            self._lost(f"the data agent takes no requests: {error.strerror}")
            raise FeedDown(self.fault) from None
        if sent < len(line):
            self._lost("the data agent takes no requests: it does not read")
            raise FeedDown(self.fault)

    def receive(self) -> list[Message]:
        """Every message that has arrived; a loss shows in `fault`."""
        messages: list[Message] = []
        while self._socket is not None:
            try:
                chunk = self._socket.recv(_CHUNK)
                messages += [decode(line) for line in self._lines.feed(chunk)]
            except BlockingIOError:
                break
            except (OSError, BadMessage) as error:
                self._lost(f"the data agent's connection broke: {error}")
                break
            if not chunk:
                self._lost("the data agent closed the connection")
        return messages

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _lost(self, why: str) -> None:
        self.close()
        self.fault = why
        self.retry_at = self._clock() + self._delay * random.uniform(0.5, 1.0)  # spread over the clients
        self._delay = min(self._delay * 2, _LONGEST_DELAY)
