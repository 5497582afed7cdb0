"""Closed trades of a session, from its trades file."""

from typing import Any

from flask import Response

from api.blueprint import Resource, page_of
from api.downloads import download
from api.models.common import SessionPath
from api.models.data import TradesAnswer, TradesQuery
from api.services import services
from schema import markets
from schema.db import sessions
from schema.files.exports import TRADE_COLUMNS
from schema.files.trades import TradeFilter, TradeSort, TradesReader

resource = Resource("trades", "Closed trades")


@resource.get("/sessions/<id>/trades", responses={200: TradesAnswer})
def list_trades(path: SessionPath, query: TradesQuery) -> dict[str, Any] | Response:
    """Closed trades, newest first or by another order, or all of them as a download"""
    made = services()
    row = sessions.get(made.engine, path.id)
    reader = TradesReader(made.home.trades(row.id))
    where = _filter(query)
    if query.format:
        return download(reader.iterate(where), TRADE_COLUMNS, query.format, f"trades_{row.id}_{row.exchange}")
    page = reader.sorted_page(query.offset, query.limit, _sort(query), where)
    return page_of(row, query, trades=page.trades, total=page.total)


def _sort(query: TradesQuery) -> TradeSort:
    field, _, direction = query.sort.partition(":")
    return TradeSort(field, (direction or query.order) == "desc")


def _filter(query: TradesQuery) -> TradeFilter | None:
    market = markets.usual(query.market) if query.market else None
    asked = TradeFilter(query.side, market, query.start, query.end, query.won, query.text, query.run)
    return None if asked == TradeFilter() else asked
