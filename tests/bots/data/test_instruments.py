"""The catalogue: what an exchange lists, from the sandbox and from a server that lists odd instruments."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bots.download import download_candles
from bots.exchange.errors import ExchangeDown
from bots.exchange.instruments import fetch
from bots.process import BadSpec, OutsideTrouble
from schema import catalogue, markets
from schema.archive.reader import read_candles
from schema.home import Home
from tests.bots.data.running import Reader, agent, sandbox
from tests.wait import until

START = 1_760_000_040 // 60 * 60


def instrument(symbol: str, base: str, quote: str, settle: str, **changes: Any) -> dict[str, Any]:
    """A row of the exchange's list."""
    kind = "Inverse" if settle == base else "Linear"
    return {
        "symbol": symbol,
        "contractType": f"{kind}Perpetual",
        "status": "Trading",
        "baseCoin": base,
        "quoteCoin": quote,
        "settleCoin": settle,
        "deliveryTime": "0",
        "leverageFilter": {"minLeverage": "1", "maxLeverage": "12.50", "leverageStep": "0.01"},
        "priceFilter": {"tickSize": "0.0000010"},
        "lotSizeFilter": {"qtyStep": "100", "minOrderQty": "1", "minNotionalValue": "5"},
        **changes,
    }


INVERSE = [
    instrument("LTCUSD", "LTC", "USD", "LTC"),
    instrument("EOSUSD", "EOS", "USD", "EOS", lotSizeFilter={"qtyStep": "5", "minOrderQty": "5"}),
    instrument("LTCUSDZ30", "LTC", "USD", "LTC", contractType="InverseFutures", deliveryTime="1924905600000"),
]
LINEAR = [
    instrument("1000PEPEUSDT", "1000PEPE", "USDT", "USDT"),
    instrument("LTCPERP", "LTC", "USDC", "USDC"),
    instrument("1000000BABYDOGEUSDT", "1000000BABYDOGE", "USDT", "USDT"),
    instrument("NEWUSDT", "NEW", "USDT", "USDT", status="PreLaunch"),
]


class _Instruments(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        rows = {"inverse": INVERSE, "linear": LINEAR}[query["category"]]
        wanted = query.get("status", "Trading")
        result = {
            "category": query["category"],
            "list": [row for row in rows if row["status"] == wanted],
            "nextPageCursor": "",
        }
        body = json.dumps({"retCode": 0, "retMsg": "OK", "result": result, "time": int(time.time() * 1000)})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def odd(home: Home) -> Iterator[Home]:
    """A home whose exchange lists odd instruments."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Instruments)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"127.0.0.1:{server.server_port}"
    home.sandbox_address.write_text(
        json.dumps({"url": f"http://{address}", "ws": f"ws://{address}", "pid": 1})
    )
    yield home
    server.shutdown()
    server.server_close()
    thread.join()


def test_perpetual_contracts_are_listed_exactly_and_others_left_out(odd: Home) -> None:
    asyncio.run(fetch("sandbox", odd))
    found = catalogue.read(odd, "sandbox")
    assert found is not None
    assert set(found.markets) == {
        "LTC/USD:LTC",
        "EOS/USD:EOS",
        "1000PEPE/USDT:USDT",
        "LTC/USDC:USDC",
        "1000000BABYDOGE/USDT:USDT",
        "NEW/USDT:USDT",
    }
    pepe = found.markets["1000PEPE/USDT:USDT"]
    assert (pepe.exchange_id, pepe.kind, pepe.settle) == ("1000PEPEUSDT", "linear", "USDT")
    assert (pepe.tick, pepe.lot) == (Decimal("0.000001"), Decimal(100))
    assert (pepe.max_leverage, pepe.min_notional) == (Decimal("12.5"), Decimal(5))


def test_what_no_session_can_trade_says_why(odd: Home) -> None:
    asyncio.run(fetch("sandbox", odd))
    found = {spec.market: markets.why_not(spec, "test") for spec in markets.markets("sandbox", odd)}
    why = {market: reason for market, reason in found.items() if reason}
    assert set(why) == {"EOS/USD:EOS", "1000000BABYDOGE/USDT:USDT", "NEW/USDT:USDT"}
    assert "size of a contract is 5" in why["EOS/USD:EOS"]


def test_an_agent_learns_what_there_is_before_anybody_follows_a_market(home: Home) -> None:
    with sandbox(home), agent(home):
        until(lambda: catalogue.read(home, "sandbox"), 15, "the catalogue")
        found = markets.resolve("LTC/USDT:USDT", "sandbox", home)
        assert (found.exchange_id, found.tick, found.obstacle) == ("LTCUSDT", Decimal("0.01"), None)
        reader = Reader(home).follow("LTC/USDT:USDT")
        reader.until(lambda r: len(r.ticks("LTC/USDT:USDT")) > 2)


def test_an_old_catalogue_is_fetched_again(home: Home) -> None:
    path = home.catalogue("sandbox")
    path.parent.mkdir()
    path.write_text(json.dumps({"fetched_at": time.time() - 90_000, "markets": []}))
    with sandbox(home), agent(home):
        until(lambda: not catalogue.is_stale(home, "sandbox"), 15, "a new catalogue")
    assert markets.resolve("LTC/USDT:USDT", "sandbox", home)


def test_a_download_without_an_agent_finds_a_market_it_did_not_know(home: Home) -> None:
    with sandbox(home):
        done = download_candles(home, "sandbox", "LTC/USDT:USDT", START, START + 6000)
        assert (done.added, done.missing, done.source) == (100, 0, "exchange")
        with pytest.raises(BadSpec, match="unknown market 'NOPE/USDT:USDT'"):
            download_candles(home, "sandbox", "NOPE/USDT:USDT", START, START + 6000)
    assert len(read_candles(home.archive, "sandbox", "LTC/USDT:USDT", START, START + 6000)) == 100


def test_the_archive_has_a_market_under_its_documented_name(home: Home) -> None:
    with sandbox(home):
        download_candles(home, "sandbox", "BTC/USD:BTC", START, START + 600)
    assert len(read_candles(home.archive, "sandbox", "XBTUSD", START, START + 600)) == 10


def test_an_exchange_that_is_away_is_told_and_so_is_a_folder_that_cannot_be_written(home: Home) -> None:
    with pytest.raises(ExchangeDown, match="not running"):
        asyncio.run(fetch("sandbox", home))
    home.catalogue("sandbox").parent.write_text("in the way")
    with sandbox(home), pytest.raises(OutsideTrouble, match="cannot write"):
        asyncio.run(fetch("sandbox", home))
