"""The strategies table, brought up to date by the daemon before it is read: a file may have changed."""

from contextlib import suppress

from api.services import Services
from schema.control import DaemonDown, DaemonError
from schema.db import strategies
from schema.db.rows import StrategyRow

_SECONDS = 10.0


def refresh(made: Services) -> None:
    """Have the strategies read again where they changed. Without a daemon the table is used as it is."""
    with suppress(DaemonDown, DaemonError):
        made.daemon.call("describe", timeout=_SECONDS)


def all_strategies(made: Services) -> list[StrategyRow]:
    refresh(made)
    return strategies.all_strategies(made.engine)


def get(made: Services, strategy_id: str) -> StrategyRow:
    """Raises NotFound, DatabaseDown."""
    refresh(made)
    return strategies.get(made.engine, strategy_id)
