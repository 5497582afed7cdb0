"""Start, stop, pause, resume, restart: asked of the daemon, answered when it is so."""

from api import sessions
from api.blueprint import Resource
from api.models.common import SessionPath
from api.models.sessions import SessionAnswer
from api.services import services
from schema.db import sessions as rows

resource = Resource("lifecycle", "Moving a session through its life", 409, 413)


@resource.post("/sessions/<id>/start", responses={200: SessionAnswer})
def start(path: SessionPath) -> SessionAnswer:
    """Start a session; answers when its process is ready, or with that process's own error

    422 `start_failed` is what the session itself says, such as a strategy that does not load. 503 is trouble
    outside of it: `agent_down` (`details.part` names the agent), `zygote_down`, `daemon_down`,
    `database_down`.
    """
    return ask("start", path.id)


@resource.post("/sessions/<id>/stop", responses={200: SessionAnswer})
def stop(path: SessionPath) -> SessionAnswer:
    """Stop a session; an open position is kept for the next start"""
    return ask("stop", path.id)


@resource.post("/sessions/<id>/pause", responses={200: SessionAnswer})
def pause(path: SessionPath) -> SessionAnswer:
    """Pause a session: its process lives on and its strategy rests"""
    return ask("pause", path.id)


@resource.post("/sessions/<id>/resume", responses={200: SessionAnswer})
def resume(path: SessionPath) -> SessionAnswer:
    """Resume a paused session"""
    return ask("resume", path.id)


@resource.post("/sessions/<id>/restart", responses={200: SessionAnswer})
def restart(path: SessionPath) -> SessionAnswer:
    """Stop a session where it runs, and start it"""
    return ask("restart", path.id)


def ask(action: str, session_id: str) -> SessionAnswer:
    """Ask the daemon, then tell the session as it is now."""
    made = services()
    rows.get(made.engine, session_id)  # an unknown id is 404 whether or not there is a daemon
    # At worst two agents have to become ready before the session does.
    seconds = 3 * made.settings.ready_seconds + made.settings.grace_seconds + 10
    made.daemon.call(action, id=session_id, timeout=seconds)
    return sessions.answer(made, rows.get(made.engine, session_id))
