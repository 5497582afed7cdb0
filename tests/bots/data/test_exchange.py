"""ccxt's wiring: what is sent, what errors mean, how requests are paced."""

import asyncio
import json
import time
import urllib.request

import ccxt
import pytest

from bots.exchange.backoff import Backoff
from bots.exchange.budget import Budget
from bots.exchange.clients import pro, rest
from bots.exchange.errors import BadMarket, ExchangeDown, Refused, explain
from bots.exchange.history import History
from bots.exchange.klines import windows
from schema.home import Home
from schema.markets import resolve
from tests.bots.data.running import end, sandbox, start_sandbox


@pytest.mark.parametrize("exchange", ["bybit", "sandbox"])
def test_a_market_data_client_can_send_no_order(home: Home, exchange: str) -> None:
    home.sandbox_address.write_text('{"url": "http://127.0.0.1:1", "ws": "ws://127.0.0.1:1", "pid": 1}')
    client = rest(exchange, home)
    client.apiKey = client.secret = "x"
    with pytest.raises(ccxt.PermissionDenied, match="needs a key"):
        client.private_post_v5_order_create({"category": "linear"})

    async def by_socket() -> None:
        streaming = pro(exchange, home)
        streaming.apiKey = streaming.secret = "x"
        try:
            with pytest.raises(ccxt.PermissionDenied, match="needs a key"):
                await streaming.authenticate(streaming.urls["api"]["ws"]["private"]["trade"])
        finally:
            await streaming.close()

    asyncio.run(by_socket())


def test_no_address_of_a_sandbox_client_leads_outside(home: Home) -> None:
    home.sandbox_address.write_text('{"url": "http://127.0.0.1:1", "ws": "ws://127.0.0.1:1", "pid": 1}')
    api = rest("sandbox", home).urls["api"]
    used = [api["public"], api["private"], *api["ws"]["private"].values()]
    used += [api["ws"]["public"][kind] for kind in ("inverse", "linear")]
    assert all("//127.0.0.1:1" in str(url) for url in used if isinstance(url, str))
    assert api["ws"]["private"]["trade"].startswith("ws://127.0.0.1:1/")


@pytest.mark.parametrize(
    ("error", "kind", "pause"),
    [
        (ccxt.BadSymbol("bybit does not have market symbol X"), BadMarket, None),
        (ccxt.ExchangeNotAvailable("bybit 502"), ExchangeDown, 0),
        (ccxt.RateLimitExceeded('bybit {"retCode":10006}'), ExchangeDown, 2),
        (ccxt.RateLimitExceeded("bybit 403 Forbidden access too frequent"), ExchangeDown, 600),
        (ccxt.ExchangeError('bybit {"retCode":10016,"retMsg":"Server error"}'), ExchangeDown, 0),
        (ccxt.BadRequest('bybit {"retCode":10001}'), Refused, None),
        (TimeoutError(), ExchangeDown, 0),
        (ConnectionRefusedError(111, "refused"), ExchangeDown, 0),
    ],
)
def test_an_error_tells_whether_it_passes(
    error: Exception, kind: type[Exception], pause: float | None
) -> None:
    known = explain(error, "candles of XBTUSD")
    assert type(known) is kind
    assert known.message.startswith("candles of XBTUSD: ")
    assert getattr(known, "pause", None) == pause


def test_requests_beyond_the_burst_wait_for_their_turn() -> None:
    budget = Budget(rate=10, burst=2)
    assert [round(budget.reserve(100.0), 3) for _ in range(4)] == [0, 0, 0.1, 0.2]
    assert budget.reserve(101.0) == 0
    budget.close_for(101.0, 60)
    assert budget.reserve(101.5) == pytest.approx(59.5)
    assert budget.counters.requests == 6


def test_attempts_are_spread_and_grow_rarer() -> None:
    backoff = Backoff(1, 5, lambda low, high: high)
    assert [backoff.delay() for _ in range(4)] == [1, 2, 4, 5]
    backoff.reset()
    assert backoff.delay() == 1


def test_pages_cover_a_range_without_overlap() -> None:
    assert list(windows(0, 1500 * 60, "1m")) == [(0, 999 * 60), (1000 * 60, 1499 * 60)]
    assert list(windows(61, 180, "1m")) == [(120, 120)]
    assert list(windows(60, 60, "1m")) == []


def test_an_answer_that_fails_is_asked_for_again(home: Home) -> None:
    async def ask() -> int:
        history = History("sandbox", home)
        try:
            now = int(time.time())
            pages = [
                rows async for rows in history.candles(resolve("XBTUSD", "sandbox"), "1m", now - 600, now)
            ]
            assert len(pages[0]) in (9, 10)
            return history.budget.counters.retries
        finally:
            await history.close()

    with sandbox(home):
        url = json.loads(home.sandbox_address.read_text())["url"]
        for fault in (
            {"match": "/v5/market/kline", "status": 502},
            {"match": "/v5/market/kline", "code": 10016},
        ):
            urllib.request.urlopen(url + "/sandbox/faults", json.dumps(fault).encode(), timeout=30).close()
        assert asyncio.run(ask()) == 2


def test_an_exchange_with_a_new_address_is_found_again(home: Home) -> None:
    spec = resolve("XBTUSD", "sandbox")

    async def ask() -> None:
        history = History("sandbox", home, attempts=1)
        first = start_sandbox(home)
        try:
            assert await history.recent_trades(spec)
            end(first)
            with pytest.raises(ExchangeDown):
                await history.recent_trades(spec)
            with sandbox(home, "--port", "0"):
                assert await history.recent_trades(spec)
        finally:
            await history.close()

    asyncio.run(ask())
