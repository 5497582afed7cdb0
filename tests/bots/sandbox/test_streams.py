"""Public and private streams, as the unmodified ccxt.pro client and a plain WebSocket see them."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Set
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import ccxt
import ccxt.pro
import pytest

from tests.bots.sandbox.exchange import Running, ccxt_config, running
from tests.wait import until

INVERSE, LINEAR = "BTC/USD:BTC", "ETH/USDT:USDT"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    """Sixty times as fast as the clock: a bar takes a second."""
    with running("--seed", 5, "--speed", 60, "--no-limits") as server:
        yield server


@asynccontextmanager
async def watching(sandbox: Running, key: str = "sandbox", **options: Any) -> AsyncIterator[Any]:
    client = ccxt.pro.bybit(ccxt_config(sandbox, key, **options))
    try:
        await client.load_markets()
        yield client
    finally:
        await client.close()


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        await asyncio.wait_for(test(), 100)

    asyncio.run(limited())


async def until_subscribed(sandbox: Running, *topics: str, but: Set[str] = frozenset()) -> None:
    """Wait for a private socket with these subscriptions that is none of `but`."""
    await asyncio.to_thread(until, lambda: sandbox.subscribed(*topics) - but)


async def receive(socket: Any, topic: str | None = None) -> Any:
    while True:
        message = json.loads((await asyncio.wait_for(socket.receive(), 30)).data)
        if topic is None or message.get("topic") == topic:
            return message


@asynccontextmanager
async def socket(sandbox: Running, path: str) -> AsyncIterator[Any]:
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.ws + path) as connected:
        yield connected


def test_trades_tickers_books_and_bars_are_watched(sandbox: Running) -> None:
    async def test() -> None:
        async with watching(sandbox) as client:
            trades = await client.watch_trades(INVERSE)
            assert trades[-1]["symbol"] == INVERSE
            ticker = await client.watch_ticker(LINEAR)
            assert ticker["bid"] < ticker["ask"]
            for depth, symbol in ((1, LINEAR), (50, "SOL/USDT:USDT"), (200, "XRP/USDT:USDT")):
                book = await client.watch_order_book(symbol, depth)
                assert len(book["bids"]) == depth
            bars = await client.watch_ohlcv(INVERSE, "5m")
            assert bars[-1][0] % 300_000 == 0
            both = await client.watch_tickers([LINEAR, "SOL/USDT:USDT"])
            assert set(both) <= {LINEAR, "SOL/USDT:USDT"}
            best = await client.watch_bids_asks(["DOGE/USDT:USDT"])
            assert best["DOGE/USDT:USDT"]["bid"] < best["DOGE/USDT:USDT"]["ask"]

    run(test)


def test_streamed_bars_equal_the_history_and_are_confirmed_once(sandbox: Running) -> None:
    async def test() -> None:
        async with socket(sandbox, "/v5/public/linear") as public:
            await public.send_json(
                {"op": "subscribe", "req_id": 1, "args": ["kline.1.SOLUSDT", "kline.3.SOLUSDT"]}
            )
            ended: dict[str, list[Any]] = {"1": [], "3": []}
            while len(ended["1"]) < 4:
                message = await receive(public)
                for row in message.get("data", []):
                    if row["confirm"]:
                        ended[row["interval"]].append(row)
        for interval, rows in ended.items():
            for row in rows:
                query = {"category": "linear", "symbol": "SOLUSDT", "interval": interval, "limit": 1}
                found = sandbox.get("/v5/market/kline", **query, start=row["start"])["list"]
                names = ("start", "open", "high", "low", "close", "volume", "turnover")
                assert [str(row[name]) for name in names] == found[0]
        assert len({row["start"] for row in ended["1"]}) == 4

    run(test)


def test_prints_of_a_symbol_come_in_order_book_ticker_trade_bar(sandbox: Running) -> None:
    async def test() -> None:
        topics = ["kline.1.BTCUSD", "publicTrade.BTCUSD", "tickers.BTCUSD", "orderbook.1.BTCUSD"]
        async with socket(sandbox, "/v5/public/inverse") as public:
            await public.send_json({"op": "subscribe", "req_id": "7", "args": topics})
            ack = await receive(public)
            assert (ack["success"], ack["req_id"], ack["op"]) == (True, "7", "subscribe")
            while (await receive(public))["topic"] != "publicTrade.BTCUSD":
                pass
            seen: list[Any] = []
            while len(seen) < 40:
                seen.append(await receive(public))
            trades = [row["data"][0]["seq"] for row in seen if row["topic"].startswith("publicTrade")]
            assert trades == list(range(trades[0], trades[0] + len(trades)))
            per_print = "".join(row["topic"][0] for row in seen if not row["topic"].startswith("kline"))
            assert "otp" in per_print
            assert "po" in per_print
            assert "pt" not in per_print

    run(test)


def test_last_bar_of_a_replay_is_confirmed(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    lines = [f"{1_690_000_200 + 60 * n},100,101,99,100,5" for n in range(2)]
    path.write_text("\n".join(["time,open,high,low,close,volume", *lines]) + "\n")

    async def test() -> None:
        with running("--replay", f"SOL/USDT:USDT={path}", "--lockstep", "--steps", 4) as replay:
            async with socket(replay, "/v5/public/linear") as public:
                await public.send_json({"op": "subscribe", "args": ["kline.1.SOLUSDT"]})
                await receive(public)
                for _ in range(8):
                    await asyncio.to_thread(replay.admin, "advance")
                rows = [(await receive(public))["data"][0] for _ in range(10)]
                assert [row["start"] // 1000 for row in rows if row["confirm"]] == [
                    1_690_000_200,
                    1_690_000_260,
                ]
                assert rows[4]["confirm"]
                assert rows[9]["confirm"]

    run(test)


def test_book_deltas_count_up_and_rebuild_the_snapshot(sandbox: Running) -> None:
    async def test() -> None:
        async with socket(sandbox, "/v5/public/linear") as public:
            await public.send_json({"op": "subscribe", "args": ["orderbook.50.XRPUSDT"]})
            await receive(public)
            sides: dict[str, dict[str, str]] = {"b": {}, "a": {}}
            update = None
            for _ in range(30):
                message = await receive(public)
                data = message["data"]
                assert message["type"] == ("snapshot" if update is None else "delta")
                assert update is None or data["u"] == update + 1
                update = data["u"]
                for side, levels in sides.items():
                    levels |= dict(data[side])
                    sides[side] = {price: size for price, size in levels.items() if size != "0"}
            async with socket(sandbox, "/v5/public/linear") as other:
                await other.send_json({"op": "subscribe", "args": ["orderbook.50.XRPUSDT"]})
                await receive(other)
                fresh = (await receive(other))["data"]
            while update < fresh["u"]:
                data = (await receive(public))["data"]
                update = data["u"]
                for side, levels in sides.items():
                    levels |= dict(data[side])
                    sides[side] = {price: size for price, size in levels.items() if size != "0"}
            assert update == fresh["u"]
            assert sides == {side: dict(fresh[side]) for side in sides}

    run(test)


def test_refused_subscriptions_say_why(sandbox: Running) -> None:
    async def test() -> None:
        async with socket(sandbox, "/v5/public/inverse") as public:
            for topic in (
                "publicTrade.BTCUSDT",
                "kline.7.BTCUSD",
                "orderbook.3.BTCUSD",
                "x",
                "tickers",
                "kline.1",
            ):
                await public.send_json({"op": "subscribe", "req_id": "1", "args": [topic]})
                answer = await receive(public)
                assert answer["ret_msg"] == f"error:handler not found,topic:{topic}"
                assert (answer["success"], answer["req_id"]) == (False, "1")
            await public.send_json({"op": "subscribe", "args": ["tickers.SOLUSD"]})
            assert (await receive(public))["success"]
            await public.send_json({"op": "subscribe", "args": ["tickers.ETHUSD", "tickers.SOLUSD"]})
            refused = await receive_answer(public)
            assert refused["ret_msg"] == "error:already subscribed,topic:tickers.SOLUSD"
            await public.send_json({"op": "unsubscribe", "req_id": "9", "args": ["tickers.SOLUSD"]})
            assert (await receive_answer(public))["req_id"] == "9"
            await public.send_json({"op": "ping", "req_id": 3})
            pong = await receive_answer(public)
            assert (pong["ret_msg"], pong["op"], pong["req_id"]) == ("pong", "ping", "3")
            await public.send_str("no json")
            assert not (await receive_answer(public))["success"]

    run(test)


async def receive_answer(socket: Any) -> Any:
    while "topic" in (message := await receive(socket)):
        pass
    return message


def test_one_order_is_told_as_execution_order_position_and_wallet(sandbox: Running) -> None:
    async def test() -> None:
        async with watching(sandbox, "streams", watchPositions={"fetchPositionsSnapshot": False}) as client:
            watched = [
                asyncio.ensure_future(waiting)
                for waiting in (
                    client.watch_my_trades(),
                    client.watch_orders(),
                    client.watch_positions(),
                    client.watch_balance(),
                )
            ]
            await until_subscribed(sandbox, "execution", "order", "position", "wallet")
            order = await client.create_order(INVERSE, "market", "buy", 100)
            trades, orders, positions, balance = await asyncio.wait_for(asyncio.gather(*watched), 30)
            assert (trades[0]["order"], trades[0]["amount"]) == (order["id"], 100)
            assert (orders[0]["id"], orders[0]["status"], orders[0]["filled"]) == (order["id"], "closed", 100)
            assert (positions[0]["side"], positions[0]["contracts"]) == ("long", 100)
            assert 9.9 < balance["BTC"]["total"] < 10

    run(test)


def test_private_frames_come_in_order(sandbox: Running) -> None:
    async def test() -> None:
        async with watching(sandbox, "frames") as client, socket(sandbox, "/v5/private") as private:
            await private.send_json({"op": "subscribe", "args": ["order"]})
            assert not (await receive(private))["success"]
            expires = str(client.milliseconds() + 10_000)
            signed = client.hmac(f"GET/realtime{expires}".encode(), b"frames", hashlib.sha256)
            await private.send_json({"op": "auth", "args": ["frames", expires, signed]})
            assert (await receive(private))["success"]
            await private.send_json(
                {"op": "subscribe", "args": ["wallet", "position", "order.inverse", "execution"]}
            )
            await receive(private)
            await client.create_order(INVERSE, "market", "sell", 50)
            topics = [(await receive(private))["topic"] for _ in range(4)]
            assert topics == ["execution", "order.inverse", "position", "wallet"]
            await private.send_json({"op": "ping", "req_id": 5})
            pong = await receive(private)
            assert (pong["op"], pong["req_id"]) == ("pong", "5")

    run(test)


def test_orders_by_the_trade_socket(sandbox: Running) -> None:
    async def test() -> None:
        async with watching(sandbox, "trader") as client:
            ticker = await client.fetch_ticker(LINEAR)
            price = float(client.price_to_precision(LINEAR, ticker["last"] * 0.9))
            order = await client.create_order_ws(LINEAR, "limit", "buy", 1, price)
            await client.edit_order_ws(order["id"], LINEAR, "limit", "buy", 2, price)
            await client.cancel_order_ws(order["id"], LINEAR)
            found = await client.fetch_order(order["id"], LINEAR)
            assert (found["status"], found["amount"]) == ("canceled", 2)
            with pytest.raises(ccxt.OrderNotFound):
                await client.cancel_order_ws(order["id"], LINEAR)

    run(test)


def test_wrong_secret_is_refused_on_private_sockets(sandbox: Running) -> None:
    async def test() -> None:
        async with watching(sandbox) as client:
            client.secret = "wrong"
            with pytest.raises(ccxt.AuthenticationError):
                await asyncio.wait_for(client.watch_orders(), 30)
            with pytest.raises(ccxt.BaseError):
                await asyncio.wait_for(client.create_order_ws(LINEAR, "limit", "buy", 1, 1000), 30)

    run(test)


def test_dropped_sockets_are_connected_again(sandbox: Running) -> None:
    async def test() -> None:
        async with watching(sandbox, "dropped") as client:
            waiting = asyncio.ensure_future(client.watch_orders())
            await until_subscribed(sandbox, "order")
            before = sandbox.subscribed()
            answer = await asyncio.to_thread(sandbox.admin, "drop", sockets="private")
            assert answer["dropped"] >= 1
            with pytest.raises(ccxt.NetworkError):
                await asyncio.wait_for(waiting, 30)
            waiting = asyncio.ensure_future(client.watch_orders())
            await until_subscribed(sandbox, "order", but=before)
            order = await client.create_order(INVERSE, "market", "buy", 10)
            assert (await asyncio.wait_for(waiting, 30))[0]["id"] == order["id"]

    run(test)
