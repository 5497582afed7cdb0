import json
from collections.abc import Callable
from typing import Any

import pytest

from bots.core.bars import CandleError
from bots.core.events import Fill, Funding, Tick
from bots.core.orders import OrderError
from bots.core.signals import StrategyError
from bots.core.strategy import Bar, Bars, Strategy
from tests.bots.core.make import ETHUSD, XBTUSD, D, Scripted, candle, engine, feed, messages, tick


def do(*calls: Callable[[Strategy], Any]) -> Callable[[Strategy], None]:
    def run(strategy: Strategy) -> None:
        for call in calls:
            call(strategy)

    return run


def test_an_order_of_a_closed_bar_fills_at_the_opposite_price_of_the_next_bars_first_tick() -> None:
    made, journal = engine(Scripted({0.0: do(lambda s: s.buy(100, reason="go"))}))
    feed(made, tick("30000", 59), tick("30010", 60), candle(0, "30000"))
    assert made.ledger.trips["XBTUSD"].entry_time == 60
    assert made.counters()["position"][0]["entry_price"] == 30010.0
    assert [line for line in journal.lines if line[0] == "trade"] == [
        ("trade", "ENTRY LONG @ 30,010 (100 contracts)",
         {"action": "entry", "market": "XBTUSD", "side": "LONG",
          "entry_price": 30010.0, "size": 100.0, "reason": "go"})
    ]  # fmt: skip


def test_stop_and_target_are_placed_with_the_fill_and_one_ends_the_other() -> None:
    made, journal = engine(Scripted({0.0: do(lambda s: s.buy(100, stop=29_900, target=30_100))}))
    feed(made, tick("30000", 60), candle(0, "30000"))
    assert [(order.tag, order.reduce_only) for order in made.broker.working.values()] == [
        ("stop", True),
        ("target", True),
    ]
    feed(made, tick("30100", 61), tick("30100.1", 62))
    assert not made.broker.working
    (trade,) = journal.trades
    assert (trade["exit_price"], trade["exit_reason"], trade["exit_time"]) == (30100.0, "take-profit", 62)
    assert messages(journal)[-3:] == [
        "Take-profit triggered at 30,100",
        "EXIT LONG @ 30,100 (100 contracts)",
        "Position closed at 30,100 | PnL: +$0.26",
    ]


def test_a_trade_has_the_documented_fields_and_its_figures_add_up() -> None:
    """10,000 from 30,000 to 32,000 (bid 31,999.9): 1/3 - 10,000/31,999.9 BTC; fees 0.055 % of both values."""
    script: dict[float, Any] = {
        0: do(lambda s: s.buy(10_000, reason="in")),
        60: do(lambda s: s.close(reason="out")),
    }
    made, journal = engine(Scripted(script), run=3)
    feed(made, tick("30000", 60), candle(0, "30000"), tick("32000", 120.5), candle(60, "30000"))
    assert journal.trades == [
        {
            "id": 1, "session": "s1", "exchange": "sandbox", "market": "XBTUSD", "side": "LONG",
            "entry_time": 60, "exit_time": 120.5, "entry_price": 30000.0, "exit_price": 31999.9,
            "size": 10000.0,
            "gross_pnl": 0.02083236, "fees": 0.00035521, "funding": 0.0, "pnl": 0.02047715,
            "slippage": 0.00000104, "settle": "BTC", "pnl_usd": 655.2688, "entry_reason": "in",
            "exit_reason": "out", "mae": 0.0, "mfe": 0.02083333, "bars_held": 1, "settle_usd": 32000.0,
            "run": 3,
        }
    ]  # fmt: skip
    assert made.counters()["equity"] == 1.02047715
    assert list(journal.trades[0])[:3] == ["id", "session", "exchange"]
    assert list(journal.trades[0])[-1] == "run"


