"""What happens to all sessions as a stream: events, heartbeats, deletions."""

import time
from typing import Any

from api.events import event_item
from api.models.streams import EventStreamQuery
from api.services import Services
from api.streams.bus import Beat
from api.streams.channel import Channel
from schema.db.rows import EventRow

_CALM_SECONDS = 60.0


def stream_events(made: Services, channel: Channel, query: EventStreamQuery, stands_at: int) -> None:
    """Send every event once from the place asked for on, and heartbeats and deletions as they come.

    Args:
        stands_at: id of the newest event at the time of the request.

    Raises:
        ConnectionClosed, DatabaseDown
    """
    with made.bus.listening(channel.wake) as signs, made.events.listening(channel.wake):
        at = stands_at if query.after is None else min(query.after, stands_at)
        while True:
            rows = made.events.after(at)
            channel.send(*(_message(row, made.origins.of(row.session_id)) for row in rows))
            at = rows[-1].id if rows else at
            beats, gone = signs.take()
            channel.send(
                *(_heartbeat(beat, made.origins.of(beat.session), at) for beat in beats),
                *(_sign("deleted", session, time.time(), at) for session in gone),
            )
            if not rows:
                channel.wait(_CALM_SECONDS)


def _message(row: EventRow, exchange: str | None) -> dict[str, Any]:
    item = event_item(row)
    return {
        "type": "event",
        **item,
        "exchange": exchange,
        "status": item["event_data"].get("status"),
        "offset": row.id,
    }


def _heartbeat(beat: Beat, exchange: str | None, at: int) -> dict[str, Any]:
    return {**_sign("heartbeat", beat.session, beat.at, at), "exchange": exchange, "data": beat.payload}


def _sign(kind: str, session: str, at: float, offset: int) -> dict[str, Any]:
    return {"type": kind, "session_id": session, "timestamp": at, "offset": offset}
