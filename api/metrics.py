"""Figures of a session: those that its run wrote, over those in its row."""

from typing import Any

from api.blueprint import Resource
from api.models.common import SessionPath
from api.models.data import MetricsAnswer
from api.services import services
from schema.db import sessions
from schema.files.aside import BrokenFile
from schema.files.metrics import read_metrics

resource = Resource("metrics", "Figures of a session")


@resource.get("/sessions/<id>/metrics", responses={200: MetricsAnswer})
def get_metrics(path: SessionPath) -> dict[str, Any]:
    """What the detail view shows, and more: results, costs, holding times, streaks, ratios"""
    made = services()
    row = sessions.get(made.engine, path.id)
    counters = {
        "trade_count": row.trade_count,
        "total_pnl": float(row.total_pnl),
        "win_rate": float(row.win_rate),
        "max_drawdown": float(row.max_drawdown),
    }
    try:
        written = read_metrics(made.home.metrics(row.id)) or {}
    except BrokenFile as error:
        written = {"notes": [f"{error}; only the session's counters are shown"]}
    told = {"success": True, "session": row.id, "exchange": row.exchange, "market": row.market}
    return {**told, "metrics": {**counters, **written}}
