"""The installation: version, exchanges, clocks, limits."""

import time
from typing import Any

from api.blueprint import Resource
from api.models.about import AboutAnswer, ExchangeItem, SandboxItem
from api.models.sessions import EffectiveSettings
from api.services import services
from api.version import version
from schema.markets import EXCHANGES, Exchange
from schema.session_settings import SessionSettings
from schema.settings import Settings
from schema.timeframes import TIMEFRAMES

resource = Resource("about", "The installation")


@resource.get("/about", responses={200: AboutAnswer})
def about() -> AboutAnswer:
    """What a client has to know of the installation"""
    made = services()
    settings = made.settings
    return AboutAnswer.model_construct(
        success=True,
        version=version(),
        now=time.time(),
        exchange=settings.exchange,
        exchanges=[_exchange(one) for one in EXCHANGES.values()],
        sandbox=_sandbox(settings),
        timeframes=list(TIMEFRAMES),  # type: ignore[arg-type]
        heartbeat_seconds=settings.heartbeat_seconds,
        stale_seconds=settings.stale_seconds,
        database=made.engine.dialect.name,  # type: ignore[arg-type]
        archive_folder=str(made.home.archive),
        needs_token=settings.token is not None,
        default_settings=EffectiveSettings.model_validate(SessionSettings().model_dump(mode="json")),
        settings_schema=_settings_schema(),
    )


def _exchange(one: Exchange) -> ExchangeItem:
    return ExchangeItem(id=one.id, title=one.title, invented=one.invented, closed_on=one.closed_on)


def _sandbox(settings: Settings) -> SandboxItem:
    replays = settings.sandbox_replay_exchange if settings.sandbox_replay else None
    return SandboxItem(seed=settings.sandbox_seed, speed=settings.sandbox_speed, replays=replays)


def _settings_schema() -> dict[str, Any]:
    """As a form needs it: an exact number may also be sent as text, which is left out here."""
    schema = SessionSettings.model_json_schema()
    for told in schema["properties"].values():
        kinds = told.get("anyOf", [])
        if [kind["type"] for kind in kinds] == ["number", "string"]:
            del told["anyOf"]
            told |= {**kinds[0], "default": float(told["default"])}
    return schema
