"""Making sessions and changing what they are made of; both are checked alike."""

from typing import Any

from api.checks import Configuration, check
from api.models.sessions import CloneRequest, NewSession, SessionChange
from api.services import Services
from api.settings_of import merged_settings
from schema.db import sessions
from schema.db.models import SessionType
from schema.db.rows import SessionRow


def make(made: Services, asked: NewSession) -> SessionRow:
    """Check everything and insert the session.

    Raises:
        Invalid, BadValue, DatabaseDown
    """
    return sessions.create(made.engine, _checked(made, asked))


def rehearse(made: Services, asked: NewSession) -> None:
    """Check everything that `make` does, and make nothing. Raises as `make`."""
    sessions.check_new(_checked(made, asked))


def _checked(made: Services, asked: NewSession) -> sessions.NewSession:
    checked = Configuration(
        type=asked.type,
        market=asked.market,
        exchange=asked.exchange or made.settings.exchange,
        strategy=asked.strategy,
        strategy_params=asked.strategy_params or {},
        range_start=asked.range_start,
        range_end=asked.range_end,
        settings=asked.settings or {},
    )
    check(made, checked)
    return sessions.NewSession(
        type=SessionType(checked.type),
        market=checked.market,
        exchange=checked.exchange,
        strategy=checked.strategy,
        strategy_params=checked.strategy_params,
        settings=checked.settings or {},
        name=asked.name,
        range_start=checked.range_start,
        range_end=checked.range_end,
        notes=asked.notes,
    )


def changes(made: Services, row: SessionRow, asked: SessionChange | CloneRequest) -> dict[str, Any]:
    """The columns that a change or a clone sets, checked together with those that stay.

    Raises:
        Invalid, DatabaseDown
    """
    given = asked.model_dump(exclude_unset=True)
    # null gives notes their end; of everything else it means that it stays.
    given = {name: value for name, value in given.items() if value is not None or name == "notes"}
    if "settings" in given:
        given["settings"] = merged_settings(row.settings, given["settings"])
    if isinstance(asked, SessionChange) and given.keys() <= {"name", "notes"}:
        return given
    checked = Configuration(
        type=row.type.value,
        market=row.market,
        exchange=row.exchange,
        strategy=row.strategy,
        strategy_params={**(row.strategy_params or {}), **given.get("strategy_params", {})},
        range_start=given.get("range_start", row.range_start),
        range_end=given.get("range_end", row.range_end),
        settings=given.get("settings"),
    )
    check(made, checked)
    if "settings" in given:
        given["settings"] = checked.settings
    if "strategy_params" in given:
        given["strategy_params"] = checked.strategy_params
    return given
