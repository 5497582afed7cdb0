"""Live and backtest are the same engine: the same market gives the same fills, trades and equity."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schema.archive.imports import import_candles, import_funding
from schema.archive.ticks import TickArchive, TradeRow
from schema.archive.writer import CandleArchive
from schema.files.equity import EquityReader
from schema.home import Home
from tests.stack import Stack, running_stack

RECORDED = "binance-usdm-1m-2023-07/{}_USDT_USDT-1m-futures.feather"
FUNDING = "binance-usdm-1m-2023-07/{}_USDT_USDT-8h-funding_rate.feather"
PRINTS = "binance-coinm-ticks-book/btcusd_perp_20240808.gz"
START = 1_689_746_400  # 2023-07-19, 06:00 UTC: the funding stamp of 08:00 lies within
MINUTES = 180
STEPS = 12
LAST_MINUTES = 1_723_161_240  # 2024-08-08, 23:54 UTC: six minutes of real prints

SESSIONS: list[dict[str, Any]] = [
    {"strategy": "TestBot", "strategy_params": {"threshold": 0.2, "position_size": 100}},
    {"strategy": "MovingAverageCross", "strategy_params": {"fast": 5, "slow": 12}},
    {"strategy": "BollingerReversion", "strategy_params": {"window": 10, "deviations": 1.0}},
    {
        "strategy": "PairTradeBot",
        "market": "XBTUSD+ETHUSD",
        "strategy_params": {"lookback": 20, "spread_threshold": 1.0, "stop_threshold": 3.0},
    },
]
"""With small windows, so that each trades often in the hours that are replayed."""

ON_EVERY_PRINT = '''
from bots.core.strategy import Strategy, Tick


class Prints(Strategy):
    """Decides on every print, with resting orders of several kinds."""

    def __init__(self, params=None):
        super().__init__(params)
        self.seen = 0

    def on_tick(self, tick: Tick):
        self.seen += 1
        if self.seen % 40 == 0 and not self.position() and not self.orders():
            self.buy(100, limit=tick.bid, stop=tick.bid - 30, target=tick.ask + 10, reason="bid")
        elif self.seen % 40 == 20 and not self.position():
            for order in self.orders():
                self.cancel(order)
            self.sell(50, trigger=tick.bid - 5, stop=tick.ask + 20, target=tick.bid - 25, reason="break")

    def state(self):
        return {"seen": self.seen}

    def restore(self, state):
        self.seen = state["seen"]
'''


@pytest.mark.timeout(300)
def test_every_built_in_strategy_does_the_same_replayed_and_in_a_backtest(
    home: Home, free_port: int, data_dir: Path
) -> None:
    for coin, market in (("BTC", "XBTUSD"), ("ETH", "ETHUSD")):
        import_candles(home.archive, data_dir / RECORDED.format(coin), "bybit", market, "1m")
        import_funding(home.archive, data_dir / FUNDING.format(coin), "bybit", market)
    replay = {
        "sandbox_replay": home.archive,
        "sandbox_replay_start": START,
        "sandbox_replay_end": START + MINUTES * 60,
        "sandbox_steps": STEPS,
        "sandbox_lockstep": "true",
        "sandbox_readers": len(SESSIONS),
    }
    settings = {"path_steps": STEPS, "within_bar": "path"}  # a replay's prints are the ways of its candles
    with running_stack(home, free_port, **replay) as stack:
        live = [stack.create(**fields, settings=settings) for fields in SESSIONS]
        _replay(stack, live)
        tested = _backtests(stack, SESSIONS, settings, START, START + MINUTES * 60)
        for session, test, fields in zip(live, tested, SESSIONS, strict=True):
            _assert_same(stack, session, test, fields["strategy"], trades=5)
    funded = [trade["funding"] for session in live for trade in _trades(home, session)]
    assert any(funded), "a position was held over the funding stamp"


@pytest.mark.timeout(300)
def test_recorded_prints_do_the_same_replayed_and_in_a_backtest(
    home: Home, free_port: int, data_dir: Path
) -> None:
    rows = list(_prints(data_dir / PRINTS))
    TickArchive(home.archive, "bybit", "XBTUSD").append_trades(rows)
    CandleArchive(home.archive).write("bybit", "XBTUSD", _candles(rows))
    (home.strategies / "prints.py").write_text(ON_EVERY_PRINT)
    end = LAST_MINUTES + 6 * 60
    sessions: list[dict[str, Any]] = [
        {"strategy": "Prints", "strategy_params": {}},
        {
            "strategy": "TestBot",
            "strategy_params": {
                "momentum_window": 2,
                "atr_window": 2,
                "threshold": 0.0,
                "stop_atr": 0.3,
                "target_atr": 0.3,
            },
        },
    ]
    replay = {
        "sandbox_replay": home.archive,
        "sandbox_replay_start": LAST_MINUTES,
        "sandbox_replay_end": end,
        "sandbox_replay_ticks": "true",
        "sandbox_steps": 1_000,
        "sandbox_lockstep": "true",
        "sandbox_readers": len(sessions),
    }
    with running_stack(home, free_port, **replay) as stack:
        live = [stack.create(**fields) for fields in sessions]
        _replay(stack, live)
        tested = _backtests(stack, sessions, {}, LAST_MINUTES, end)
        _assert_same(stack, live[0], tested[0], "Prints", trades=10)
        _assert_same(stack, live[1], tested[1], "TestBot", trades=1)


def _replay(stack: Stack, sessions: list[str]) -> None:
    """Run live sessions from the first print to the last."""
    for session in sessions:
        stack.start(session)
    for session in sessions:
        stack.until_logged(session, "The replay is at its end", 120)
        stack.post(f"/sessions/{session}/stop")


def _backtests(
    stack: Stack, sessions: list[dict[str, Any]], settings: dict[str, Any], start: int, end: int
) -> list[str]:
    found = []
    for fields in sessions:
        span = {"range_start": start, "range_end": end}
        test = stack.create(type="backtest", exchange="bybit", **fields, settings=settings, **span)
        stack.start(test)
        stack.until_status(test, "completed", 60)
        found.append(test)
    return found


def _assert_same(stack: Stack, live: str, test: str, strategy: str, trades: int) -> None:
    """The backtest closes what is open at its end; a live session does not."""
    home = stack.home
    tested = [trade for trade in _trades(home, test) if trade["exit_reason"] != "end of range"]
    assert len(tested) >= trades, strategy
    assert [_figures(trade) for trade in _trades(home, live)] == [_figures(trade) for trade in tested], (
        strategy
    )
    fills = _fills(home, live)
    assert fills == _fills(home, test)[: len(fills)], strategy
    samples, expected = _equity(home, live), _equity(home, test)
    assert len(samples) > 3, strategy
    assert samples == expected[: len(samples)], strategy


def _trades(home: Home, session: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(home.trades(session).read_text())
    return found


def _figures(trade: dict[str, Any]) -> dict[str, Any]:
    """All that is not where and as which session it was traded."""
    legs = [_figures(leg) for leg in trade.get("legs", [])]
    return {k: v for k, v in trade.items() if k not in ("session", "exchange", "run", "legs")} | {
        "legs": legs
    }


def _fills(home: Home, session: str) -> list[Any]:
    """What the log tells of entries and exits."""
    lines = map(json.loads, home.log(session).read_text().splitlines())
    return [line["data"] for line in lines if line.get("level") == "trade"]


def _equity(home: Home, session: str) -> list[tuple[float, ...]]:
    return [tuple(point) for point in EquityReader(home.equity(session))]


def _prints(file: Path) -> Iterator[TradeRow]:
    """Trades of the recorded stream, each with the best bid and ask before it."""
    quote: tuple[str, str] | None = None
    with gzip.open(file, "rt") as lines:
        for line in lines:
            message = json.loads(line.split(" ", 1)[1]).get("data", {})
            if message.get("e") == "bookTicker":
                quote = (message["b"], message["a"])
            elif message.get("e") == "trade" and quote and message["T"] < (LAST_MINUTES + 360) * 1000:
                price, size = float(message["p"]), float(message["q"])
                side = "Sell" if message["m"] else "Buy"
                yield TradeRow(str(message["t"]), message["T"] / 1000, price, size, side, *map(float, quote))


def _candles(rows: list[TradeRow]) -> list[tuple[float, ...]]:
    """The minutes that these trades make."""
    minutes: dict[int, list[TradeRow]] = {}
    for row in rows:
        minutes.setdefault(int(row.ts) // 60 * 60, []).append(row)
    return [
        (
            minute,
            trades[0].price,
            max(row.price for row in trades),
            min(row.price for row in trades),
            trades[-1].price,
            sum(row.size for row in trades),
        )
        for minute, trades in minutes.items()
    ]
