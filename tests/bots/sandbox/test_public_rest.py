"""Market data by REST, as the unmodified ccxt client reads it."""

import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import ccxt
import pytest
import requests

from tests.bots.sandbox.exchange import Running, ccxt_config, running


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    with running("--seed", 7) as server:
        yield server


@pytest.fixture(scope="module")
def client(sandbox: Running) -> Iterator[Any]:
    made = ccxt.bybit(ccxt_config(sandbox))
    made.load_markets()
    yield made
    made.session.close()


def test_markets_load_with_their_contracts(client: Any) -> None:
    assert len(client.symbols) == 11
    inverse, linear = client.market("BTC/USD:BTC"), client.market("XRP/USDT:USDT")
    assert (inverse["inverse"], inverse["contractSize"], inverse["precision"]) == (
        True,
        1,
        {"amount": 1, "price": 0.1},
    )
    assert (linear["linear"], linear["limits"]["cost"]["min"], linear["precision"]["price"]) == (
        True,
        5,
        0.0001,
    )
    assert (inverse["taker"], inverse["maker"]) == (0.00055, 0.0002)


def test_candles_page_forward_without_gap(client: Any) -> None:
    begin = 1_700_000_000_000 // 60_000 * 60_000
    first = client.fetch_ohlcv("BTC/USD:BTC", "1m", begin, 1000)
    then = client.fetch_ohlcv("BTC/USD:BTC", "1m", first[-1][0] + 60_000, 500)
    rows = first + then
    assert [row[0] for row in rows] == [begin + 60_000 * n for n in range(1500)]
    for before, row in pairwise(rows):
        assert row[1] == before[4], "a candle opens where the last one closed"
    assert all(row[3] <= min(row[1], row[4]) and row[2] >= max(row[1], row[4]) and row[3] > 0 for row in rows)


def test_newest_candle_is_the_unfinished_one(client: Any) -> None:
    row = client.fetch_ohlcv("ETH/USDT:USDT", "1m", None, 3)[-1]
    assert row[0] <= time.time() * 1000 < row[0] + 61_000
    raw = client.publicGetV5MarketKline(
        {"category": "linear", "symbol": "ETHUSDT", "interval": "1", "limit": "5000"}
    )
    assert len(raw["result"]["list"]) == 1000
    assert len(raw["result"]["list"][0]) == 7


@pytest.mark.parametrize(("timeframe", "minutes"), [("5m", 5), ("1h", 60), ("4h", 240), ("1d", 1440)])
def test_longer_bars_hold_exactly_their_minutes(client: Any, timeframe: str, minutes: int) -> None:
    begin = 1_700_006_400_000 // 86_400_000 * 86_400_000
    bar = client.fetch_ohlcv("SOL/USD:SOL", timeframe, begin, 1)[0]
    rows: list[list[float]] = []
    while len(rows) < minutes:
        rows += client.fetch_ohlcv(
            "SOL/USD:SOL", "1m", begin + len(rows) * 60_000, min(1000, minutes - len(rows))
        )
    highs, lows, volumes = ([row[n] for row in rows] for n in (2, 3, 5))
    assert bar[:5] == [begin, rows[0][1], max(highs), min(lows), rows[-1][4]]
    assert bar[5] == pytest.approx(sum(volumes))


def test_weeks_begin_on_monday_and_months_on_their_first(client: Any) -> None:
    week = client.fetch_ohlcv("BTC/USDT:USDT", "1w", None, 3)
    assert all(time.gmtime(row[0] / 1000).tm_wday == 0 for row in week)
    month = client.fetch_ohlcv("BTC/USDT:USDT", "1M", None, 3)
    assert all(time.gmtime(row[0] / 1000).tm_mday == 1 for row in month)


def test_end_alone_and_start_with_end_give_the_newest_bars(sandbox: Running) -> None:
    begin = 1_700_000_040_000
    ask = {"category": "linear", "symbol": "BTCUSDT", "interval": "1"}
    rows = sandbox.get("/v5/market/kline", **ask, start=begin, end=begin + 600_000, limit=3)["list"]
    assert [int(row[0]) for row in rows] == [begin + 600_000, begin + 540_000, begin + 480_000]
    rows = sandbox.get("/v5/market/kline", **ask, end=begin, limit=2)["list"]
    assert [int(row[0]) for row in rows] == [begin, begin - 60_000]


def test_inverse_and_linear_contract_have_one_price(sandbox: Running) -> None:
    def prices(category: str, symbol: str) -> list[list[str]]:
        query = {
            "category": category,
            "symbol": symbol,
            "interval": "60",
            "start": 1_700_000_000_000,
            "limit": 50,
        }
        return [row[1:5] for row in sandbox.get("/v5/market/kline", **query)["list"]]

    assert prices("inverse", "ETHUSD") == prices("linear", "ETHUSDT")


