"""The strategies there are, as the `describe` child told them."""

import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import JSON, Connection, Engine, String, delete, insert, select, update

from schema.db.engine import reading, transact
from schema.db.errors import BadValue, NotFound
from schema.db.models import strategies
from schema.db.rows import StrategyRow, strategy_row
from schema.db.texts import check_values, mended_json

TEXT_LENGTH = 10_000
"""Longest description or error that is kept, in characters."""

_LENGTHS = {c.name: c.type.length for c in strategies.c if isinstance(c.type, String) and c.type.length}
_JSON = [c.name for c in strategies.c if isinstance(c.type, JSON)]


def replace_all(engine: Engine, rows: Iterable[StrategyRow], *, now: float | None = None) -> None:
    """Make the table hold exactly these; a strategy that stays keeps its created_at."""
    moment = time.time() if now is None else now
    wanted = {values["id"]: values for values in map(_values, rows)}

    def work(connection: Connection) -> None:
        there = set(connection.scalars(select(strategies.c.id)))
        connection.execute(delete(strategies).where(strategies.c.id.in_(there - wanted.keys())))
        for id, values in wanted.items():
            if id in there:
                connection.execute(update(strategies).where(strategies.c.id == id).values(**values))
            else:
                connection.execute(insert(strategies).values(**values, created_at=moment))

    transact(engine, work)


def all_strategies(engine: Engine) -> list[StrategyRow]:
    """All of them: the built-in ones first, then by id."""
    with reading(engine) as connection:
        found = connection.execute(select(strategies).order_by(strategies.c.source, strategies.c.id))
        return [strategy_row(row) for row in found]


def get(engine: Engine, strategy_id: str) -> StrategyRow:
    """Raises NotFound."""
    with reading(engine) as connection:
        found = connection.execute(select(strategies).where(strategies.c.id == strategy_id)).first()
    if found is None:
        raise NotFound("strategy", strategy_id)
    return strategy_row(found)


def _values(row: StrategyRow) -> dict[str, Any]:
    """The columns as they are stored.

    What a user's file says of itself is cut and mended rather than refused, and what cannot be stored at all
    becomes that strategy's error: one bad file must not keep the others from the table.
    """
    values = {name: mended_json(value) for name, value in asdict(row).items() if name != "created_at"}
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = value[: _LENGTHS.get(name, TEXT_LENGTH)]
    try:
        check_values(strategies, {**values, "id": row.id})
    except BadValue as problem:
        values |= {**dict.fromkeys(_JSON), "error": str(problem)}
    return values
