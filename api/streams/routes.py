"""The addresses of the WebSockets, and what is checked before the handshake, while a proper error can be
answered.
"""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, g, request
from flask_sock import Sock
from simple_websocket import ConnectionClosed, ConnectionError, Server
from wsproto.utilities import ProtocolError

from api.errors import Unreadable, answer
from api.models.common import SessionPath
from api.models.streams import EventStreamQuery, LogStreamQuery
from api.services import services
from api.streams.channel import SERVER_OPTIONS, Channel, secure_wire
from api.streams.events import stream_events
from api.streams.logs import stream_log
from api.validation import read_request
from schema.db import events, sessions
from schema.db.errors import DatabaseDown

TRY_AGAIN_LATER = 1013


def register(app: Flask) -> None:
    """Add the WebSockets to `app`."""
    app.config["SOCK_SERVER_OPTIONS"] = SERVER_OPTIONS
    blueprint = Blueprint("streams", __name__)
    sock = Sock()
    blueprint.before_request(_admit)
    blueprint.teardown_request(_leave)
    sock.route("/sessions/<id>/logs/stream", blueprint)(_logs)
    sock.route("/events/stream", blueprint)(_events)
    app.register_blueprint(blueprint)
    app.register_error_handler(ProtocolError, _bad_handshake)
    app.register_error_handler(ConnectionError, _bad_handshake)


def _admit() -> None:
    """Everything that can be wrong is answered as an ordinary error, before the connection is a WebSocket."""
    made = services()
    if request.view_args:
        g.path = read_request(SessionPath, None, None, request.view_args)["path"]
        sessions.get(made.engine, g.path.id)
    kind = LogStreamQuery if request.view_args else EventStreamQuery
    g.query = read_request(None, kind, None, {})["query"]
    if not request.view_args:
        g.stands_at = events.newest_id(made.engine)  # what comes after the handshake is the stream
    made.seats.take()
    g.seat = made.seats
    secure_wire()


def _leave(_error: BaseException | None) -> None:
    if seat := g.pop("seat", None):
        seat.leave()


def _logs(server: Server, id: str) -> None:
    _serve(Channel(server), lambda channel: stream_log(services(), channel, id, g.query))


def _events(server: Server) -> None:
    _serve(Channel(server), lambda channel: stream_events(services(), channel, g.query, g.stands_at))


def _serve(channel: Channel, stream: Callable[[Channel], None]) -> None:
    try:
        stream(channel)
    except ConnectionClosed:
        pass
    except DatabaseDown as error:
        channel.close(TRY_AGAIN_LATER, str(error))


def _bad_handshake(error: Exception) -> Response:
    return answer(Unreadable(f"this is no WebSocket handshake: {error}"))
