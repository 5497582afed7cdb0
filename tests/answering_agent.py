"""A data agent's end of its socket that answers requests as a test wants, over real connections."""

import json
import socket
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

from bots.feed import protocol
from schema.home import Home

Request = dict[str, Any]
Give = Callable[[Request], Iterable[bytes]]


class AnsweringAgent:
    """Greets each client, then sends for each request the lines that `give` makes; an empty one hangs up."""

    def __init__(self, home: Home, give: Give, exchange: str = "sandbox", hello: bytes | None = None) -> None:
        self.requests: list[Request] = []
        self._give = give
        self._hello = protocol.hello(exchange, "a", False) if hello is None else hello
        self._path = home.feed_socket(exchange)
        self._path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            try:
                connection.sendall(self._hello)
                for line in lines:
                    self.requests.append(json.loads(line))
                    for said in self._give(self.requests[-1]):
                        if not said:
                            return
                        connection.sendall(said)
            except OSError:  # the client has gone
                return

    def __enter__(self) -> "AnsweringAgent":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)
        self._path.unlink(missing_ok=True)


def rows(request: Request, step: int, until: float = float("inf")) -> list[list[Any]]:
    """Bars of the range that was asked for, as the exchange tells them; each has its time in its prices."""
    first = -(-int(request["start"]) // step) * step
    stamps = range(first, int(min(request["end"], until)), step)
    return [[ts, f"{ts % 1000 + 10}", f"{ts % 1000 + 12}", "5", f"{ts % 1000 + 11}", "1.5"] for ts in stamps]


def answer(request: Request, *pages: list[list[Any]]) -> list[bytes]:
    """The lines of an answer in pages, as the agent sends them: the last one is empty."""
    more = [protocol.result(request["rid"], rows=page, more=True) for page in pages]
    return [*more, protocol.result(request["rid"], rows=[])]
