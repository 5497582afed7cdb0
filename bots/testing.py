"""For the tests of your own strategies: candles, a backtest in a line, and the check for looking ahead.

from bots.testing import assert_sound, backtest, candles, load

MyCross = load("my_cross.py")

def test_it_trades():
    assert backtest(MyCross, {"fast": 5, "slow": 20}).trades

def test_it_does_not_look_ahead():
    assert_sound(MyCross)
"""

import inspect
import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from bots.check.findings import Finding
from bots.check.run import check
from bots.check.subject import Subject
from bots.core.assumptions import Assumptions
from bots.core.backtest import Backtest, BacktestResult
from bots.core.events import Candle, Funding
from bots.core.instrument import Instrument
from bots.core.series import Series
from bots.core.settings import EngineSettings
from bots.core.strategy import Strategy
from bots.core.timeframes import seconds
from bots.runner.prepare import instrument
from bots.strategies.loader import StrategyLoadError, params_model, strategies_in
from schema import markets
from schema.session_settings import SessionSettings

__all__ = ["assert_no_lookahead", "assert_sound", "backtest", "candles", "findings", "load"]

_START = 1_704_067_200  # 2024-01-01 00:00 UTC
_USUAL_PRICE = {"XBTUSD": 40_000.0, "ETHUSD": 2_300.0, "SOLUSD": 100.0, "XRPUSD": 0.6, "DOGEUSD": 0.09}
_EXCHANGE = "sandbox"

Market = Series | Iterable[Candle]


def load(file: str | Path, name: str = "") -> type[Strategy]:
    """The strategy in a Python file; `name` picks one of several.

    A relative path begins at the folder of the test that calls this, or at the one above it.

    Raises:
        StrategyLoadError: the file is not there, cannot be loaded, or has no such strategy.
    """
    path = Path(file)
    if not path.is_absolute():
        beside = Path(inspect.stack()[1].filename).resolve().parent
        path = next((folder / path for folder in (beside, beside.parent) if (folder / path).exists()), path)
    if not path.exists():
        raise StrategyLoadError("there is no such file", path.absolute())
    found = {strategy.__name__: strategy for strategy in strategies_in(path)}
    if not name and len(found) == 1:
        return next(iter(found.values()))
    if name not in found:
        raise StrategyLoadError(f"has {', '.join(found)}: name one of them", path)
    return found[name]


def candles(
    count: int = 5000,
    *,
    market: str = "XBTUSD",
    seed: int = 1,
    start: float = _START,
    price: float | None = None,
    volatility: float = 0.0006,
) -> Series:
    """One-minute candles of a made-up market, which are the same for the same arguments.

    Args:
        start: opening time of the first, Unix seconds.
        price: at the beginning; by default about what the market has cost.
        volatility: usual move of a minute, as a share of the price.
    """
    draw = random.Random(f"{seed}/{market}")
    tick = float(_contract(market).tick)
    value = price or _USUAL_PRICE.get(market, 100.0)
    columns: list[list[float]] = [[], [], [], [], []]
    drift = 0.0
    for index in range(count):
        if index % 90 == 0:
            drift = draw.choice((-0.4, -0.1, 0.0, 0.1, 0.4)) * volatility
        open_ = max(value * (1 + draw.gauss(0, volatility / 8)), 10 * tick)
        value = max(open_ * (1 + drift + draw.gauss(0, volatility)), 10 * tick)
        high = max(open_, value) * (1 + abs(draw.gauss(0, volatility / 2)))
        low = min(open_, value) * (1 - abs(draw.gauss(0, volatility / 2)))
        row = (open_, high, low, value, draw.uniform(10, 200))
        for column, number in zip(columns, row, strict=True):
            column.append(number)
    begin = int(start) - int(start) % 60
    stamps = [begin + 60 * index for index in range(count)]
    return Series.from_floats(market, _contract(market).tick, stamps, *columns)


def backtest(
    strategy: type[Strategy],
    params: Mapping[str, Any] | None = None,
    series: Market | Mapping[str, Market] | None = None,
    *,
    market: str = "XBTUSD",
    timeframe: str = "1m",
    starting_balance: float | str = 1,
    assumptions: Assumptions | None = None,
    funding: Iterable[Funding] = (),
) -> BacktestResult:
    """A whole backtest: its `trades`, `equity`, `metrics` and `notes`.

    Args:
        params: by name; the others have their defaults. They are checked as those of a session are.
        series: candles of the market, or of each market by name for a pair; by default `candles()`.
        market: of candles that do not name theirs, and of the default ones.
        starting_balance: in the currency that the market settles in.

    Raises:
        ValueError: parameters outside their schema, or what `Backtest` raises; what the strategy raises.
    """
    subject = replace(
        _subject(strategy, params, series, market, timeframe, starting_balance),
        assumptions=assumptions or Assumptions(),
        funding=tuple(funding),
    )
    run = Backtest(
        subject.make(),
        subject.instruments,
        subject.series,
        subject.settings,
        assumptions=subject.assumptions,
        funding=subject.funding,
    )
    for _ in run.run():
        pass
    return run.result()


def findings(
    strategy: type[Strategy],
    params: Mapping[str, Any] | None = None,
    series: Market | Mapping[str, Market] | None = None,
    *,
    market: str = "XBTUSD",
    timeframe: str = "1m",
) -> list[Finding]:
    """What `botyard check` finds on these candles (by default 3000); see `backtest` for the arguments."""
    return check(_subject(strategy, params, series, market, timeframe, count=3000)).findings


def assert_no_lookahead(strategy: type[Strategy], *given: Any, **more: Any) -> None:
    """Fail where a value or an order depends on what comes later or on chance. Arguments as of `findings`."""
    wrong = [finding.message for finding in findings(strategy, *given, **more) if finding.is_error]
    if wrong:
        raise AssertionError("\n".join(wrong))


def assert_sound(strategy: type[Strategy], *given: Any, **more: Any) -> None:
    """As `assert_no_lookahead`, and fail too where a value needs more bars than `warmup()` says."""
    wrong = [finding.message for finding in findings(strategy, *given, **more)]
    if wrong:
        raise AssertionError("\n".join(wrong))


def _subject(
    strategy: type[Strategy],
    params: Mapping[str, Any] | None,
    series: Market | Mapping[str, Market] | None,
    market: str,
    timeframe: str,
    starting_balance: float | str = 1,
    count: int = 5000,
) -> Subject:
    model = params_model(strategy).model_validate(dict(params or {}))
    given = _by_market(series, market, strategy.legs, count)
    instruments = {name: _contract(name) for name in given}
    whole = {
        name: rows if isinstance(rows, Series) else Series.of(rows, name, instruments[name].tick)
        for name, rows in given.items()
    }
    settings = EngineSettings(
        session="test",
        exchange=_EXCHANGE,
        starting_balance=Decimal(str(starting_balance)),
        timeframe=seconds(timeframe),
        verbose=False,
    )
    return Subject(lambda: strategy(model), instruments, whole, settings)


def _by_market(
    series: Market | Mapping[str, Market] | None, market: str, legs: int, count: int
) -> Mapping[str, Market]:
    if isinstance(series, Mapping):
        return series
    if isinstance(series, Series):
        return {series.market or market: series}
    if series is not None:
        return {market: series}
    names = [market, *(name for name in ("ETHUSD", "SOLUSD") if name != market)][:legs]
    return {name: candles(count, market=name) for name in names}


def _contract(market: str) -> Instrument:
    return instrument(markets.resolve(market, _EXCHANGE), SessionSettings())
