"""Built-in strategies played on candles: by a backtest, and by a live engine over every tick."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bots.core.assumptions import Assumptions
from bots.core.backtest import END_OF_RANGE, Backtest, BacktestResult, MemoryJournal
from bots.core.engine import Engine
from bots.core.events import Candle
from bots.core.paper.broker import PaperBroker
from bots.core.settings import EngineSettings
from bots.core.strategy import Strategy
from tests.bots.core.make import ETHUSD, XBTUSD
from tests.bots.core.test_backtest import live_events

MARKETS = {"XBTUSD": XBTUSD, "ETHUSD": ETHUSD}
ONE_TRADER = Assumptions()


def backtest(
    strategy: Strategy,
    candles: Mapping[str, Sequence[Candle]],
    assumptions: Assumptions = ONE_TRADER,
    **settings: Any,
) -> BacktestResult:
    """The result of a whole run, by the engine that live sessions have."""
    instruments = {market: MARKETS[market] for market in candles}
    made = EngineSettings(verbose=False, **settings)
    test = Backtest(strategy, instruments, candles, made, assumptions=assumptions, engine="general")
    for _ in test.run():
        pass
    return test.result()


def played(
    strategy: Strategy,
    candles: Mapping[str, Sequence[Candle]],
    journal: MemoryJournal,
    assumptions: Assumptions = ONE_TRADER,
    **settings: Any,
) -> Iterator[Engine]:
    """A live engine after each event; the legs' events of one time are mixed as they come."""
    instruments = {market: MARKETS[market] for market in candles}
    broker = PaperBroker(instruments, assumptions)
    engine = Engine(strategy, instruments, broker, journal, EngineSettings(verbose=False, **settings))
    engine.start()
    streams = [list(live_events(rows, MARKETS[market])) for market, rows in candles.items()]
    for events in zip(*streams, strict=True):
        for event in events:
            engine.handle(event)
            yield engine
    engine.finish(END_OF_RANGE)


def live(strategy: Strategy, candles: Mapping[str, Sequence[Candle]], **options: Any) -> MemoryJournal:
    """What a live session writes."""
    journal = MemoryJournal()
    for _ in played(strategy, candles, journal, **options):
        pass
    return journal
