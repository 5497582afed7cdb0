"""Heartbeats of bots: the hottest endpoint, one short transaction, independent of the daemon."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.blueprint import Resource
from api.models.common import SessionPath
from api.models.health import HeartbeatAnswer, HeartbeatBody
from api.services import services
from schema.db import results
from schema.files.trades import TradesReader

resource = Resource("heartbeats", "What running bots tell of themselves", 409, 413, 415)
_AT_ONCE = 500
"""Trades that one heartbeat may announce; the next one brings more."""


@resource.post("/sessions/<id>/heartbeat", responses={200: HeartbeatAnswer})
def heartbeat(path: SessionPath, body: HeartbeatBody) -> HeartbeatAnswer:
    """Tell that a session is alive

    A heartbeat of an older run, or of a session that is not running, is answered 409 `stale_run`: that bot
    ends itself.
    """
    made = services()

    def trades_from(index: int) -> Sequence[Mapping[str, Any]]:
        return TradesReader(made.home.trades(path.id)).page(index, _AT_ONCE, newest_first=False).trades

    payload = body.payload()
    last_updated = results.record_heartbeat(
        made.engine, path.id, run=body.run, payload=payload, new_trades=trades_from
    )
    made.bus.heartbeat(path.id, payload)
    return HeartbeatAnswer.model_construct(success=True, last_updated=last_updated)
