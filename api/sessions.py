"""Sessions: list, make, look at, change, delete."""

from typing import Any

from api import making, removal, telling
from api.blueprint import Resource, judging
from api.errors import ApiError
from api.models.common import BadField, SessionPath, split
from api.models.sessions import (
    CheckAnswer,
    Choice,
    CloneRequest,
    DeletedAnswer,
    FiltersAnswer,
    NewSession,
    SessionAnswer,
    SessionChange,
    SessionsAnswer,
    SessionsQuery,
)
from api.services import Services, services
from schema import markets
from schema.db import listing, sessions, strategies
from schema.db.errors import NotFound
from schema.db.models import SessionType
from schema.db.rows import SessionRow, StrategyRow
from schema.states import Status

resource = Resource("sessions", "Trading sessions and scrapers", 409, 413, 415)


@resource.get("/sessions", responses={200: SessionsAnswer})
def list_sessions(query: SessionsQuery) -> dict[str, Any]:
    """List sessions"""
    found = listing.page(
        services().engine,
        listing.SessionQuery(
            status=[Status(name) for name in split(query.status)],
            type=[SessionType(name) for name in split(query.type)],
            market=markets.usual(query.market) if query.market else None,
            exchange=query.exchange,
            strategy=query.strategy,
            search=query.search,
            created_after=query.created_after,
            created_before=query.created_before,
            stopped_after=query.stopped_after,
            stopped_before=query.stopped_before,
            sort=query.sort,
            limit=query.limit,
            offset=query.offset,
        ),
    )
    page = {"total": found.total, "limit": query.limit, "offset": query.offset}
    return {"success": True, "sessions": telling.items(found.sessions), **page}


@resource.get("/sessions/filters", responses={200: FiltersAnswer})
def list_filters() -> FiltersAnswer:
    """Markets (pairs too) and strategies that sessions have, for the filters of their list"""
    engine = services().engine
    return FiltersAnswer.model_construct(
        success=True,
        markets=_choices(listing.counts(engine, "market")),
        strategies=_choices(listing.counts(engine, "strategy")),
    )


def _choices(counts: dict[str, int]) -> list[Choice]:
    return [Choice(name=name, sessions=number) for name, number in counts.items()]


@resource.post("/sessions", responses={201: SessionAnswer})
def create_session(body: NewSession) -> tuple[SessionAnswer, int]:
    """Make a session

    It is not started. What is left out takes its default: the installation's exchange, the strategy's
    parameters, the settings, and a name made of coin, type and number.
    """
    made = services()
    return answer(made, making.make(made, body)), 201


def _wrong(error: ApiError) -> CheckAnswer:
    fields = [BadField(**one) for one in error.details["fields"]]
    return CheckAnswer.model_construct(success=True, valid=False, fields=fields)


@resource.post("/sessions/check", responses={200: CheckAnswer})
@judging(_wrong)
def check_session(body: NewSession) -> CheckAnswer:
    """Check what a session would be made of, and make nothing

    What POST /sessions refuses with 422 is answered 200 here, with the same fields.
    """
    making.rehearse(services(), body)
    return CheckAnswer.model_construct(success=True, valid=True, fields=[])


@resource.get("/sessions/<id>", responses={200: SessionAnswer})
def get_session(path: SessionPath) -> SessionAnswer:
    """Look at a session"""
    made = services()
    return answer(made, sessions.get(made.engine, path.id))


@resource.patch("/sessions/<id>", responses={200: SessionAnswer})
def change_session(path: SessionPath, body: SessionChange) -> SessionAnswer:
    """Change a session: name and notes at any time, the rest until its first start"""
    made = services()
    row = sessions.get(made.engine, path.id)
    changes = making.changes(made, row, body)
    return answer(made, sessions.patch(made.engine, path.id, changes))


@resource.delete("/sessions/<id>", responses={200: DeletedAnswer})
def delete_session(path: SessionPath) -> DeletedAnswer:
    """Delete a session that is not running, with its events and files"""
    removal.remove(services(), path.id)
    return DeletedAnswer(success=True, id=path.id)


@resource.post("/sessions/<id>/clone", responses={201: SessionAnswer})
def clone_session(path: SessionPath, body: CloneRequest) -> tuple[SessionAnswer, int]:
    """Make a session with the configuration of another"""
    made = services()
    row = sessions.get(made.engine, path.id)
    changes = making.changes(made, row, body)
    return answer(made, sessions.clone(made.engine, path.id, changes)), 201


def answer(made: Services, row: SessionRow) -> SessionAnswer:
    """A session's details in the envelope."""
    return SessionAnswer.model_construct(success=True, session=telling.detail(row, _strategy(made, row)))


def _strategy(made: Services, row: SessionRow) -> StrategyRow | None:
    try:
        return strategies.get(made.engine, row.strategy)
    except NotFound:  # a user's strategy whose file is gone; the session is still told
        return None
