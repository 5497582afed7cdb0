"""The public sockets, one a category: /v5/public/inverse and /v5/public/linear."""

from aiohttp import web

from bots.sandbox.connection import Connection
from bots.sandbox.streams import Streams


class PublicConnection(Connection):
    """A subscriber of public topics of one category."""

    kind = "public"

    def __init__(self, request: web.Request, streams: Streams, category: str) -> None:
        super().__init__(request)
        self._streams = streams
        self._category = category

    def knows(self, topic: str) -> bool:
        return self._streams.knows(topic, self._category)

    def subscribed(self, topic: str) -> None:
        self._streams.join(topic, self._category, self)

    def unsubscribed(self, topic: str) -> None:
        self._streams.leave(topic, self)
