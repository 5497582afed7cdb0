"""What can go wrong with a row or with the database itself."""

from schema.states import LIVE, Status, allowed_from


class DatabaseDown(Exception):
    """The database cannot be used now: not reachable, not set up, full, or busy for too long. The text says
    which.
    """


class Contention(DatabaseDown):
    """Another transaction held the rows. `engine.transact` tries a few times before it lets this out."""


class NotFound(Exception):
    """There is no such session or strategy."""

    def __init__(self, kind: str, id: str) -> None:
        self.kind = kind
        self.id = id
        super().__init__(f"there is no {kind} {id}")


class Conflict(Exception):
    """The session's state forbids what was asked.

    Attributes:
        status: the state it is in.
        allowed: what a user may ask for instead.
    """

    def __init__(self, message: str, status: Status) -> None:
        self.status = status
        self.allowed = allowed_from(status)
        super().__init__(message)


class StaleRun(Exception):
    """The run that wrote is not the session's current one, or none is under way any more.

    Attributes:
        run: the run of the writer, None where it named none.
        current: the run in the row.
        status: the state in the row.
    """

    def __init__(self, id: str, run: int | None, current: int, status: Status) -> None:
        self.id = id
        self.run = run
        self.current = current
        self.status = status
        super().__init__(self._told())

    def _told(self) -> str:
        if self.status not in LIVE:
            return f"session {self.id} is {self.status.value}: only one that runs gives signs of life"
        known = "is over" if self.run is not None and self.run < self.current else "was never started"
        return f"run {self.run} of session {self.id} {known}: it is {self.status.value} at run {self.current}"


class BadValue(ValueError):
    """A value that a column cannot hold, or a filter that cannot be understood.

    Attributes:
        field: name of the column or parameter.
    """

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(f"{field}: {message}")
