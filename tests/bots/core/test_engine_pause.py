"""What a session misses while it rests, and what it must not forget over a restart."""

import json
from typing import Any

import numpy as np

from bots.core.candles import Candles, Floats
from bots.core.engine import Engine
from bots.core.events import Event, Fill, Funding
from bots.core.strategy import Bar, Strategy
from tests.bots.core.make import ETHUSD, XBTUSD, D, Scripted, candle, engine, feed, tick


def again(made: Engine, strategy: Strategy, **settings: Any) -> Engine:
    """The session after a restart."""
    fresh, _ = engine(strategy, *made.ledger.instruments.values(), **settings)
    fresh.restore(json.loads(json.dumps(made.snapshot())))
    return fresh


def stopped_out_while_paused(strategy: Strategy) -> Engine:
    made, _ = engine(strategy)
    feed(made, tick("30000", 60), candle(0, "30000"))
    made.pause()
    feed(made, tick("29899", 61))
    assert made.ledger.is_flat
    return made


class Stopped(Scripted):
    """Buys with a stop, and notes what it is told, in order."""

    def __init__(self) -> None:
        super().__init__({0: lambda s: s.buy(100, stop=29_900, reason="in")})
        self.heard: list[str] = []

    def on_bar(self, bar: Bar) -> None:
        super().on_bar(bar)
        self.heard.append("bar")

    def on_fill(self, fill: Fill) -> None:
        self.heard.append(fill.tag)

    def on_funding(self, funding: Funding) -> None:
        self.heard.append("funding")


def test_a_fill_of_the_pause_is_told_once_with_the_first_event_after_it_and_before_all_else() -> None:
    events: list[Event] = [
        tick("29900", 62),
        candle(60, "29900"),
        Funding("XBTUSD", 90, D("0.0001")),
    ]
    for event, then in zip(events, ([], ["bar"], ["funding"]), strict=True):
        strategy = Stopped()
        made = stopped_out_while_paused(strategy)
        feed(made, tick("29899", 61.5))
        assert strategy.heard == ["bar", "entry"]
        made.resume()
        made.handle(event)
        assert strategy.heard == ["bar", "entry", "stop", *then]
        feed(made, tick("29900", 95))
        assert strategy.heard == ["bar", "entry", "stop", *then]


def test_a_fill_of_the_pause_is_told_also_after_a_restart() -> None:
    made = stopped_out_while_paused(Stopped())
    strategy = Stopped()
    fresh = again(made, strategy)
    fresh.resume()
    feed(fresh, tick("29900", 62))
    assert strategy.heard == ["stop"]


def test_a_lone_leg_of_the_pause_is_closed_at_the_first_event_after_it() -> None:
    class Pair(Strategy):
        legs = 2

        def on_start(self) -> None:
            with self.all_or_none():
                self.buy(100, market="XBTUSD", stop=29_900)
                self.sell(100, market="ETHUSD")

        def on_fill(self, fill: Fill) -> None:
            if fill.tag == "stop":
                self.close(reason="lone leg")

    made, _ = engine(Pair(), XBTUSD, ETHUSD)
    feed(made, tick("30000", 0), tick("2000", 0, "ETHUSD", "0.01"))
    feed(made, candle(0, "30000"), candle(0, "2000", market="ETHUSD"))
    made.pause()
    feed(made, tick("29890", 61))
    assert made.ledger.size("ETHUSD") == -100
    made.resume()
    feed(made, tick("2000", 62, "ETHUSD", "0.01"))
    assert made.ledger.is_flat


def test_exits_of_what_arrived_with_a_funding_stamp_are_placed_though_nobody_is_called() -> None:
    """The entry is cancelled too late; what it bought is protected before the next print, or a snapshot."""
    script: dict[float, Any] = {0: lambda s: s.buy(100, stop=29_900)}
    made, _ = engine(Scripted(script), latency_ms=1000)
    feed(made, tick("30000", 60), candle(0, "30000"), tick("30000", 60.5))
    made.pause()
    made.handle(Funding("XBTUSD", 62, D("0.0001")))
    assert made.ledger.size("XBTUSD") == 100
    assert [order.tag for order in made.broker.working.values()] == ["stop"]


class Follower(Strategy):
    """Wants 100 contracts from its first bar on."""

    def targets(self, candles: Candles, *others: Candles) -> Floats:
        return np.full(len(candles), 100.0)


def test_after_a_restart_a_wanted_position_is_not_ordered_again() -> None:
    """It was stopped by hand of the market: a session that goes on does not reopen it, restarted or not."""
    made, _ = engine(Follower())
    feed(made, tick("30000", 60), candle(0, "30000"))
    assert made.ledger.size("XBTUSD") == 100
    made.finish("liquidated, as it were")
    made.paused = False
    fresh = again(made, Follower())
    for each in (made, fresh):
        feed(each, tick("30000", 120), candle(60, "30000"))
        assert each.ledger.is_flat


def test_a_wanted_position_that_a_pause_cut_short_is_filled_up_afterwards() -> None:
    made, _ = engine(Follower(), volume_share=0.5)
    feed(made, tick("30000", 60)._replace(size=D(80)), candle(0, "30000"))
    assert made.ledger.size("XBTUSD") == 40
    made.pause()
    assert not made.broker.working
    made.resume()
    feed(made, tick("30000", 120)._replace(size=D(800)), candle(60, "30000"))
    assert made.ledger.size("XBTUSD") == 100
