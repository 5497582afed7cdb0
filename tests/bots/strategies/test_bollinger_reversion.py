from typing import Any

import pytest
from pydantic import ValidationError

from bots.core.assumptions import Assumptions
from bots.core.orders import OrderType
from bots.strategies.bollinger_reversion import BollingerReversion
from tests.bots.core.make import candle, engine, feed, tick, wave
from tests.bots.strategies.play import backtest, live

CALM = ["30000", "30010"] * 4
"""Mean 30,005, deviation 5."""


def bot(**params: Any) -> BollingerReversion:
    return BollingerReversion(BollingerReversion.Params(**({"window": 8} | params)))


def played_to_the_bands(made: BollingerReversion) -> Any:
    running, journal = engine(made)
    running.warm_up([candle(60.0 * index, price) for index, price in enumerate(CALM[:-1])])
    feed(running, tick("30010", 480), candle(420, CALM[-1]))
    return running, journal


def test_it_rests_at_both_bands_and_a_fill_brings_stop_and_target_and_takes_the_other_away() -> None:
    running, _ = played_to_the_bands(bot())
    bid, offer = running.broker.working.values()
    assert [(bid.side, float(bid.price)), (offer.side, float(offer.price))] == [
        ("Buy", 29_995.0),
        ("Sell", 30_015.0),
    ]
    feed(running, tick("29994", 490))
    stop, target = running.broker.working.values()
    assert (stop.type, float(stop.trigger)) == (OrderType.STOP, 29_987.5)
    assert (target.type, float(target.price)) == (OrderType.LIMIT, 30_005.0)


def test_it_places_its_orders_anew_at_each_bar() -> None:
    running, _ = played_to_the_bands(bot(allow_short=False))
    (before,) = running.broker.working.values()
    feed(running, tick("30020", 540), candle(480, "30020"))
    (after,) = running.broker.working.values()
    assert not before.is_open
    assert after.price > before.price - 20


def test_it_stands_aside_in_a_flat_market() -> None:
    flat = [candle(60.0 * index, "30000") for index in range(60)]
    assert backtest(bot(), {"XBTUSD": flat}).trades == []


def test_it_stands_aside_where_target_limit_and_stop_would_be_one_price() -> None:
    """Deviation 0.2: a tenth of it is no distance on a grid of 0.1."""
    calm = [candle(60.0 * index, ("30000", "30000.4")[index % 2]) for index in range(60)]
    assert backtest(bot(deviations=0.1, stop=0.1), {"XBTUSD": calm}).trades == []
    assert backtest(bot(deviations=0.6, stop=0.6), {"XBTUSD": calm}).trades != []


def test_it_leaves_by_stop_and_target_the_same_live_and_in_a_backtest() -> None:
    candles, as_it_goes = {"XBTUSD": wave(800)}, Assumptions(within_bar="path")
    result = backtest(bot(), candles, as_it_goes)
    journal = live(bot(), candles, assumptions=as_it_goes)
    assert {"stop-loss", "take-profit"} <= {trade["exit_reason"] for trade in result.trades}
    assert {trade["side"] for trade in result.trades} == {"LONG", "SHORT"}
    assert (journal.trades, journal.curve) == (result.trades, result.equity)


@pytest.mark.parametrize("values", [{"window": 1}, {"deviations": 0}, {"stop": 0}, {"size": -1}])
def test_parameters_outside_their_schema_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        BollingerReversion.Params(**values)
