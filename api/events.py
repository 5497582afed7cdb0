"""The audit trail of a session."""

from typing import Any

from api.blueprint import Resource, page_of
from api.models.common import SessionPath, split
from api.models.data import EventsAnswer, EventsQuery
from api.services import services
from schema.db import events, sessions
from schema.db.models import EventType
from schema.db.rows import EventRow

resource = Resource("events", "What happened to sessions")


@resource.get("/sessions/<id>/events", responses={200: EventsAnswer})
def list_events(path: SessionPath, query: EventsQuery) -> dict[str, Any]:
    """What happened to a session, newest first"""
    made = services()
    row = sessions.get(made.engine, path.id)
    found, total = events.page(
        made.engine,
        path.id,
        limit=query.limit,
        offset=query.offset,
        types=[EventType(name) for name in split(query.type)],
        newest_first=query.order == "desc",
    )
    return page_of(row, query, events=[event_item(event) for event in found], total=total)


def event_item(event: EventRow) -> dict[str, Any]:
    """An event as an `EventItem`."""
    at = event.event_data.get("at") if event.event_data else None
    return {
        "id": event.id,
        "session_id": event.session_id,
        "event_type": event.event_type.value,
        "event_data": event.event_data or {},
        "created_at": event.created_at,
        "timestamp": float(at) if isinstance(at, int | float) else float(event.created_at),
    }
