"""Sessions: list, make, look at, change, delete."""

from typing import Any

from api import removal, telling
from api.blueprint import Resource
from api.checks import Configuration, check
from api.models.common import SessionPath, split
from api.models.sessions import (
    CloneRequest,
    DeletedAnswer,
    NewSession,
    SessionAnswer,
    SessionChange,
    SessionsAnswer,
    SessionsQuery,
)
from api.services import Services, services
from api.settings_of import merged_settings
from schema.db import listing, sessions, strategies
from schema.db.errors import NotFound
from schema.db.models import SessionType
from schema.db.rows import SessionRow, StrategyRow
from schema.states import Status

resource = Resource("sessions", "Trading sessions and scrapers", 409, 413, 415)


@resource.get("/sessions", responses={200: SessionsAnswer})
def list_sessions(query: SessionsQuery) -> SessionsAnswer:
    """List sessions"""
    found = listing.page(
        services().engine,
        listing.SessionQuery(
            status=[Status(name) for name in split(query.status)],
            type=[SessionType(name) for name in split(query.type)],
            market=query.market,
            exchange=query.exchange,
            strategy=query.strategy,
            search=query.search,
            created_after=query.created_after,
            created_before=query.created_before,
            sort=query.sort,
            limit=query.limit,
            offset=query.offset,
        ),
    )
    items = [telling.item(row) for row in found.sessions]
    return SessionsAnswer.model_construct(
        success=True, sessions=items, total=found.total, limit=query.limit, offset=query.offset
    )


@resource.post("/sessions", responses={201: SessionAnswer})
def create_session(body: NewSession) -> tuple[SessionAnswer, int]:
    """Make a session

    It is not started. What is left out takes its default: the installation's exchange, the strategy's
    parameters, the settings, and a name made of coin, type and number.
    """
    made = services()
    asked = Configuration(
        type=body.type,
        market=body.market,
        exchange=body.exchange or made.settings.exchange,
        strategy=body.strategy,
        strategy_params=body.strategy_params or {},
        range_start=body.range_start,
        range_end=body.range_end,
    )
    check(made, asked)
    row = sessions.create(
        made.engine,
        sessions.NewSession(
            type=SessionType(asked.type),
            market=asked.market,
            exchange=asked.exchange,
            strategy=asked.strategy,
            strategy_params=asked.strategy_params,
            settings=body.settings.model_dump(mode="json"),
            name=body.name,
            range_start=asked.range_start,
            range_end=asked.range_end,
            notes=body.notes,
        ),
    )
    return answer(made, row), 201


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
    changes = _changes(made, row, body)
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
    changes = _changes(made, row, body)
    return answer(made, sessions.clone(made.engine, path.id, changes)), 201


def answer(made: Services, row: SessionRow) -> SessionAnswer:
    """A session's details in the envelope."""
    return SessionAnswer.model_construct(success=True, session=telling.detail(row, _strategy(made, row)))


def _strategy(made: Services, row: SessionRow) -> StrategyRow | None:
    try:
        return strategies.get(made.engine, row.strategy)
    except NotFound:  # a user's strategy whose file is gone; the session is still told
        return None


def _changes(made: Services, row: SessionRow, body: SessionChange | CloneRequest) -> dict[str, Any]:
    """The columns that a change or a clone sets, checked together with those that stay."""
    given = body.model_dump(exclude_unset=True)
    if given.get("name", "") is None:  # a name cannot be taken away
        del given["name"]
    if given.get("settings") is not None:
        given["settings"] = merged_settings(row.settings, given["settings"])
    if isinstance(body, SessionChange) and given.keys() <= {"name", "notes"}:
        return given
    asked = Configuration(
        type=row.type.value,
        market=row.market,
        exchange=row.exchange,
        strategy=row.strategy,
        strategy_params={**(row.strategy_params or {}), **(given.get("strategy_params") or {})},
        range_start=given.get("range_start", row.range_start),
        range_end=given.get("range_end", row.range_end),
    )
    check(made, asked)
    if "strategy_params" in given:
        given["strategy_params"] = asked.strategy_params
    return {name: value for name, value in given.items() if value is not None or name == "notes"}
