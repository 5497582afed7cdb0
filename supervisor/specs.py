"""Writing launch specifications: everything a child is told."""

from typing import Any

from schema.db.rows import SessionRow
from schema.settings import Settings
from schema.spec import LaunchSpec
from schema.states import Status

DESCRIBE = "describe"

_FOR_AGENTS = "sandbox_"


class SpecWriter:
    """Specifications of one installation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._home = str(settings.home.root)

    def session(self, row: SessionRow) -> LaunchSpec:
        return LaunchSpec(
            kind="session",
            id=row.id,
            run=row.run,
            home=self._home,
            api_url=self._settings.url,
            token=self._settings.token,
            name=row.name or "",
            type=row.type.value,
            market=row.market,
            exchange=row.exchange,
            strategy=row.strategy,
            strategy_params=row.strategy_params or {},
            settings=row.settings or {},
            range_start=row.range_start,
            range_end=row.range_end,
            wanted="paused" if row.status is Status.PAUSED else "running",
            heartbeat_seconds=self._settings.heartbeat_seconds,
            log_max_bytes=self._settings.log_max_bytes,
            options={"log_keep": self._settings.log_keep},
        )

    def agent(self, name: str, run: int) -> LaunchSpec:
        return self._plain(
            "agent", name, run, self._settings.model_dump(mode="json", include=_agent_settings())
        )

    def describe(self, run: int) -> LaunchSpec:
        return self._plain(DESCRIBE, DESCRIBE, run, {})

    def _plain(self, kind: str, id: str, run: int, options: dict[str, Any]) -> LaunchSpec:
        exchange = id.removeprefix("data-") if id.startswith("data-") else self._settings.exchange
        return LaunchSpec(
            kind=kind,
            id=id,
            run=run,
            home=self._home,
            api_url=self._settings.url,
            token=self._settings.token,
            exchange=exchange,
            heartbeat_seconds=self._settings.heartbeat_seconds,
            log_max_bytes=self._settings.log_max_bytes,
            options=options,
        )


def _agent_settings() -> set[str]:
    return {name for name in Settings.model_fields if name.startswith(_FOR_AGENTS)}