def test_events_of_one_instant_keep_their_order() -> None:
    """Funding, then the resting order's fill, then the bar, then the strategy, then its order."""
    seen: list[str] = []

    class Witness(Scripted):
        def on_funding(self, funding: Funding) -> None:
            seen.append("funding")

        def on_fill(self, fill: Fill) -> None:
            seen.append(f"{fill.side} fill")

        def on_bar(self, bar: Bar) -> None:
            seen.append("bar")
            super().on_bar(bar)

    script: dict[float, Any] = {
        0: do(lambda s: s.buy(10, limit=29_990)),
        60: do(lambda s: s.sell(5), lambda s: seen.append("ordered")),
    }
    made, _ = engine(Witness(script))
    feed(made, tick("30000", 60), candle(0, "30000"))
    made.handle(Funding("XBTUSD", 120, D("0.0001")))
    feed(made, tick("29980", 120), candle(60, "30000"))
    assert seen == ["bar", "funding", "Buy fill", "bar", "ordered", "Sell fill"]


def test_funding_is_booked_on_the_position_and_told() -> None:
    """10,000 long at mark 50,000 and 0.01 %: 0.00002 BTC paid."""
    made, journal = engine(Scripted({0.0: do(lambda s: s.buy(10_000)), 60: do(lambda s: s.close())}))
    feed(made, tick("50000", 60), candle(0, "50000"))
    made.handle(Funding("XBTUSD", 90, D("0.0001")))
    feed(made, tick("50000", 120), candle(60, "50000"))
    assert journal.trades[0]["funding"] == -0.00002
    assert "Funding XBTUSD at rate 0.0001: -0.00002000 BTC" in messages(journal)


def test_a_fill_that_arrives_before_a_funding_stamp_is_told_before_it() -> None:
    told: list[str] = []

    class Listener(Scripted):
        def on_fill(self, fill: Fill) -> None:
            told.append("fill")

        def on_funding(self, funding: Funding) -> None:
            told.append("funding")

    made, _ = engine(Listener({0: lambda s: s.buy(100)}), latency_ms=1000)
    feed(made, tick("30000", 60), candle(0, "30000"), tick("30000", 60.5))
    made.handle(Funding("XBTUSD", 62, D("0.0001")))
    assert told == ["fill", "funding"]


def test_paused_the_strategy_is_not_called_entries_go_and_exits_stay() -> None:
    script: dict[float, Any] = {0: do(lambda s: s.buy(100, stop=29_900), lambda s: s.buy(100, limit=29_950))}
    strategy = Scripted(script | {60: do(lambda s: s.buy(100))})
    made, journal = engine(strategy)
    feed(made, tick("30000", 60), candle(0, "30000"))
    made.pause()
    feed(made, tick("30001", 120), candle(60, "30000"))
    assert [order.tag for order in made.broker.working.values()] == ["stop"]
    feed(made, tick("29899", 121))
    assert journal.trades[0]["exit_reason"] == "stop-loss"
    assert strategy.bars == [0]
    made.resume()
    feed(made, tick("30001", 180), candle(120, "30000"))
    assert strategy.bars == [0, 120]


def test_a_refused_order_is_told_with_its_reason_and_trading_goes_on() -> None:
    orders: list[Any] = []
    made, journal = engine(Scripted({0.0: do(lambda s: orders.append(s.buy(1_000_000)))}))
    feed(made, tick("30000", 60), candle(0, "30000"))
    assert orders[0].rejection.startswith("margin")
    assert journal.lines[-1][0] == "warn"
    assert "Buy 1000000 XBTUSD refused: margin" in journal.lines[-1][1]


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.buy(0),
        lambda s: s.buy(float("nan")),
        lambda s: s.buy(0.5),
        lambda s: s.buy(1, limit=-5),
        lambda s: s.buy(1, if_touched=5, trigger=5),
        lambda s: s.buy(1, trail=5, limit=5),
        lambda s: s.buy(1, trigger=5, rearm=1),
        lambda s: s.buy(1, post_only=True),
        lambda s: s.buy(1, limit=5, time_in_force="SOON"),
        lambda s: s.buy(1, limit=5, time_in_force="GTD"),
        lambda s: s.buy(1, limit=5, time_in_force="GTD", expires=1),
        lambda s: s.buy(1, limit=5, expires=1e10),
        lambda s: s.buy(1, trigger=5, time_in_force="FOK"),
        lambda s: s.buy(1, colour="red"),
        lambda s: s.order_to(float("nan")),
        lambda s: s.buy(1, stop=31_000, target=29_000),
        lambda s: s.sell(1, stop=29_000, target=31_000),
        lambda s: s.buy(1, limit=0.01),
    ],
)
def test_an_order_that_cannot_be_is_an_error_that_names_the_market(call: Callable[[Strategy], Any]) -> None:
    made, _ = engine(Scripted({0: call}))
    made.handle(tick("30000", 60))
    with pytest.raises(OrderError, match="XBTUSD"):
        made.handle(candle(0, "30000"))


