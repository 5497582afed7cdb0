"""Recorded candles as a market, time in lock-step, and books that outlive the process."""

import signal
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import ccxt
import pytest

from bots.core.path import candle_ticks
from bots.sandbox.config import SandboxConfig, open_market
from bots.sandbox.replay import ReplayError, read_file
from schema.archive.ticks import TickArchive, TradeRow
from schema.archive.writer import CandleArchive, FundingArchive
from tests.bots.sandbox.exchange import Running, ccxt_config, running
from tests.wait import until

INVERSE = "BTC/USD:BTC"
START = 1_690_000_200
KLINE = "/v5/market/kline"


@pytest.fixture
def recorded(data_dir: Path) -> Path:
    return data_dir / "binance-usdm-1m-2023-07" / "BTC_USDT_USDT-1m-futures.feather"


def rows_of(path: Path) -> dict[int, tuple[float, ...]]:
    columns = read_file(path)
    return {int(minute) * 60: tuple(map(float, values)) for minute, *values in zip(*columns, strict=True)}


def advance(sandbox: Running, steps: int) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for _ in range(steps):
        answer = sandbox.admin("advance")
    return answer


def test_lock_step_serves_the_recorded_prints_one_by_one(recorded: Path) -> None:
    candles = rows_of(recorded)
    with running("--replay", f"XBTUSD={recorded}", "--replay-start", START, "--lockstep") as sandbox:
        assert sandbox.now()["symbols"] == ["BTCUSD"]
        assert sandbox.now()["time"] < START * 1000
        first = sandbox.admin("advance")
        assert (first["time"], first["symbols"], first["done"]) == (START * 1000, ["BTCUSD"], False)
        advance(sandbox, 119)
        prints = sandbox.get("/v5/market/recent-trade", category="inverse", symbol="BTCUSD", limit=120)[
            "list"
        ]
        told = [(int(row["time"]), Decimal(row["price"]), row["side"]) for row in reversed(prints)]
        expected = []
        for ts in (START, START + 60):
            o, h, low, c, _ = (Decimal(repr(value)) for value in candles[ts])
            before = Decimal(repr(candles[ts - 60][3]))
            ticks = candle_ticks(o, h, low, c, before, Decimal(60), Decimal("0.1"), float(ts))
            expected += [(round(tick.ts * 1000), tick.price, tick.side) for tick in ticks]
        assert told == expected
        assert sandbox.now()["time"] == told[-1][0], "time stands still between two steps"


