"""A new strategy's first files: the strategy, which trades as it is, and a test beside it."""

import keyword
import re
from pathlib import Path
from string import Template
from typing import Any

from bots.process import BadSpec, OutsideTrouble
from bots.strategies.loader import BUILT_IN, describe_all
from schema.files.atomic import write_new
from schema.settings import load_settings

_LONGEST = 50


def new_strategy(request: dict[str, Any]) -> dict[str, Any]:
    """Write `name` (MyCross or my_cross) into `folder`, by default the home's strategies.

    Gives "strategy" (its id), "file", "test". Raises BadSpec, OutsideTrouble.
    """
    home = load_settings().home.ensure()
    folder = Path(request["folder"]) if request.get("folder") else home.strategies
    id, stem = names(request["name"])
    taken = {row["id"] for row in describe_all(folder)}
    if id in BUILT_IN or id in taken:
        kind = "built in" if id in BUILT_IN else f"in {folder} already"
        raise BadSpec(f"a strategy {id} is {kind}: choose another name", "bad_name")
    file, test = folder / f"{stem}.py", folder / "tests" / f"test_{stem}.py"
    for path in (file, test):
        if path.exists():
            raise BadSpec(f"{path} is there already, and is not overwritten", "exists")
    words = {"id": id, "stem": stem, "title": re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", id)}
    try:
        test.parent.mkdir(parents=True, exist_ok=True)
        write_new(file, Template(_STRATEGY).substitute(words).encode())
        write_new(test, Template(_TEST).substitute(words).encode())
    except OSError as error:
        raise OutsideTrouble(f"the strategy cannot be written: {error}", "disk") from None
    return {"strategy": id, "file": str(file), "test": str(test)}


def names(name: str) -> tuple[str, str]:
    """The class's name and the file's, without its ending: MyCross and my_cross, from either.

    Raises:
        BadSpec: it is no name of a class and a file.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or keyword.iskeyword(name) or len(name) > _LONGEST:
        raise BadSpec(
            f"{name!r} is no name for a strategy: at most {_LONGEST} letters, digits and _, as MyCross",
            "bad_name",
        )
    id = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    stem = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", id).lower()
    if stem.startswith("test_") or stem == "tests":
        raise BadSpec(f"{name!r}: pytest would take {stem}.py for a test; choose another name", "bad_name")
    return id, stem


_STRATEGY = '''\
"""$title: buys a close above the highest of the last bars, with a stop below and a target above.

A starting point: it trades as it is. Look at it, change it, and then

    botyard check $id --market XBTUSD --from 2024-01-01 --to 2024-01-08
    botyard backtest --strategy $id --market XBTUSD --from 2024-01-01 --to 2024-01-08
    pytest tests/test_$stem.py
"""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bots.core.strategy import Bar, Candles, Fill, Floats, Strategy
from bots.strategies.indicators import atr, highest, sma


class $id(Strategy):
    """Follows a breakout while the trend is up."""

    title = "$title"
    description = "Buys a close above the highest of the last bars"  # as lists show it
    markets = ("*",)  # or only some: ("XBTUSD", "ETHUSD")

    class Params(BaseModel):
        """Each parameter with its type, default, limits and description: forms and checks come from here."""

        model_config = ConfigDict(extra="forbid")

        channel: int = Field(30, ge=2, le=1000, description="bars whose highest must be exceeded")
        trend: int = Field(90, ge=2, le=1000, description="bars of the average that must be below the price")
        stop_atr: float = Field(2.0, gt=0, le=50, description="distance of the stop in average true ranges")
        target_atr: float = Field(4.0, gt=0, le=50, description="distance of the target in the same")
        size: int = Field(100, ge=1, description="contracts per trade")

        @model_validator(mode="after")
        def _target_is_worth_the_stop(self) -> Self:
            """Rules between parameters; a sweep leaves out the combinations that break one."""
            if self.target_atr <= self.stop_atr:
                raise ValueError("target_atr must be above stop_atr")
            return self

    params: Params

    def warmup(self) -> int:
        """Bars that the indicators need. `botyard check` tells whether they are enough."""
        return max(self.params.channel + 1, self.params.trend, _ATR_BARS + 1)

    def indicators(self, candles: Candles, *others: Candles) -> dict[str, Floats]:
        """Arrays as long as the candles; in a backtest computed once, over all of them.

        A value may depend on the `warmup()` bars up to its own, and on no later one.
        """
        return {
            "ceiling": highest(candles.high, self.params.channel),
            "trend": sma(candles.close, self.params.trend),
            "atr": atr(candles, _ATR_BARS),
        }

    def on_bar(self, bar: Bar) -> None:
        """A bar is closed; what is ordered here is filled from the next trade on."""
        if self.position():
            return  # the stop and the target are at work
        # The bar itself is among the highest of the last ones: compare with those before it.
        broke_out = bar.close > self.indicator("ceiling", back=1)
        if broke_out and bar.close > self.indicator("trend"):
            reach = self.indicator("atr")
            self.buy(
                self.params.size,
                stop=bar.close - self.params.stop_atr * reach,
                target=bar.close + self.params.target_atr * reach,
                reason="breakout",
            )

    def on_fill(self, fill: Fill) -> None:
        """One of our orders was filled."""
        self.log.info(f"{fill.side} {fill.size} at {fill.price}")

    # There is more, all of it optional:
    #   targets(candles)      the position wanted after each bar; then on_bar is not needed, and it is fastest
    #   on_tick, on_funding, on_start
    #   self.sell(...), close(), order_to(size), cancel(order), amend(order, limit=...)
    #   limit=, trigger=, trail=, post_only=, time_in_force=, self.one_cancels_other()
    #   timeframes = ("1h",) with indicators_on(timeframe, candles)
    #   state() and restore(state): what must survive a restart, where you keep something in self


_ATR_BARS = 14
'''

_TEST = '''\
"""Run with `pytest`, in this folder or the one above it."""

import pytest

from bots.testing import assert_sound, backtest, candles, load

$id = load("$stem.py", "$id")


def test_it_trades():
    result = backtest($id, {"channel": 20})
    assert result.trades
    assert {trade["side"] for trade in result.trades} == {"LONG"}
    assert {trade["exit_reason"] for trade in result.trades} <= {"stop-loss", "take-profit", "end of range"}


def test_it_stands_aside_where_nothing_moves():
    assert backtest($id, series=candles(1000, volatility=1e-9)).trades == []


def test_it_neither_looks_ahead_nor_needs_more_bars_than_it_says():
    assert_sound($id)


def test_parameters_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="target_atr must be above stop_atr"):
        backtest($id, {"stop_atr": 4, "target_atr": 2})
'''