def test_orders_without_end_are_an_error() -> None:
    class Endless(Scripted):
        def on_fill(self, fill: Fill) -> None:
            self.sell(1) if fill.side == "Buy" else self.buy(1)

    made, _ = engine(Endless({0: do(lambda s: s.buy(1))}))
    made.handle(tick("30000", 60))
    with pytest.raises(StrategyError, match="without end"):
        made.handle(candle(0, "30000"))


def test_a_candle_out_of_order_or_of_another_market_is_an_error() -> None:
    made, _ = engine(Scripted())
    made.handle(candle(60, "30000"))
    with pytest.raises(CandleError, match="candle of 60 comes after the one of 60"):
        made.handle(candle(60, "30000"))
    with pytest.raises(CandleError, match="the session trades XBTUSD"):
        made.handle(candle(120, "30000", market="ETHUSD"))


def test_nobody_is_called_before_the_windows_are_warm_and_history_fills_them() -> None:
    class Slow(Scripted):
        def warmup(self) -> int:
            return 3

    strategy = Slow()
    made, _ = engine(strategy)
    made.warm_up([candle(0, "30000"), candle(60, "30001")])
    made.warm_up([candle(60, "30001")])
    feed(made, tick("30002", 180), candle(120, "30002"), candle(180, "30003"))
    assert strategy.bars == [120, 180]
    assert strategy.history().close.tolist() == [30001.0, 30002.0, 30003.0]
    with pytest.raises(ValueError, match="read-only"):
        strategy.history().close[0] = 1.0


def test_a_tick_handler_is_called_with_each_tick() -> None:
    class Ticker(Scripted):
        def on_tick(self, tick: Tick) -> None:
            self.bars.append(tick.ts)

    strategy = Ticker()
    made, _ = engine(strategy)
    feed(made, tick("30000", 60), candle(0, "30000"), tick("30000", 61), tick("30000", 62))
    assert strategy.bars == [0, 61, 62]


def test_two_legs_are_one_trade_in_dollars_with_the_legs_in_their_coins() -> None:
    class Pair(Scripted):
        legs = 2

        def on_bars(self, bars: Bars) -> None:
            self.on_bar(bars["XBTUSD"])

    def enter(strategy: Strategy) -> None:
        with strategy.all_or_none():
            strategy.buy(300, market="XBTUSD", reason="spread")
            strategy.sell(200, market="ETHUSD", reason="spread")

    made, journal = engine(Pair({0: enter, 60: do(lambda s: s.close(reason="mean"))}), XBTUSD, ETHUSD)
    for minute, (btc, eth) in enumerate([("30000", "2000"), ("30300", "1990")]):
        feed(made, tick(btc, 60 + 60 * minute), tick(eth, 60 + 60 * minute, "ETHUSD", "0.01"))
        made.handle(candle(60 * minute, btc))
        assert len(journal.trades) == 0
        made.handle(candle(60 * minute, eth, market="ETHUSD"))
    (trade,) = journal.trades
    assert (trade["market"], trade["side"], trade["settle"]) == ("XBTUSD+ETHUSD", "LONG", "USD")
    assert [(leg["market"], leg["side"], leg["settle"], leg["size"]) for leg in trade["legs"]] == [
        ("XBTUSD", "LONG", "BTC", 300.0),
        ("ETHUSD", "SHORT", "ETH", 200.0),
    ]
    assert trade["size"] == 500.0  # dollars at the entry, whatever the coins are worth at the exit
    assert trade["pnl"] == pytest.approx(sum(leg["pnl_usd"] for leg in trade["legs"]), abs=2e-8)
    assert trade["pnl"] == pytest.approx(trade["gross_pnl"] - trade["fees"], abs=1e-9)
    assert not {"id", "session", "run"} & set(trade["legs"][0])
    counters = made.counters()
    assert (counters["settle"], counters["trade_count"], counters["total_pnl"]) == ("USD", 1, trade["pnl"])
    assert counters["starting_balance"] == 32000.0
    assert counters["equity"] == pytest.approx(32000 + trade["pnl"])


