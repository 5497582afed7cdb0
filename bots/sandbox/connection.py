"""One WebSocket connection: frames in and out, and the operations that every socket knows."""

import asyncio
import contextlib
import json
import time
from collections import deque
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

_IDLE_SECONDS = 600.0
_HIGH, _LOW = 20_000, 5_000
"""Frames waiting for a slow reader: above the first the market waits for it, until the second is reached."""


def encode(message: object) -> str:
    return json.dumps(message, separators=(",", ":"))


class Connection:
    """A socket of one client. `kind` is public, private or trade."""

    kind = ""

    def __init__(self, request: web.Request) -> None:
        self.id = str(uuid4())
        self.topics: set[str] = set()
        self.request = request
        self._socket = web.WebSocketResponse(compress=False, max_msg_size=1 << 20)
        self._frames: deque[str] = deque()
        self._has_frames = asyncio.Event()
        self._is_low = asyncio.Event()
        self._is_low.set()

    async def serve(self) -> web.WebSocketResponse:
        """Talk to the client until one side ends it."""
        await self._socket.prepare(self.request)
        writer = asyncio.create_task(self._write())
        try:
            await self._read()
        finally:
            self.closed()
            writer.cancel()
            self._is_low.set()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
        return self._socket

    async def _read(self) -> None:
        while True:
            try:
                frame = await self._socket.receive(timeout=_IDLE_SECONDS)
            except TimeoutError:
                await self._socket.close(message=b"idle")
                return
            if frame.type is not WSMsgType.TEXT:
                return
            try:
                message = json.loads(frame.data)
            except ValueError:
                message = None
            if isinstance(message, dict):
                self.handle(message)
            else:
                self.refuse({}, "error:request is not a JSON object")

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self._has_frames.wait()
                while self._frames:
                    await self._socket.send_str(self._frames.popleft())
                    if len(self._frames) < _LOW:
                        self._is_low.set()
                self._has_frames.clear()

    def send(self, frame: str) -> None:
        """Queue a frame; they arrive in this order."""
        self._frames.append(frame)
        self._has_frames.set()
        if len(self._frames) > _HIGH:
            self._is_low.clear()

    @property
    def is_slow(self) -> bool:
        """Too many frames wait for this reader."""
        return not self._is_low.is_set()

    async def caught_up(self, seconds: float) -> bool:
        """Wait until the reader has followed; False where it did not within that time."""
        try:
            await asyncio.wait_for(self._is_low.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def drop(self) -> None:
        """Cut the connection without a word."""
        self._frames.clear()
        transport = self.request.transport
        if transport is not None:
            transport.abort()

    def handle(self, message: dict[str, Any]) -> None:
        """Answer one request."""
        op = message.get("op")
        if op == "ping":
            self.pong(message)
        elif op in ("subscribe", "unsubscribe"):
            topics = message.get("args")
            if (
                not isinstance(topics, list)
                or not topics
                or not all(isinstance(topic, str) for topic in topics)
            ):
                self.refuse(message, "error:args must be a list of topics")
            elif op == "subscribe":
                self.subscribe(message, topics)
            else:
                self.unsubscribe(message, topics)
        else:
            self.refuse(message, f"error:unknown op,{op}")

    def pong(self, message: dict[str, Any]) -> None:
        self.acknowledge(message, "pong")

    def subscribe(self, message: dict[str, Any], topics: list[str]) -> None:
        """All topics or, where one is unknown or already subscribed, none: as the real server does."""
        for topic in topics:
            if not self.knows(topic):
                return self.refuse(message, f"error:handler not found,topic:{topic}")
            if topic in self.topics or topics.count(topic) > 1:
                return self.refuse(message, f"error:already subscribed,topic:{topic}")
        self.topics.update(topics)
        self.acknowledge(message, "")
        for topic in topics:
            self.subscribed(topic)
        return None

    def unsubscribe(self, message: dict[str, Any], topics: list[str]) -> None:
        for topic in topics:
            if topic in self.topics:
                self.topics.discard(topic)
                self.unsubscribed(topic)
        self.acknowledge(message, "")

    def knows(self, topic: str) -> bool:
        raise NotImplementedError

    def subscribed(self, topic: str) -> None:
        """Called once the subscription was acknowledged."""

    def unsubscribed(self, topic: str) -> None:
        """Called where a subscription ended, also by the end of the connection."""

    def closed(self) -> None:
        """The connection ended."""
        for topic in self.topics:
            self.unsubscribed(topic)
        self.topics.clear()

    def acknowledge(self, message: dict[str, Any], text: str, success: bool = True) -> None:
        answer: dict[str, object] = {"success": success, "ret_msg": text, "conn_id": self.id}
        if "req_id" in message:
            answer["req_id"] = str(message["req_id"])
        answer["op"] = str(message.get("op", ""))
        self.send(encode(answer))

    def refuse(self, message: dict[str, Any], text: str) -> None:
        self.acknowledge(message, text, success=False)


def wall_ms() -> int:
    """The wall clock, by which requests are dated and signed."""
    return int(time.time() * 1000)
