"""The log of one session as a stream. Its handler reads the file itself, so that a slow client delays only
itself.
"""

import time
from collections.abc import Iterator
from typing import Any

from api.models.streams import LogStreamQuery
from api.services import Services
from api.streams.channel import Channel
from schema.db import sessions
from schema.db.errors import NotFound
from schema.files.log import LogChunk, LogLine, LogReader

GONE = 4404
_CALM_SECONDS = 60.0


def stream_log(made: Services, channel: Channel, session_id: str, query: LogStreamQuery) -> None:
    """Send lines from the place asked for on, and heartbeats, until the client leaves or the session is
    deleted.

    Raises:
        ConnectionClosed, DatabaseDown
    """
    path = made.home.log(session_id)
    reader = LogReader(path)
    # Both are followed before the first look, so that nothing can happen unseen in between.
    with (
        made.logs.following(path.name, channel.wake),
        made.bus.listening(channel.wake, session_id) as signs,
    ):
        try:
            exchange = sessions.get(made.engine, session_id).exchange
        except NotFound:
            channel.close(GONE, "the session was deleted")
            return
        chunk = reader.tail(query.tail) if query.offset is None else reader.read_from(query.offset)
        while True:
            beats, gone = signs.take()
            if gone:
                channel.close(GONE, "the session was deleted")
                return
            channel.send(*_messages(chunk, exchange))
            offset = chunk.next_offset
            sign = {"type": "heartbeat", "exchange": exchange, "offset": offset}
            channel.send(*({**sign, "timestamp": beat.at} for beat in beats))
            chunk = reader.read_from(offset)
            if not chunk.lines and not chunk.reset:
                channel.wait(_CALM_SECONDS)
                chunk = reader.read_from(offset)


def _messages(chunk: LogChunk, exchange: str) -> Iterator[dict[str, Any]]:
    if chunk.lost or chunk.reset:
        yield _gap(chunk)
    for line in chunk.lines:
        yield _message(line, exchange)


def _gap(chunk: LogChunk) -> dict[str, Any]:
    text = (
        "the log is another one than the offset was of; it begins anew"
        if chunk.reset
        else f"{chunk.lost} bytes of the log are gone, rotated away before they were sent"
    )
    offset = chunk.lines[0].offset if chunk.lines else chunk.next_offset
    return {
        "type": "gap",
        "timestamp": time.time(),
        "lost": chunk.lost,
        "reset": chunk.reset,
        "message": text,
        "offset": offset,
    }


def _message(line: LogLine, exchange: str) -> dict[str, Any]:
    record = line.record
    data = record.get("data")
    message = {
        "type": "trade" if record.get("level") == "trade" and isinstance(data, dict) else "log",
        "timestamp": record.get("ts", 0.0),
        "level": record.get("level", "info"),
        "message": record.get("message", ""),
        "exchange": exchange,
        "offset": line.next_offset,
    }
    if data is not None:
        message["data"] = data
    return message
