"""One WebSocket on the server's side: safe writing, waiting, a limit to how many there are."""

import socket
import struct
import threading
from contextlib import suppress
from typing import Any

from flask import request
from simple_websocket import ConnectionClosed, Server
from wsproto.events import TextMessage

from api.encoding import encode
from api.errors import Unavailable

PATIENCE_SECONDS = 30
PING_SECONDS = 25
SERVER_OPTIONS = {"ping_interval": PING_SECONDS, "max_message_size": 65_536, "subprotocols": ["botyard"]}
_SOCKETS = ("gunicorn.socket", "werkzeug.socket")


class Seats:
    """How many WebSockets may be open: each holds a thread, and heartbeats and stops must always find one."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._taken = 0
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        return self._taken

    def take(self) -> None:
        """Take one.

        Raises:
            Unavailable: all are taken.
        """
        with self._lock:
            if self._taken >= self.limit:
                raise Unavailable(
                    f"{self.limit} streams are open, as BOTYARD_WEBSOCKET_LIMIT allows; close one",
                    code="too_many_streams",
                    part="streams",
                    limit=self.limit,
                )
            self._taken += 1

    def leave(self) -> None:
        with self._lock:
            self._taken -= 1


class Wire:
    """The socket under a WebSocket, for two writers.

    The handler sends messages while the library's reading thread sends pings and pongs: a lock keeps their
    frames apart (the kernel would mix them where the send buffer is full), and a client that takes nothing
    for 30 s is given up.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._lock = threading.Lock()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", PATIENCE_SECONDS, 0))
        with suppress(OSError):  # no such option on a unix socket
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: bytes) -> int:
        with self._lock:
            try:
                self._socket.sendall(data)
            except BlockingIOError:
                self.shutdown()
                raise ConnectionResetError("the client takes nothing") from None
        return len(data)

    def recv(self, size: int) -> bytes:
        return self._socket.recv(size)

    def fileno(self) -> int:
        return self._socket.fileno()

    def shutdown(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.shutdown()  # lets a waiting writer go, so that the descriptor is nobody's when it is closed
        with self._lock:
            self._socket.close()


def secure_wire() -> None:
    """Put a `Wire` in the place of the request's socket, before the handshake takes it."""
    for name in _SOCKETS:
        connection = request.environ.get(name)
        if isinstance(connection, socket.socket):
            request.environ[name] = Wire(connection)


class Channel:
    """A WebSocket that is written to, whose handler sleeps until something wakes it."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def wake(self) -> None:
        """Wake the handler; from any thread."""
        self._server.event.set()

    def wait(self, seconds: float) -> None:
        """Sleep until woken.

        Raises:
            ConnectionClosed: the client is gone.
        """
        # One event for both: the library sets it too, when the client sent something (ignored) or went away.
        self._server.event.wait(seconds)
        self._server.event.clear()
        self._server.input_buffer.clear()
        if not self._server.connected:
            raise ConnectionClosed(self._server.close_reason, self._server.close_message)

    def send(self, *messages: dict[str, Any]) -> None:
        """Send messages, in one write.

        Raises:
            ConnectionClosed: the client is gone.
        """
        if not messages:
            return
        if not self._server.connected:
            raise ConnectionClosed(self._server.close_reason, self._server.close_message)
        frames = [self._server.ws.send(TextMessage(encode(message).decode())) for message in messages]
        try:
            self._server.sock.send(b"".join(frames))
        except OSError:
            raise ConnectionClosed() from None

    def close(self, code: int, reason: str) -> None:
        """Say goodbye, and give the client a moment to say it too."""
        with suppress(ConnectionClosed, OSError):
            self._server.close(code, reason[:120])
        self._server.thread.join(1.0)
