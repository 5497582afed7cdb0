"""Which exchange each session's figures come from, for messages that tell of many sessions."""

from functools import lru_cache

from sqlalchemy import Engine

from schema.db import sessions
from schema.db.errors import NotFound

_KEEP = 20_000


class Origins:
    """The exchange of a session. It never changes, so the database is asked once for each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.of = lru_cache(_KEEP)(self._read)

    def _read(self, session_id: str) -> str | None:
        """None for a session that was deleted. Raises DatabaseDown."""
        try:
            return sessions.get(self._engine, session_id).exchange
        except NotFound:
            return None