def test_replay_serves_what_was_recorded_and_nothing_of_its_future(recorded: Path) -> None:
    candles = rows_of(recorded)
    with running("--replay", f"XBTUSD={recorded}", "--replay-start", START, "--lockstep") as sandbox:
        advance(sandbox, 61)
        query = {"category": "inverse", "symbol": "BTCUSD", "interval": "1"}
        rows = sandbox.get(KLINE, **query, limit=100)["list"]
        assert int(rows[0][0]) == (START + 60) * 1000
        for row in rows[1:]:
            assert tuple(map(float, row[1:5])) == pytest.approx(candles[int(row[0]) // 1000][:4])
            assert float(row[6]) == pytest.approx(candles[int(row[0]) // 1000][4], rel=1e-3), "coins"
        assert sandbox.get(KLINE, **query, start=(START + 120) * 1000)["list"] == []
        rates = sandbox.get("/v5/market/funding/history", category="inverse", symbol="BTCUSD")["list"]
        assert {row["fundingRate"] for row in rates} == {"0"}, "nobody recorded funding"


def test_replay_ends_and_stands_still(recorded: Path) -> None:
    end = START + 120
    arguments = ("--replay-start", START, "--replay-end", end, "--speed", 1000, "--no-limits")
    with running("--replay", f"BTC/USDT:USDT={recorded}", *arguments) as sandbox:
        until(lambda: sandbox.now()["done"])
        assert sandbox.now()["time"] == (end - 1) * 1000
        client = ccxt.bybit(ccxt_config(sandbox))
        client.load_markets()
        assert client.symbols == ["BTC/USDT:USDT"]
        assert client.fetch_ticker("BTC/USDT:USDT")["last"] == rows_of(recorded)[end - 60][3]
        client.session.close()


def test_files_that_hold_no_candles_are_refused(tmp_path: Path, recorded: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")
    for replay, why in (
        ({"XBTUSD": wrong}, "no candles can be read"),
        ({"XBTUSD": tmp_path / "missing.feather"}, "no candles can be read"),
        ({"NOPE": recorded}, "unknown market"),
        (tmp_path, "no candles to replay"),
    ):
        with pytest.raises(ReplayError, match=why):
            open_market(SandboxConfig(replay=replay))
    with pytest.raises(ReplayError, match="last candle"):
        open_market(SandboxConfig(replay={"XBTUSD": recorded}, replay_start=1_800_000_000))


def test_archive_is_replayed_with_its_funding(tmp_path: Path) -> None:
    stamp = 1_690_012_800
    rows = [(stamp - 120 + 60 * n, 100.0, 101.0, 99.0, 100.0, 5.0) for n in range(4)]
    CandleArchive(tmp_path).write("bybit", "SOLUSD", rows)
    CandleArchive(tmp_path).write("bybit", "LTC/USDT:USDT", rows)
    FundingArchive(tmp_path).write("bybit", "SOLUSD", [(stamp, 0.0003)])
    with running("--replay", tmp_path, "--lockstep", "--steps", 4) as sandbox:
        assert sandbox.now()["symbols"] == ["SOLUSD", "LTCUSDT"]
        client = ccxt.bybit(ccxt_config(sandbox))
        client.load_markets()
        sandbox.admin("advance")
        client.create_order("SOL/USD:SOL", "market", "sell", 1000)
        advance(sandbox, 9)
        paid = client.fetch_funding_history("SOL/USD:SOL", params={"endTime": stamp * 1000 + 1})
        assert paid[0]["timestamp"] == stamp * 1000
        assert float(paid[0]["info"]["execFee"]) == pytest.approx(-1000 / 100 * 0.0003), "shorts receive"
        client.session.close()


def test_recorded_prints_are_replayed_as_they_were(tmp_path: Path) -> None:
    CandleArchive(tmp_path).write(
        "bybit", "XBTUSD", [(START + 60 * n, 100, 103, 99, 101, 1) for n in (0, 1, 2)]
    )
    ticks = TickArchive(tmp_path, "bybit", "XBTUSD")
    ticks.append_trades(
        [
            TradeRow("a", START + 0.25, 100, 7, "Buy", 99.5, 100),
            TradeRow("b", START + 0.25, 103, 5, "Buy", 100, 103.5),
            TradeRow("c", START + 59.999, 101, 9, "Sell", 101, 101.1),
            TradeRow("d", START + 121.5, 101, 3, "Sell"),
        ]
    )
    options = ("--replay", tmp_path, "--replay-start", START, "--lockstep", "--steps", 40, "--replay-ticks")
    with running(*options) as sandbox:
        first = sandbox.admin("advance")
        assert first["time"] // 1000 == START
        ticker = sandbox.get("/v5/market/tickers", category="inverse", symbol="BTCUSD")["list"][0]
        assert (float(ticker["bid1Price"]), float(ticker["ask1Price"])) == (99.5, 100)
        advance(sandbox, 2)
        prints = sandbox.get("/v5/market/recent-trade", category="inverse", symbol="BTCUSD", limit=10)["list"]
        told = [(int(row["time"]), float(row["price"]), row["size"], row["side"]) for row in reversed(prints)]
        milliseconds = [START * 1000 + ms for ms in (250, 250, 59_999)]
        assert told == list(
            zip(milliseconds, (100, 103, 101), ("7", "5", "9"), ("Buy", "Buy", "Sell"), strict=True)
        )
        minute = advance(sandbox, 40)
        assert minute["time"] // 60_000 * 60 == START + 60, "a minute of candles alone is walked as ever"
        assert advance(sandbox, 1)["time"] // 1000 == START + 121
        assert advance(sandbox, 1)["done"]


def test_more_recorded_prints_than_steps_are_refused_with_the_minute(tmp_path: Path) -> None:
    CandleArchive(tmp_path).write("bybit", "XBTUSD", [(START, 100, 103, 99, 101, 1)])
    rows = [TradeRow(str(n), START + n, 100, 7, "Buy", 99.5, 100) for n in range(5)]
    TickArchive(tmp_path, "bybit", "XBTUSD").append_trades(rows)
    with pytest.raises(ReplayError, match=f"5 prints in the minute of {START} do not fit into 4 steps"):
        open_market(SandboxConfig(replay=tmp_path, replay_ticks=True, steps=4))


def test_missing_minutes_stay_missing(tmp_path: Path) -> None:
    path = tmp_path / "gap.csv"
    lines = [f"{START + 60 * n},100,101,99,{100 + n % 2},5" for n in (0, 1, 4, 5)]
    path.write_text("\n".join(["time,open,high,low,close,volume", *lines]) + "\n")
    with running("--replay", f"SOL/USDT:USDT={path}", "--lockstep", "--steps", 4) as sandbox:
        times = [sandbox.admin("advance")["time"] // 1000 for _ in range(16)]
        assert sorted({ts // 60 * 60 for ts in times}) == [START, START + 60, START + 240, START + 300]
        assert (sandbox.admin("advance")["symbols"], sandbox.now()["done"]) == ([], True)
        query = {"category": "linear", "symbol": "SOLUSDT", "interval": "1"}
        assert len(sandbox.get(KLINE, **query)["list"]) == 4


def test_lock_step_is_refused_where_the_clock_drives(tmp_path: Path) -> None:
    with running() as sandbox:
        assert "error" in sandbox.admin("advance")


def test_limit_order_fills_by_queue_at_touch_and_whole_when_passed(tmp_path: Path) -> None:
    """A fall of one tick a print: the order at a price is touched, then passed."""
    path = tmp_path / "fall.csv"
    path.write_text(f"time,open,high,low,close,volume\n{START},100.10,100.10,99.90,99.90,0.9\n")
    with running("--replay", f"SOL/USDT:USDT={path}", "--lockstep", "--steps", 21) as sandbox:
        client = ccxt.bybit(ccxt_config(sandbox))
        client.load_markets()
        symbol = "SOL/USDT:USDT"
        sandbox.admin("advance")
        order = client.create_order(symbol, "limit", "buy", 50, 100.00)
        until(lambda: client.fetch_open_orders(symbol))
        filled = []
        for _ in range(12):
            answer = sandbox.admin("advance")
            found = client.fetch_order(order["id"], symbol)
            filled.append((answer["time"], found["filled"]))
        ticker = [size for _, size in filled]
        assert ticker[-1] == 50
        assert ticker == sorted(ticker)
        trades = client.fetch_order_trades(order["id"], symbol)
        assert {(trade["price"], trade["takerOrMaker"]) for trade in trades} == {(100.0, "maker")}
        client.session.close()


def test_triggers_and_liquidation_follow_the_tape(tmp_path: Path) -> None:
    path = tmp_path / "crash.csv"
    lines = [
        f"{START},100,100,100,100,500",
        f"{START + 60},100,100,60,60,500",
        f"{START + 120},60,60,60,60,500",
    ]
    path.write_text("\n".join(["time,open,high,low,close,volume", *lines]) + "\n")
    with running("--replay", f"SOL/USDT:USDT={path}", "--lockstep", "--no-limits") as sandbox:
        sandbox.admin("accounts", key="poor", wallet={"USDT": "1000"})
        poor, careful = (ccxt.bybit(ccxt_config(sandbox, key)) for key in ("poor", "careful"))
        symbol = "SOL/USDT:USDT"
        advance(sandbox, 2)
        for client in (poor, careful):
            client.load_markets()
            client.create_order(symbol, "market", "buy", 50)
        careful.create_order(symbol, "market", "sell", 50, None, {"stopLossPrice": 90, "reduceOnly": True})
        advance(sandbox, 118)
        kinds = [
            row["execType"]
            for row in poor.privateGetV5ExecutionList({"category": "linear"})["result"]["list"]
        ]
        assert kinds[0] == "BustTrade"
        assert 0 <= poor.fetch_balance()["USDT"]["total"] < 200
        assert poor.fetch_positions([symbol])[0]["contracts"] == 0
        closed = careful.fetch_canceled_and_closed_orders(symbol, params={"until": sandbox.now()["time"] + 1})
        assert [row["average"] for row in closed if row["triggerPrice"]] == [pytest.approx(90, abs=1.5)]
        assert careful.fetch_balance()["USDT"]["total"] == pytest.approx(100_000 - 500, abs=80)
        poor.session.close()
        careful.session.close()


def test_funding_is_paid_every_eight_hours() -> None:
    with running("--seed", 11, "--speed", 20_000, "--no-limits", "--steps", 4) as sandbox:
        client = ccxt.bybit(ccxt_config(sandbox))
        client.load_markets()
        client.create_order(INVERSE, "market", "buy", 10_000)

        def funding() -> Any:
            rows = client.fetch_funding_history(INVERSE, limit=100)
            return rows[1:] and rows

        rows = until(funding, seconds=20)
        info = rows[0]["info"]
        assert int(info["execTime"]) % 28_800_000 == 0
        rate = float(info["feeRate"])
        assert float(info["execFee"]) == pytest.approx(10_000 / float(info["execPrice"]) * rate, abs=1e-8)
        stamps = [row["timestamp"] for row in rows]
        assert stamps == sorted(set(stamps))
        client.session.close()


def test_killed_sandbox_comes_back_with_its_books_on_its_port(tmp_path: Path) -> None:
    arguments = ("--state", tmp_path / "books.db", "--address", tmp_path / "sandbox.json")
    with running(*arguments) as sandbox:
        client = ccxt.bybit(ccxt_config(sandbox))
        client.load_markets()
        client.create_order(INVERSE, "market", "buy", 500, None, {"clientOrderId": "before"})
        price = client.price_to_precision(INVERSE, client.fetch_ticker(INVERSE)["last"] * 0.9)
        client.create_order(INVERSE, "limit", "buy", 100, price)
        until(lambda: client.fetch_my_trades(INVERSE) and client.fetch_open_orders(INVERSE)[0:])
        before = (client.fetch_my_trades(INVERSE), client.fetch_balance()["BTC"]["total"])
        order = client.fetch_open_orders(INVERSE)[0]
        sandbox.process.send_signal(signal.SIGKILL)
        sandbox.process.wait()
        url = sandbox.url
    with running(*arguments) as again:
        assert again.url == url
        assert (client.fetch_my_trades(INVERSE), client.fetch_balance()["BTC"]["total"]) == before
        assert client.fetch_positions([INVERSE])[0]["contracts"] == 500
        assert client.fetch_open_orders(INVERSE)[0]["id"] == order["id"]
        with pytest.raises(ccxt.InvalidOrder, match="110072"):
            client.create_order(INVERSE, "market", "buy", 10, None, {"clientOrderId": "before"})
        client.cancel_order(order["id"], INVERSE)
    client.session.close()


def test_replay_goes_on_where_it_was_interrupted(tmp_path: Path, recorded: Path) -> None:
    arguments = ("--replay", f"XBTUSD={recorded}", "--lockstep", "--state", tmp_path / "books.db")
    with running(*arguments) as sandbox:
        left = advance(sandbox, 7)["seq"]
    with running(*arguments) as sandbox:
        assert sandbox.admin("advance")["seq"] == left + 1


def test_time_of_a_fast_market_never_goes_back_nor_leaps_over_a_kill(tmp_path: Path) -> None:
    state = ("--state", tmp_path / "books.db")
    before = 0
    for speed in (300, 300, 60):
        with running(*state, "--speed", speed) as sandbox:
            began = sandbox.now()["time"]
            if before:
                assert before <= began <= before + 60_000  # not the wall clock's, however long it was away
            until(lambda: sandbox.now()["time"] > began + 30_000)  # noqa: B023  called at once
            before = sandbox.now()["time"]
            sandbox.kill()
    with running(*state) as sandbox:
        assert abs(sandbox.now()["time"] / 1000 - time.time()) < 5


def test_a_killed_replay_goes_on_and_is_not_begun_anew_before_its_end(tmp_path: Path, recorded: Path) -> None:
    arguments = ("--replay", f"XBTUSD={recorded}", "--lockstep", "--state", tmp_path / "books.db")
    with running(*arguments) as sandbox:
        left = advance(sandbox, 7)["seq"]
        sandbox.kill()
    with running(*arguments) as sandbox:
        assert sandbox.admin("advance")["seq"] == left + 1