def test_a_pair_with_one_leg_refused_places_none() -> None:
    class Pair(Scripted):
        legs = 2

        def on_bars(self, bars: Bars) -> None:
            with self.all_or_none():
                self.buy(300, market="XBTUSD")
                self.sell(1_000_000, market="ETHUSD")

    made, journal = engine(Pair(), XBTUSD, ETHUSD)
    feed(made, tick("30000", 60), tick("2000", 60, "ETHUSD", "0.01"))
    feed(made, candle(0, "30000"), candle(0, "2000", market="ETHUSD"))
    assert made.ledger.is_flat
    assert sum("refused: margin" in message for message in messages(journal)) == 2


def test_bars_of_two_legs_come_only_for_stamps_that_both_have() -> None:
    class Pair(Scripted):
        legs = 2

        def on_bars(self, bars: Bars) -> None:
            self.bars.append(bars["ETHUSD"].ts)

    strategy = Pair()
    made, _ = engine(strategy, XBTUSD, ETHUSD)
    feed(made, tick("30000", 0), tick("2000", 0, "ETHUSD", "0.01"))
    for ts in (0, 60, 180):
        made.handle(candle(ts, "30000"))
    for ts in (0, 120, 180):
        made.handle(candle(ts, "2000", market="ETHUSD"))
    assert strategy.bars == [0, 180]


def test_on_start_comes_with_the_first_prices_and_its_orders_work() -> None:
    class Pair(Scripted):
        legs = 2

        def on_start(self) -> None:
            self.buy(100, limit=float(self.quote().bid) - 10)
            self.sell(50, market="ETHUSD")

    made, _ = engine(Pair(), XBTUSD, ETHUSD)
    made.start()
    feed(made, tick("30000", 0))
    assert not made.broker.working
    feed(made, tick("2000", 1, "ETHUSD", "0.01"))
    assert made.ledger.size("ETHUSD") == -50
    assert [order.size for order in made.broker.working.values()] == [100]


def test_a_paused_session_starts_when_it_is_resumed() -> None:
    class Buyer(Scripted):
        def on_start(self) -> None:
            self.buy(10)

    made, _ = engine(Buyer())
    made.pause()
    feed(made, tick("30000", 0))
    assert made.ledger.is_flat
    made.resume()
    feed(made, tick("30000", 1))
    assert made.ledger.size("XBTUSD") == 10


def test_a_strategy_of_two_legs_needs_two_markets() -> None:
    with pytest.raises(StrategyError, match="trades 1 market"):
        engine(Scripted(), XBTUSD, ETHUSD)


def test_counters_are_plain_json_with_the_heartbeats_names() -> None:
    made, _ = engine(Scripted({0.0: do(lambda s: s.sell(100))}))
    feed(made, tick("30000", 60), candle(0, "30000"), tick("30030", 61))
    counters = json.loads(json.dumps(made.counters()))
    assert counters["position"] == [
        {"market": "XBTUSD", "side": "SHORT", "size": 100.0, "entry_price": 29999.9, "mark_price": 30030.0,
         "unrealised_pnl": -0.00000334, "settle": "BTC"}
    ]  # fmt: skip
    assert counters["last_price"] == 30030.0
    assert counters["market_time"] == 61
    assert counters["unrealised_pnl_usd"] == pytest.approx(-0.1003, abs=1e-4)


@pytest.mark.parametrize("change", [{"version": 0}, {"strategy": "Other"}])
def test_a_snapshot_that_does_not_fit_is_refused(change: dict[str, Any]) -> None:
    made, _ = engine(Scripted())
    with pytest.raises(ValueError, match="snapshot of"):
        made.restore(made.snapshot() | change)
