"""What a handler can see ends with the bar that it is called for, live and in a backtest."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from bots.core.backtest import Backtest, BacktestResult, EngineName
from bots.core.candles import Candles, Floats
from bots.core.events import Bar, Candle, Funding
from bots.core.series import TickSeries
from bots.core.settings import EngineSettings
from bots.core.strategy import Strategy
from tests.bots.core.make import XBTUSD, D, Scripted, engine, feed, tick, wave


class Watcher(Strategy):
    """Notes what it can see at each bar."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Any] = []

    def warmup(self) -> int:
        return 2

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        return {"close": candles.close}

    def on_bar(self, bar: Bar) -> None:
        last = float(self.history().ts[-1])
        self.seen.append((bar.ts, last, bar.close == self.indicator("close"), len(self.history())))


GAP = [0, 60, 120, 540, 600, 660, 720, 780, 840, 900]
"""The candle of 540 completes two bars of five minutes at once: the unfinished first, and the second."""


def rows(stamps: list[int]) -> list[Candle]:
    return [row._replace(ts=float(ts)) for row, ts in zip(wave(len(stamps)), stamps, strict=True)]


@pytest.mark.parametrize("name", ["live", "general", "compiled"])
def test_of_two_bars_completed_at_once_the_first_is_decided_on_without_the_second(name: str) -> None:
    strategy = Watcher()
    if name == "live":
        made, _ = engine(strategy, timeframe=300)
        for row in rows(GAP):
            feed(made, tick(row.close, row.ts + 60), row)
    else:
        kind: EngineName = "general" if name == "general" else "compiled"
        test = Backtest(
            strategy, {"XBTUSD": XBTUSD}, {"XBTUSD": rows(GAP)}, EngineSettings(timeframe=300), engine=kind
        )
        assert len(list(test.run()))
    assert strategy.seen == [(300, 300, True, 2), (600, 600, True, 2)]


class Funded(Watcher):
    """Buys at the fourth bar; notes what it sees at a funding stamp, and trades on it."""

    def on_bar(self, bar: Bar) -> None:
        if bar.ts == 180:
            self.buy(1000)

    def on_funding(self, funding: Funding) -> None:
        quote = self.quote()
        self.seen.append((funding.ts, funding.mark, self.now, quote.ts, quote.price, self.equity))
        self.order_to(500)


STAMPS = [600, 630, 1500, 2400]
"""At a candle's opening, within it, in a gap, at an opening after which nothing else happens."""


def funded(stamps: list[int], **options: Any) -> tuple[Funded, BacktestResult]:
    strategy = Funded()
    funding = [Funding("XBTUSD", ts, D("0.0001")) for ts in STAMPS]
    test = Backtest(
        strategy, {"XBTUSD": XBTUSD}, {"XBTUSD": rows(stamps)}, EngineSettings(), funding=funding, **options
    )
    assert list(test.run())
    return strategy, test.result()


def test_a_funding_handler_sees_the_last_print_whether_or_not_the_candle_was_walked() -> None:
    stamps = [ts for ts in range(0, 3000, 60) if not 1200 <= ts < 1800]
    candles = {row.ts: row for row in rows(stamps)}
    walked, walked_result = funded(stamps, engine="general", skip=False)
    assert [(ts, mark, quote, price) for ts, mark, _, quote, price, _ in walked.seen] == [
        (600, candles[600].open, 599, candles[540].close),
        (630, candles[600].open, 600, candles[600].open),
        (1500, candles[1140].close, 1199, candles[1140].close),
        (2400, candles[2400].open, 2399, candles[2340].close),
    ]
    for name in ("general", "compiled"):
        strategy, result = funded(stamps, engine=name)
        assert strategy.seen == walked.seen
        assert result == walked_result


def test_excursions_are_those_of_the_recorded_ticks_where_there_are_any() -> None:
    """The ticks of the fourth minute go beyond its candle, those of the fifth stay far within it."""
    candles = [
        Candle(60.0 * at, D(30_000), D(30_100), D(29_900), D(30_000), D(60), "XBTUSD") for at in range(8)
    ]
    prints = [(60.0 * at + second, 30_000 + move) for at, move in ((3, 300), (4, 5)) for second, move in
              ((0, 0), (20, move), (40, -move), (59, 0))]  # fmt: skip
    levels = np.array([price * 10 for _, price in prints])
    count = len(prints)
    ticks = TickSeries(
        "XBTUSD", XBTUSD.tick, np.array([ts for ts, _ in prints]), levels, np.ones(count),
        np.ones(count, dtype=np.int8), levels, levels + 1,
    )  # fmt: skip
    for held, low, high in ((range(2, 4), 29_700, 30_300), (range(3, 4), 29_995, 30_005)):
        figures = []
        for skip in (True, False):
            script = {60.0 * (held.start): lambda s: s.buy(1000), 60.0 * (held.stop): lambda s: s.close()}
            test = Backtest(
                Scripted(script), {"XBTUSD": XBTUSD}, {"XBTUSD": candles}, EngineSettings(),
                ticks={"XBTUSD": ticks}, skip=skip,
            )  # fmt: skip
            assert list(test.run())
            (trade,) = test.result().trades
            figures.append((trade["mae"], trade["mfe"]))
        assert figures[0] == figures[1]
        entry = trade["entry_price"]
        assert figures[0] == pytest.approx((1000 / entry - 1000 / low, 1000 / entry - 1000 / high), abs=1e-7)


class Backward(Strategy):
    """Reads indicators of the past, with just the bars for the newest of `mean`, and one more for `close`."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Any] = []

    def warmup(self) -> int:
        return 4

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        mean = np.full(len(candles), np.nan)
        for at in range(2, len(candles)):
            mean[at] = candles.close[at - 2 : at + 1].mean()
        return {"mean": mean, "close": candles.close, "unknown": np.full(len(candles), np.nan)}

    def on_bar(self, bar: Bar) -> None:
        names = ("mean", "close", "unknown")
        self.seen.append([str(self.indicator(name, back=back)) for name in names for back in range(6)])


def test_a_value_of_the_past_is_seen_in_a_backtest_only_where_a_live_session_has_it() -> None:
    candles = wave(40, start=0.0)
    live = Backward()
    made, _ = engine(live)
    for row, after in pairwise(candles):
        feed(made, tick(after.open, after.ts), row)
    assert [value != "nan" for value in live.seen[-1]] == [
        *[True] * 2,
        *[False] * 4,
        *[True] * 4,
        *[False] * 8,
    ]
    for name in ("general", "compiled"):
        strategy = Backward()
        test = Backtest(
            strategy, {"XBTUSD": XBTUSD}, {"XBTUSD": candles}, EngineSettings(), engine=name
        )  # fmt: skip
        assert list(test.run())
        assert strategy.seen == live.seen


def test_before_the_first_bar_there_is_no_value() -> None:
    class Early(Backward):
        def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
            assert len(candles)
            return super().indicators(candles)

        def on_start(self) -> None:
            self.seen.append(str(self.indicator("mean")))

    strategy = Early()
    made, _ = engine(strategy)
    feed(made, tick("30000"))
    assert strategy.seen == ["nan"]
