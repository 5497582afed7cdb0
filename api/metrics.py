"""Figures of a session: those that its run wrote, over those in its row."""

from typing import Any

from api.blueprint import Resource
from api.models.common import SessionPath
from api.models.data import CatalogueAnswer, FigureGroup, FigureItem, MetricsAnswer
from api.services import services
from schema.db import sessions
from schema.files.aside import BrokenFile
from schema.files.metrics import read_metrics
from schema.metrics_catalogue import CATALOGUE, COLUMNS, GROUPS, Figure

resource = Resource("metrics", "Figures of a session")
_OF_THE_MOMENT = (
    "equity", "unrealised_pnl", "unrealised_pnl_usd", "position", "last_price", "market_time"
)  # fmt: skip


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
    told = row.heartbeat or {}
    try:
        written = read_metrics(made.home.metrics(row.id)) or {}
    except BrokenFile as error:
        written = {"notes": [f"{error}; only the session's counters are shown"]}
    figures = {**counters, **written, **_newer(counters, told, written)}
    envelope = {"success": True, "session": row.id, "exchange": row.exchange, "market": row.market}
    return {**envelope, "metrics": figures}


def _newer(counters: dict[str, Any], told: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    """What the last heartbeat knows better than the file, which is written when a trade closes.

    The file knows better where heartbeats did not get through and it has trades that they never told of.
    """
    same_run = told.get("run") is not None and told["run"] == written.get("run")
    if not same_run or (told.get("trade_count") or 0) < written.get("trade_count", 0):
        return {}
    return {**counters, **{name: told[name] for name in _OF_THE_MOMENT if name in told}}


@resource.get("/metrics/catalogue", responses={200: CatalogueAnswer})
def get_catalogue() -> CatalogueAnswer:
    """What figures are called, what they are counted in, and in which groups they are shown"""
    groups = [
        FigureGroup(title=title, figures=[_figure(key, CATALOGUE[key]) for key in keys])
        for title, keys in GROUPS.items()
    ]
    columns = [_figure(key, figure) for key, figure in COLUMNS.items()]
    return CatalogueAnswer.model_construct(success=True, groups=groups, columns=columns)


def _figure(key: str, figure: Figure) -> FigureItem:
    return FigureItem(key=key, label=figure.label, unit=figure.unit, meaning=figure.meaning)
