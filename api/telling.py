"""Rows as the models that go out."""

import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app
from pydantic import ValidationError

from api.models.common import LATEST
from api.models.sessions import EffectiveSettings, Position, Progress, SessionDetail
from api.services import services
from schema import markets
from schema.archive import layout
from schema.archive.layout import DAY
from schema.db.models import SessionType
from schema.db.rows import SessionRow, StrategyRow
from schema.session_settings import SessionSettings
from schema.states import allowed_from


def items(rows: Sequence[SessionRow]) -> list[dict[str, Any]]:
    """Sessions in a list, each as a `SessionItem`: plain, as models would take as long as the query."""
    now = time.time()
    return [_common(row, now) for row in rows]


def detail(row: SessionRow, strategy: StrategyRow | None) -> SessionDetail:
    """A session with all that is known of it."""
    told = row.heartbeat or {}
    progress = Progress.model_validate(told["progress"]) if told.get("progress") else None
    defaults = (strategy.default_params if strategy else None) or {}
    return SessionDetail.model_construct(
        **{**_common(row, time.time()), "progress": progress},
        strategy_params={**defaults, **(row.strategy_params or {})},
        settings=EffectiveSettings.model_validate(effective_settings(row.settings)),
        position=[Position.model_validate(one) for one in told.get("position") or ()],
        unrealised_pnl=told.get("unrealised_pnl"),
        equity=told.get("equity"),
        starting_balance=told.get("starting_balance"),
        settle=told.get("settle"),
        last_price=told.get("last_price"),
        market_time=told.get("market_time"),
        memory_bytes=told.get("memory_bytes") if row.is_live else None,
        exit_outcome=row.exit_outcome,  # type: ignore[arg-type]
        exit_code=row.exit_code,
        exit_signal=row.exit_signal,
        exit_message=row.exit_message,
        trades_file=row.trades_file,
        logs_file=row.logs_file,
    )


def effective_settings(stored: dict[str, Any] | None) -> dict[str, Any]:
    """Settings with every default filled in, as plain JSON values."""
    try:
        read = SessionSettings.model_validate(stored or {})
    except ValidationError:  # a row of an older or newer version: its good values are shown over the defaults
        current_app.logger.warning("settings that do not fit: %s", stored)
        read = SessionSettings()
    return read.model_dump(mode="json")


def _common(row: SessionRow, now: float) -> dict[str, Any]:
    told = row.heartbeat or {}
    silent = row.seconds_since_update(now) if row.is_live else None
    return {
        "id": row.id,
        "name": row.name or "",
        "type": row.type.value,
        "market": row.market,
        "exchange": row.exchange,
        "strategy": row.strategy,
        "status": row.status.value,
        "allowed": allowed_from(row.status),
        "created_at": row.created_at,
        "started_at": row.started_at,
        "stopped_at": row.stopped_at,
        "last_updated": row.last_updated,
        "seconds_since_update": None if silent is None else round(silent, 3),
        "is_stale": row.is_stale(now, services().settings.stale_seconds),
        "pid": row.pid,
        "run": row.run,
        "trade_count": row.trade_count,
        "total_pnl": float(row.total_pnl),
        "win_rate": float(row.win_rate),
        "max_drawdown": float(row.max_drawdown),
        "unrealised_pnl_usd": told.get("unrealised_pnl_usd") if row.is_live else None,
        "progress": told.get("progress"),
        "data_points": told.get("data_points"),
        "archive_folder": _archive_folder(row, told, now) if row.type is SessionType.SCRAPER else None,
        "range_start": row.range_start,
        "range_end": row.range_end,
        "cloned_from": row.cloned_from,
        "notes": row.notes,
    }


def _archive_folder(row: SessionRow, told: dict[str, Any], now: float) -> str | None:
    """Folder of the day that a scraper collects, by its market's clock; of its last day once it ended."""
    moment = told.get("market_time") or (now if row.is_live else None)
    if moment is None or not 0 <= moment <= LATEST:
        return None
    return _folder_of_day(row.market, int(moment // DAY))


@lru_cache(maxsize=1024)
def _folder_of_day(market: str, day: int) -> str:
    first = markets.legs(market)[0]
    return f"{layout.period_folder(Path('archive'), first, layout.day_of(day * DAY))}/"
