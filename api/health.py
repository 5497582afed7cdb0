"""Whether the API lives, its parts answer, and the sessions give signs of life."""

import time

from api.blueprint import Resource
from api.errors import Unavailable
from api.models.health import AliveAnswer, HealthAnswer, HealthItem, Part, ReadyAnswer
from api.services import Services, services
from schema.control import DaemonDown, DaemonError
from schema.db import listing, migrate
from schema.db.errors import DatabaseDown

resource = Resource("health", "Signs of life")
_PING_SECONDS = 3.0


@resource.get("/sessions/health", responses={200: HealthAnswer})
def sessions_health() -> HealthAnswer:
    """All running and paused sessions, with stale detection"""
    made = services()
    found = listing.health(made.engine, now=time.time(), stale_seconds=made.settings.stale_seconds)
    return HealthAnswer.model_construct(success=True, sessions=[_item(one) for one in found])


def _item(found: listing.Health) -> HealthItem:
    row = found.session
    return HealthItem.model_construct(
        id=row.id,
        name=row.name or "",
        type=row.type.value,
        market=row.market,
        exchange=row.exchange,
        strategy=row.strategy,
        status=row.status.value,
        pid=row.pid,
        last_updated=row.last_updated,
        seconds_since_update=round(found.seconds_since_update, 3),
        is_stale=found.is_stale,
        stale_action="manual" if found.is_stale else None,
    )


@resource.get("/healthz", responses={200: AliveAnswer})
def alive() -> AliveAnswer:
    """Whether this process answers"""
    return AliveAnswer(success=True)


@resource.get("/readyz", responses={200: ReadyAnswer})
def ready() -> ReadyAnswer:
    """Whether database, supervisor and zygote answer"""
    made = services()
    supervisor, zygote = _supervisor(made)
    parts = {"database": _database(made), "supervisor": supervisor, "zygote": zygote}
    missing = [f"{name}: {part.message}" for name, part in parts.items() if not part.ok]
    if missing:
        told = {name: part.model_dump() for name, part in parts.items()}
        raise Unavailable("; ".join(missing), code="not_ready", parts=told)
    return ReadyAnswer(success=True, **parts)


def _database(made: Services) -> Part:
    try:
        revision = migrate.current(made.settings.database_url)
    except DatabaseDown as error:
        return Part(ok=False, message=str(error))
    if revision != migrate.head():
        return Part(ok=False, message="the database is not set up or not up to date; run: botyard db upgrade")
    return Part(ok=True, message=f"answers, at revision {revision}")


def _supervisor(made: Services) -> tuple[Part, Part]:
    try:
        answer = made.daemon.call("ping", timeout=_PING_SECONDS)
    except (DaemonDown, DaemonError) as error:
        return Part(ok=False, message=str(error)), Part(
            ok=False, message="not known while the supervisor is away"
        )
    zygote = answer.get("zygote") or {}
    warm = bool(zygote.get("ready"))
    return (
        Part(ok=True, message=f"answers, PID {answer.get('pid')}"),
        Part(ok=warm, message=f"ready, PID {zygote.get('pid')}" if warm else "not ready yet"),
    )
