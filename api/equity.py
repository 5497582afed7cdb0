"""The equity curve of a session, from its equity file."""

from api.blueprint import Resource
from api.models.common import SessionPath
from api.models.data import EquityAnswer, EquityPoint, EquityQuery
from api.services import services
from schema import markets
from schema.db import sessions
from schema.db.rows import SessionRow
from schema.files.equity import EquityHeader, EquityReader

resource = Resource("equity", "The equity curve")


@resource.get("/sessions/<id>/equity", responses={200: EquityAnswer})
def get_equity(path: SessionPath, query: EquityQuery) -> EquityAnswer:
    """The equity curve in at most `points` points, extremes kept"""
    made = services()
    row = sessions.get(made.engine, path.id)
    reader = EquityReader(made.home.equity(row.id))
    header = reader.header()
    points = reader.points(query.points, query.start, query.end)
    return EquityAnswer.model_construct(
        success=True,
        session=row.id,
        exchange=row.exchange,
        market=row.market,
        settle=header.settle if header else None,
        starting_balance=_start(row, header),
        total=reader.count(),
        equity=[
            EquityPoint.model_construct(timestamp=point.ts, equity=point.equity, drawdown=point.drawdown)
            for point in points
        ],
    )


def _start(row: SessionRow, header: EquityHeader | None) -> float | None:
    """What the curve began with, in its own currency.

    The header of a pair has coins of each leg, while its curve is in USD: there the last heartbeat tells it.
    """
    if len(markets.legs(row.market)) > 1:
        return (row.heartbeat or {}).get("starting_balance")
    return float(header.start) if header else None
