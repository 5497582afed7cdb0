"""PairTradeBot: one trade with two legs, hedged, and never one leg alone."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bots.core.assumptions import Assumptions
from bots.core.backtest import MemoryJournal
from bots.core.events import Candle
from bots.strategies.pair_trade_bot import PairTradeBot
from tests.bots.core.make import D, candle
from tests.bots.core.test_backtest import recorded
from tests.bots.strategies.play import backtest, live, played

PARAMS: dict[str, Any] = {"lookback": 20, "leg_size": 1000, "spread_threshold": 2.5, "stop_threshold": 4.0}


def bot(**params: Any) -> PairTradeBot:
    return PairTradeBot(PairTradeBot.Params(**(PARAMS | params)))


def pair_candles(
    first: Sequence[float], second: Sequence[float], volume: str = "60"
) -> dict[str, Sequence[Candle]]:
    """Flat candles: XBTUSD at 30,000 times `first`, ETHUSD at 2,000 times `second`."""

    def rows(market: str, level: int, places: int, prices: Sequence[float]) -> list[Candle]:
        return [
            candle(60.0 * index, f"{level * price:.{places}f}", market=market)._replace(volume=D(volume))
            for index, price in enumerate(prices)
        ]

    return {"XBTUSD": rows("XBTUSD", 30_000, 1, first), "ETHUSD": rows("ETHUSD", 2_000, 2, second)}


# The first leg moves half as much as the second, and a little of its own in between.
SECOND = [1 + 0.001 * (index % 4) for index in range(24)]
FIRST = [1 + 0.0005 * (index % 4) + 0.0001 * (index % 3) for index in range(24)]


def dear(*jumps: float) -> dict[str, Sequence[Candle]]:
    """Calm candles, then the first leg away from the second by these shares."""
    first = [*FIRST, *(FIRST[index % 12] + jump for index, jump in enumerate(jumps))]
    second = [*SECOND, *(SECOND[index % 12] for index in range(len(jumps)))]
    return pair_candles(first, second)


def test_it_sells_the_dear_leg_buys_the_other_by_the_hedge_ratio_and_exits_at_the_mean() -> None:
    result = backtest(bot(), dear(0.0008, 0.0004, -0.0002, -0.0002, 0.0))
    (trade,) = result.trades
    assert (trade["side"], trade["exit_reason"]) == ("SHORT", "mean")
    first, second = trade["legs"]
    assert (first["market"], first["side"], first["size"]) == ("XBTUSD", "SHORT", 1000.0)
    assert (second["market"], second["side"]) == ("ETHUSD", "LONG")
    # Contracts are dollars here; the ratio of the calm candles is about a half, that of the entry a bit off.
    assert 400 < second["size"] < 700


def test_a_cheap_spread_is_the_mirror() -> None:
    (trade,) = backtest(bot(), dear(-0.0008, -0.0004, 0.0004, 0.0004, 0.0)).trades
    assert [(leg["market"], leg["side"]) for leg in trade["legs"]] == [
        ("XBTUSD", "LONG"),
        ("ETHUSD", "SHORT"),
    ]


def test_it_gives_up_at_the_stop_and_waits_until_the_spread_is_calm_again() -> None:
    result = backtest(bot(stop_threshold=3.5), dear(0.0006, 0.001, 0.002, 0.004, 0.004))
    (trade,) = result.trades
    assert trade["exit_reason"] == "stop-loss"


@pytest.mark.parametrize(
    "second",
    [
        [1.0] * 24,  # it does not move: no ratio
        [2 - price for price in SECOND],  # it moves against the first
        [1 + 0.00002 * (index % 4) for index in range(24)],  # it hardly moves: a ratio beyond bounds
    ],
)
def test_it_does_not_enter_without_a_hedge_ratio_within_bounds(second: list[float]) -> None:
    first = [*FIRST, *(FIRST[index] + 0.0008 for index in range(3))]
    assert backtest(bot(), pair_candles(first, [*second, *second[:3]])).trades == []


def test_lots_too_large_for_the_hedge_are_no_entry() -> None:
    assert backtest(bot(leg_size=1), dear(0.0008, 0.0004, -0.0002, 0.0)).trades == []


def test_it_remembers_over_a_restart_that_it_was_stopped_and_what_it_wanted() -> None:
    one, other = bot(), bot()
    one.restore({"is_armed": False, "sizes": {"XBTUSD": "20"}})
    other.restore(one.state())
    assert other.state() == {"is_armed": False, "sizes": {"XBTUSD": "20"}}


def test_both_legs_are_refused_where_one_of_them_is() -> None:
    """The equity of 0.01 ETH carries no leg of 500 dollars; that of 0.01 BTC would."""
    journal = MemoryJournal(keep_log=True)
    candles = dear(0.0008, 0.0004, 0.0)
    for engine in played(bot(leg_size=100), candles, journal, starting_balance=D("0.01")):
        assert not engine.ledger.trips
    assert [line[1] for line in journal.lines if "refused: margin" in line[1]]
    assert journal.trades == []


def test_no_leg_is_entered_where_the_other_is_refused_when_they_arrive() -> None:
    """With latency the exchange says no only then: to both of them."""
    journal = MemoryJournal(keep_log=True)
    made = bot()
    slow = Assumptions(latency_ms=500)
    legs = 0
    for engine in played(made, dear(0.0008, 0.0004, 0.0, 0.0), journal, slow):
        if len(engine.broker.working) == 2 and not engine.ledger.trips:
            # Meanwhile the account lost what the second leg needs.
            engine.ledger.cash["ETH"] = D("0.0001")
        legs += len(engine.ledger.trips)
    refused = [line[1] for line in journal.lines if "refused: margin" in line[1]]
    assert {"XBTUSD" in line for line in refused} == {True, False}
    assert legs == 0
    assert journal.trades == []


def test_what_is_left_of_a_liquidated_pair_is_closed_at_once() -> None:
    journal = MemoryJournal(keep_log=True)
    bold = Assumptions(leverage=D(100))
    lone = 0
    for engine in played(
        bot(leg_size=9000), dear(0.0008, 0.0008, 0.6, 0.6), journal, bold, starting_balance=D("0.1")
    ):
        lone += len(engine.ledger.trips) == 1
    (trade,) = journal.trades
    assert [leg["exit_reason"] for leg in trade["legs"]] == ["liquidation", "one leg alone"]
    assert lone == 0


def test_a_leg_that_the_market_cannot_fill_holds_the_other_down_to_its_share() -> None:
    """In thin candles the rest is given up with the bar, and the larger leg is cut to what is hedged."""
    journal = MemoryJournal()
    candles = dear(0.0008, 0.0006, 0.0004, 0.0004, 0.0, 0.0, 0.0)
    candles["XBTUSD"] = [row._replace(volume=D(600_000)) for row in candles["XBTUSD"]]
    candles["ETHUSD"] = [row._replace(volume=D(120)) for row in candles["ETHUSD"]]  # 2 contracts a tick
    thin = Assumptions(volume_share=0.5)
    wanted: set[Decimal] = set()
    held: set[tuple[Decimal, Decimal]] = set()
    for engine in played(bot(), candles, journal, thin):
        sizes = {market: abs(engine.ledger.size(market)) for market in candles}
        if engine.broker.working and not wanted:
            wanted = {order.size for order in engine.broker.working.values()}
        elif all(sizes.values()) and not engine.broker.working:
            held.add((sizes["XBTUSD"], sizes["ETHUSD"]))
    assert wanted == {D(456)}  # and 1000 of the first leg, filled already
    assert held == {(D(133), D(61))}
    (trade,) = journal.trades
    assert [(leg["size"], leg["exit_reason"]) for leg in trade["legs"]] == [(1000.0, "mean"), (61.0, "mean")]


def test_it_trades_the_same_live_and_in_a_backtest_of_recorded_candles(data_dir: Path) -> None:
    btc = recorded(data_dir, "BTC", D("0.1"), "XBTUSD", 0, 1000)
    eth = recorded(data_dir, "ETH", D("0.01"), "ETHUSD", 0, 30_000)
    candles = {"XBTUSD": btc, "ETHUSD": [row for row in eth if btc[0].ts <= row.ts <= btc[-1].ts]}
    defaults = PairTradeBot.Params()
    result, journal = backtest(PairTradeBot(defaults), candles), live(PairTradeBot(defaults), candles)
    assert len(result.trades) > 5
    assert all(len(trade["legs"]) == 2 for trade in result.trades)
    assert (journal.trades, journal.curve) == (result.trades, result.equity)


@pytest.mark.parametrize("values", [{"lookback": 1}, {"spread_threshold": 4.0, "stop_threshold": 3.0}])
def test_parameters_outside_their_schema_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PairTradeBot.Params(**values)
