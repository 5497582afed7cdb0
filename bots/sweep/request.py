"""From what is asked for, or what an earlier sweep was asked for, to parts that are proved good."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bots.core.bars import CandleError
from bots.process import BadSpec
from bots.runner.candles import Tell, gather
from bots.runner.prepare import prepare
from bots.strategies.loader import StrategyLoadError, load_strategy
from bots.sweep.grid import Grid, GridError
from bots.sweep.identity import identity
from bots.sweep.ranking import UnknownMetric, check_metric
from bots.sweep.sets import Sets
from bots.sweep.store import SweepError, differences, read_header
from bots.sweep.trials import Trials, first_candle
from schema.home import Home
from schema.spec import LaunchSpec

ASKED = ("strategy", "market", "exchange", "range_start", "range_end", "settings", "grid")
"""What may be left out when a sweep is resumed."""

METRIC = "sharpe"
"""What sets are ranked by, unless told otherwise."""


@dataclass(frozen=True)
class Ready:
    """A sweep that can begin.

    Attributes:
        identity: everything that the results depend on.
    """

    trials: Trials
    identity: dict[str, Any]


def asked(request: Mapping[str, Any], home: Home) -> dict[str, Any]:
    """What is asked for: as given, or as the sweep that is resumed was asked.

    Raises:
        BadSpec: what is given differs from that sweep, something is missing, or cannot be read.
    """
    given = {name: request[name] for name in ASKED if request.get(name) is not None}
    try:
        if "grid" in given:
            given["grid"] = Grid.parse(given["grid"]).to_json()
        if resumed := request.get("resume"):
            header = read_header(home.sweeps, resumed)
            if different := differences(header, given):
                raise SweepError(f"sweep {resumed} was of something else: " + "; ".join(different))
            given = {name: header[name] for name in ASKED}
        check_metric(request.get("metric") or METRIC)
    except (GridError, SweepError, UnknownMetric) as error:
        raise BadSpec(str(error), "bad_sweep") from None
    if missing := [name for name in ASKED[:5] if name not in given]:
        raise BadSpec(f"a sweep needs {', '.join(missing)}", "bad_sweep")
    if given["range_end"] <= given["range_start"]:
        raise BadSpec("the end of the range must be after its start", "bad_range")
    return {"settings": {}, "grid": [], **given}


def ready(wanted: Mapping[str, Any], home: Home, tell: Tell) -> Ready:
    """Load the strategy, check every set, and gather the candles that the longest warm-up needs.

    Raises:
        BadSpec, OutsideTrouble.
    """
    try:
        strategy = load_strategy(wanted["strategy"], home.strategies)
        sets = Sets.check(strategy, Grid.from_json(wanted["grid"]))
    except StrategyLoadError as error:
        raise BadSpec(str(error), "strategy_error") from None
    except GridError as error:
        raise BadSpec(str(error), "bad_params") from None
    given = {name: wanted[name] for name in ASKED if name != "grid"}
    first = sets.grid.point(sets.valid[0])
    spec = LaunchSpec(
        kind="session",
        id="sweep",
        run=1,
        home=str(home.root),
        type="backtest",
        strategy_params=first,
        **given,
    )
    prepared = prepare(spec, home)
    longest = min((made for _, made in sets.strategies()), key=lambda made: first_candle(prepared, made))
    try:
        gathered = gather(replace(prepared, strategy=longest), tell, lambda: None)
    except CandleError as error:
        raise BadSpec(str(error), "bad_candles") from None
    settings = prepared.settings.model_dump(mode="json")
    return Ready(
        Trials(sets, prepared, gathered), identity(wanted, settings, strategy, home.strategies, gathered)
    )
