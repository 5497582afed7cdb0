"""The equity curve of a session, from its equity file."""

from api.blueprint import Resource
from api.models.common import SessionPath
from api.models.data import EquityAnswer, EquityPoint, EquityQuery
from api.services import services
from schema.db import sessions
from schema.files.equity import EquityReader

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
        starting_balance=float(header.start) if header else None,
        total=reader.count(),
        equity=[
            EquityPoint.model_construct(timestamp=point.ts, equity=point.equity, drawdown=point.drawdown)
            for point in points
        ],
    )