def test_ticker_book_and_trades_agree(client: Any, sandbox: Running) -> None:
    book = client.fetch_order_book("BTC/USD:BTC", 200)
    assert len(book["bids"]) == len(book["asks"]) == 200
    assert round(book["asks"][0][0] - book["bids"][0][0], 8) == 0.1
    ticker = client.fetch_ticker("BTC/USD:BTC")
    assert ticker["low"] <= ticker["last"] <= ticker["high"]
    assert abs(ticker["last"] - book["bids"][0][0]) < 0.05 * ticker["last"]
    trades = client.fetch_trades("BTC/USD:BTC", limit=1000)
    assert len(trades) == 1000
    numbers = [int(trade["id"]) for trade in trades]
    assert numbers == list(range(numbers[0], numbers[0] + 1000))
    again = {trade["id"]: trade["price"] for trade in client.fetch_trades("BTC/USD:BTC", limit=1000)}
    assert all(again.get(trade["id"], trade["price"]) == trade["price"] for trade in trades)
    assert client.fetch_tickers(["DOGE/USDT:USDT"])["DOGE/USDT:USDT"]["last"] > 0


def test_past_trades_make_up_their_candle(client: Any) -> None:
    trades = client.fetch_trades("XRP/USDT:USDT", limit=1000)
    minute = trades[-1]["timestamp"] // 60_000 * 60_000 - 60_000
    inside = [trade for trade in trades if minute <= trade["timestamp"] < minute + 60_000]
    candle = client.fetch_ohlcv("XRP/USDT:USDT", "1m", minute, 1)[0]
    prices = [trade["price"] for trade in inside]
    assert len(inside) == 60
    assert [prices[0], max(prices), min(prices), prices[-1]] == candle[1:5]


def test_funding_rates_come_every_eight_hours(client: Any) -> None:
    rate = client.fetch_funding_rate("BTC/USD:BTC")
    assert rate["fundingTimestamp"] % 28_800_000 == 0
    assert rate["fundingTimestamp"] > time.time() * 1000
    begin = 1_700_006_400_000
    rows = client.fetch_funding_rate_history("BTC/USD:BTC", begin, 5, {"endTime": begin + 10 * 28_800_000})
    assert all(row["timestamp"] % 28_800_000 == 0 and abs(row["fundingRate"]) < 0.004 for row in rows)
    assert len(rows) == 5


def test_time_is_the_wall_clock(client: Any) -> None:
    assert abs(client.fetch_time() - time.time() * 1000) < 2_000


@pytest.mark.parametrize(
    ("path", "query", "error"),
    [
        ("kline", {"category": "inverse", "symbol": "BTCUSDT", "interval": "1"}, "Not supported symbols"),
        ("kline", {"category": "linear", "symbol": "BTCUSDT", "interval": "7"}, "interval invalid"),
        (
            "kline",
            {"category": "linear", "symbol": "BTCUSDT", "interval": "1", "limit": "0"},
            "limit invalid",
        ),
        (
            "kline",
            {"category": "linear", "symbol": "BTCUSDT", "interval": "1", "start": "x"},
            "start invalid",
        ),
        ("tickers", {"category": "spot"}, "category invalid"),
        ("tickers", {}, "category invalid"),
        ("orderbook", {"category": "linear"}, "symbol is required"),
    ],
)
def test_bad_parameters_are_refused_with_10001(
    sandbox: Running, path: str, query: dict[str, str], error: str
) -> None:
    answer = requests.get(f"{sandbox.url}/v5/market/{path}", params=query, timeout=30)
    assert (answer.status_code, answer.json()["retCode"]) == (200, 10001)
    assert error in answer.json()["retMsg"]


def test_symbol_of_elsewhere_is_a_bad_symbol(client: Any) -> None:
    with pytest.raises(ccxt.BadSymbol):
        client.publicGetV5MarketKline({"category": "linear", "symbol": "NOPEUSDT", "interval": "1"})


def test_page_of_a_browser_is_kept_out(sandbox: Running) -> None:
    answer = requests.get(
        sandbox.url + "/v5/market/time", headers={"Origin": "https://example.org"}, timeout=30
    )
    assert answer.status_code == 403


def test_instruments_have_empty_second_pages(sandbox: Running) -> None:
    path = "/v5/market/instruments-info"
    assert sandbox.get(path, category="inverse", status="PreLaunch")["list"] == []
    assert sandbox.get(path, category="inverse", cursor="first%3D1")["list"] == []
    assert sandbox.get(path, category="inverse")["nextPageCursor"] == ""


def test_same_seed_gives_the_same_market_and_another_seed_another(sandbox: Running) -> None:
    query = {
        "category": "linear",
        "symbol": "SOLUSDT",
        "interval": "1",
        "start": 1_650_000_000_000,
        "limit": 300,
    }
    rows = sandbox.get("/v5/market/kline", **query)["list"]
    with running("--seed", 7, "--speed", 50) as twin, running("--seed", 8) as other:
        assert twin.get("/v5/market/kline", **query)["list"] == rows
        assert other.get("/v5/market/kline", **query)["list"] != rows
