"""The old endpoints: they go on working, and say what replaces them."""

from contextlib import suppress
from typing import Any

from flask import Response

from api import lifecycle, making, removal, sessions
from api.blueprint import Resource
from api.encoding import json_response
from api.errors import Conflict
from api.models.legacy import LegacyAnswer, LegacySession, LegacyStop, MarketStart, TestStart
from api.models.sessions import Kind, NewSession
from api.services import services
from schema import markets
from schema.control import DaemonDown
from schema.db import listing
from schema.db.errors import Conflict as NotNow
from schema.db.models import SessionType
from schema.db.rows import SessionRow
from schema.files.trades import TradesReader
from schema.states import LIVE, Status

resource = Resource("legacy", "Old endpoints, deprecated", 409, 413, 415)
_SINCE = "@1795219200"  # 2026-11-21, as RFC 9745 writes it
_MOST_TRADES = 10_000


@resource.after_request
def say_deprecated(response: Response) -> Response:
    """Refusals tell it too: a program that still comes here learns where to go, whatever it is answered."""
    if response.status_code >= 400 and "Deprecation" not in response.headers and response.is_json:
        body: dict[str, Any] = response.get_json()
        response.set_data(json_response({**body, "deprecated": _notice("/sessions")}).get_data())
        _point_to(response, "/sessions")
    return response


@resource.get("/session/test", responses={200: LegacySession}, deprecated=True)
def legacy_test_session() -> Response:
    """The newest test session with its trades"""
    return _newest(SessionType.TEST)


@resource.get("/session/backtest", responses={200: LegacySession}, deprecated=True)
def legacy_backtest_session() -> Response:
    """The newest backtest with its trades"""
    return _newest(SessionType.BACKTEST)


@resource.get("/test_trades.json", responses={200: LegacySession}, deprecated=True)
def legacy_test_trades() -> Response:
    """The old file of test trades"""
    return _newest(SessionType.TEST)


@resource.get("/backtest_trades.json", responses={200: LegacySession}, deprecated=True)
def legacy_backtest_trades() -> Response:
    """The old file of backtest trades"""
    return _newest(SessionType.BACKTEST)


@resource.post("/test/start", responses={200: LegacyAnswer}, deprecated=True)
def legacy_test_start(body: TestStart) -> Response:
    """Make and start a test session"""
    return _start("test", body.market, body.strategy, body.strategy_params)


@resource.post("/market/start", responses={200: LegacyAnswer}, deprecated=True)
def legacy_market_start(body: MarketStart) -> Response:
    """Make and start a scraper"""
    return _start("scraper", body.market, "MarketScraper", None)


@resource.post("/test/stop", responses={200: LegacyAnswer}, deprecated=True)
def legacy_test_stop(body: LegacyStop) -> Response:
    """Stop the newest running test session"""
    return _stop(SessionType.TEST, body.market)


@resource.post("/market/stop", responses={200: LegacyAnswer}, deprecated=True)
def legacy_market_stop(body: LegacyStop) -> Response:
    """Stop the newest running scraper"""
    return _stop(SessionType.SCRAPER, body.market)


def _newest(kind: SessionType) -> Response:
    made = services()
    found = listing.page(made.engine, listing.SessionQuery(type=[kind], limit=1)).sessions
    row = found[0] if found else None
    link = "/sessions" if row is None else f"/sessions/{row.id}/trades"
    return _told(
        link,
        session=sessions.answer(made, row).session if row else None,
        trades=_trades(row) if row else [],
    )


def _trades(row: SessionRow) -> list[dict[str, Any]]:
    """The newest trades, oldest first."""
    page = TradesReader(services().home.trades(row.id)).page(0, _MOST_TRADES)
    return page.trades[::-1]


def _start(kind: Kind, market: str, strategy: str, params: dict[str, Any] | None) -> Response:
    made = services()
    asked = NewSession(type=kind, market=market, strategy=strategy, strategy_params=params)
    row = making.make(made, asked)
    try:
        answer = lifecycle.ask("start", row.id)
    except DaemonDown:  # it was never tried: a session that nobody asked for is not left behind
        with suppress(NotNow):
            removal.remove(made, row.id)
        raise
    return _told(f"/sessions/{row.id}", session=answer.session)


def _stop(kind: SessionType, market: str | None) -> Response:
    usual = markets.usual(market) if market else None
    wanted = listing.SessionQuery(type=[kind], status=[Status(name) for name in LIVE], market=usual, limit=1)
    found = listing.page(services().engine, wanted).sessions
    if not found:
        raise Conflict(f"no session of type {kind.value} is running", status=None, allowed=["start"])
    answer = lifecycle.ask("stop", found[0].id)
    return _told(f"/sessions/{found[0].id}", session=answer.session)


def _told(successor: str, **content: Any) -> Response:
    """An answer with the notice in body and headers."""
    response = json_response({"success": True, "deprecated": _notice(successor), **content})
    _point_to(response, successor)
    return response


def _notice(successor: str) -> str:
    return f"this endpoint is deprecated; use {successor}"


def _point_to(response: Response, successor: str) -> None:
    response.headers["Deprecation"] = _SINCE
    response.headers["Link"] = f'<{successor}>; rel="successor-version"'
