"""The chart beneath a session's trades."""

from api import chart
from api.blueprint import Resource
from api.errors import Invalid
from api.markets import candle
from api.models.common import SessionPath
from api.models.reference import SessionCandlesAnswer, SessionCandlesQuery
from api.services import services
from schema import markets
from schema.archive import resample
from schema.db import sessions
from schema.db.rows import SessionRow

resource = Resource("candles", "The market beneath a session")


@resource.get("/sessions/<id>/candles", responses={200: SessionCandlesAnswer})
def get_session_candles(path: SessionPath, query: SessionCandlesQuery) -> SessionCandlesAnswer:
    """Candles of a session's market over its life, with some before it, up to the newest minute that closed

    What is not recorded is asked of the exchange, for a few seconds at most: `complete` and `reason` tell
    what is missing all the same.
    """
    made = services()
    row = sessions.get(made.engine, path.id)
    market = _market(row, query.market)
    span = chart.span_of(made, row, query)
    found = made.candles.read(row.exchange, market, span)
    shown = resample.downsample(found.candles, query.points)
    return SessionCandlesAnswer.model_construct(
        success=True,
        session=row.id,
        market=market,
        exchange=row.exchange,
        timeframe=span.timeframe,  # type: ignore[arg-type]
        start=span.start,
        end=span.end,
        total=len(found.candles),
        merged=-(-len(found.candles) // query.points) or 1,
        complete=found.reason is None,
        reason=found.reason,
        candles=[candle(*one) for one in shown],
    )


def _market(row: SessionRow, asked: str | None) -> str:
    """The leg that is asked for, the first where none is."""
    legs = [markets.usual(leg) for leg in markets.legs(row.market)]
    if asked is None:
        return legs[0]
    if markets.usual(asked) not in legs:
        raise Invalid.one("market", f"the session trades {' and '.join(legs)}")
    return markets.usual(asked)
