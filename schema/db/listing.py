"""Lists of sessions: filters, sorting, pages. Quick with 100,000 rows, whichever filter is set."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    String,
    cast,
    collate,
    func,
    literal,
    literal_column,
    select,
)

from schema.db.engine import reading
from schema.db.errors import BadValue
from schema.db.models import SessionType, sessions
from schema.db.rows import SessionRow, session_row
from schema.db.sessions import running
from schema.db.texts import check_text
from schema.db.types import LAST_TIMESTAMP, UnixTime
from schema.states import Status

_c = sessions.c
SORT_FIELDS = (
    "created_at",
    "started_at",
    "stopped_at",
    "last_updated",
    "name",
    "type",
    "status",
    "market",
    "exchange",
    "strategy",
    "trade_count",
    "total_pnl",
    "win_rate",
    "max_drawdown",
    "duration",
)
_WALK_FROM = 20  # matches for each row that is skipped or shown


@dataclass(frozen=True)
class SessionQuery:
    """Which sessions, in which order. Empty filters filter nothing.

    Attributes:
        search: text that name or notes contain; upper and lower case are the same.
        created_after, created_before, stopped_after, stopped_before: Unix seconds, the first of each pair
            inclusive, the second exclusive. A session that has not ended is in no period of the latter.
        sort: "field" or "field:asc" or "field:desc", the field one of SORT_FIELDS; `duration` is that of the
            latest run, until now where it goes on.
    """

    status: Sequence[Status] = ()
    type: Sequence[SessionType] = ()
    market: str | None = None
    exchange: str | None = None
    strategy: str | None = None
    search: str | None = None
    created_after: float | None = None
    created_before: float | None = None
    stopped_after: float | None = None
    stopped_before: float | None = None
    sort: str = "created_at:desc"
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True)
class SessionPage:
    sessions: list[SessionRow] = field(default_factory=list)
    total: int = 0


@dataclass(frozen=True)
class Health:
    """A live session; `seconds_since_update` counts from its start while it has sent nothing."""

    session: SessionRow
    seconds_since_update: float
    is_stale: bool


def page(engine: Engine, query: SessionQuery) -> SessionPage:
    """One page of sessions, and how many there are in all.

    Raises:
        BadValue: the sort order is not one there is.
        DatabaseDown
    """
    mysql = engine.dialect.name == "mysql"
    order, by_newest = _order(query.sort, mysql)
    filters = _filters(query, mysql=mysql)
    with reading(engine) as connection:
        total = _count(connection, filters)
        if total <= query.offset or query.limit == 0:
            return SessionPage([], total)
        # Only ids are sorted; the wide rows are fetched for the page alone.
        ids = select(_c.id).order_by(*order).limit(query.limit).offset(query.offset)
        if by_newest and (not filters or total > _WALK_FROM * (query.limit + query.offset)):
            chosen = _walking(ids, mysql, query).subquery()
        else:
            chosen = _sorting(ids.where(*filters)).subquery()
        found = connection.execute(select(sessions).join(chosen, chosen.c.id == _c.id).order_by(*order))
        return SessionPage([session_row(row) for row in found], total)


def counts(engine: Engine, column: Literal["market", "strategy"]) -> dict[str, int]:
    """How many sessions there are of each market or strategy, by name: both have an index."""
    kind = _c[column]
    with reading(engine) as connection:
        found = connection.execute(select(kind, func.count()).group_by(kind).order_by(kind))
        return {str(name): int(number) for name, number in found}


def health(engine: Engine, *, now: float, stale_seconds: float) -> list[Health]:
    """All live sessions, with how long each has been silent."""
    rows = running(engine)
    return [
        Health(row, row.seconds_since_update(now) or 0.0, row.is_stale(now, stale_seconds)) for row in rows
    ]


def _count(connection: Connection, filters: Sequence[ColumnElement[bool]]) -> int:
    return connection.scalar(select(func.count()).select_from(sessions).where(*filters)) or 0


def _walking(ids: Select[Any], mysql: bool, query: SessionQuery) -> Select[Any]:
    """Pass all sessions from the newest until the page is full; right where many match.

    Neither planner knows how many do, and a wrong choice reads or sorts the whole table. (SQLite has no
    hints; there the filters are written so that no index serves them.)
    """
    found = _filters(query, mysql=mysql, unindexed=not mysql)
    return ids.where(*found).with_hint(sessions, "FORCE INDEX (idx_newest)", "mysql")


def _sorting(ids: Select[Any]) -> Select[Any]:
    """Find all that match and sort them; right where few do."""
    return ids.with_hint(sessions, "IGNORE INDEX FOR ORDER BY (idx_newest, idx_created)", "mysql")


def _order(sort: str, mysql: bool) -> tuple[list[ColumnElement[Any]], bool]:
    """The order, always down to the id so that pages never overlap, and whether the index of the newest has
    it.
    """
    name, _, direction = sort.partition(":")
    if name not in SORT_FIELDS:
        raise BadValue("sort", f"{name!r} is no field to sort by; there are {', '.join(SORT_FIELDS)}")
    if direction not in ("", "asc", "desc"):
        raise BadValue("sort", f"{direction!r} is no direction; there are asc and desc")
    column: ColumnElement[Any] = _duration(mysql) if name == "duration" else _c[name]
    if name in ("type", "status"):
        column = cast(column, String(20))  # MySQL would sort an ENUM by the position of its members
    elif name == "name":
        column = func.lower(column)
    keys = [column] if name == "created_at" else [column, _c.created_at]
    keys.append(_c.id)
    ordered: list[ColumnElement[Any]] = [key.desc() if direction == "desc" else key.asc() for key in keys]
    return ordered, name == "created_at"


def _duration(mysql: bool) -> ColumnElement[Any]:
    """Seconds from the start of the latest run to its end, or to now; NULL before the first."""
    end = func.coalesce(_c.stopped_at, literal(time.time(), UnixTime()))
    if mysql:
        return func.unix_timestamp(end) - func.unix_timestamp(_c.started_at)
    days = func.julianday(end) - func.julianday(_c.started_at)
    return func.round(days * 86_400)  # whole seconds, as the columns hold: equal ones are equal


def _filters(query: SessionQuery, *, mysql: bool, unindexed: bool = False) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for name in ("status", "type", "market", "exchange", "strategy"):
        value = getattr(query, name)
        column: ColumnElement[Any] = _c[name]
        if unindexed:  # the way to tell SQLite's planner that an index is not wanted
            column = literal_column(f"+sessions.{name}", column.type)
        if isinstance(value, str):
            found.append(column == value)
        elif value:
            found.append(column.in_(value))
    for name, begin, end in (
        ("created_at", query.created_after, query.created_before),
        ("stopped_at", query.stopped_after, query.stopped_before),
    ):
        if begin is not None:
            found.append(_c[name] >= _within(begin))
        if end is not None:
            found.append(_c[name] < _within(end))
    if query.search:
        check_text("search", query.search)
        found.append(_contains(_c.name, query.search, mysql) | _contains(_c.notes, query.search, mysql))
    return found


def _contains(column: ColumnElement[Any], text: str, mysql: bool) -> ColumnElement[bool]:
    """LIKE with its wildcards escaped. SQLite's knows upper and lower case of ASCII letters only."""
    searched = collate(column, "utf8mb4_unicode_520_ci") if mysql else column
    return searched.contains(text, autoescape=True)


def _within(moment: float) -> float:
    """A bound as near as a TIMESTAMP can express it."""
    return min(max(moment, 1.0), float(LAST_TIMESTAMP))
