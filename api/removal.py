"""Deleting a session with all that it left: row, events, files."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from api.services import Services
from schema.db import sessions
from schema.home import Home


def remove(made: Services, session_id: str) -> None:
    """Delete the row (which its state may forbid), then the files, and tell those who follow it.

    Raises:
        NotFound, Conflict, DatabaseDown
    """
    sessions.remove(made.engine, session_id)
    made.events.forget(session_id)
    made.bus.deletion(
        session_id
    )  # before its log goes, which would look like a new one to those who follow it
    for file in files_of(made.home, session_id):
        with suppress(FileNotFoundError):
            file.unlink()


def files_of(home: Home, session_id: str) -> Iterator[Path]:
    """Every file that is named after the session, in `sessions/` and in `run/`.

    Its log has rotated ones beside it, its trades an index, a backtest's earlier runs their own; an id is
    a UUID, so that nothing else carries it.
    """
    yield from home.sessions.glob(f"*{session_id}*")
    for name in (home.lock, home.spec, home.want, home.actual, home.exit_note):
        yield name(session_id)
