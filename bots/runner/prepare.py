"""From a launch specification to checked parts: strategy, contracts, settings. All that can be wrong is
found here.
"""

from dataclasses import dataclass, fields
from typing import Any

from pydantic import ValidationError

from bots.core.assumptions import Assumptions
from bots.core.engine import EngineSettings
from bots.core.instrument import Instrument
from bots.core.strategy import Strategy
from bots.process import BadSpec
from bots.strategies.loader import StrategyLoadError, StrategyParamsError, create_strategy
from schema import markets
from schema.files.aside import BrokenFile
from schema.files.snapshot import read_snapshot
from schema.home import Home
from schema.markets import MarketSpec
from schema.session_settings import SessionSettings
from schema.spec import LaunchSpec
from schema.timeframes import seconds

BASE_SECONDS = 60
"""Length of the candles that every session is fed with; longer bars are made of them."""


@dataclass(frozen=True)
class Prepared:
    """The parts of one session, each proved good."""

    spec: LaunchSpec
    home: Home
    settings: SessionSettings
    strategy: Strategy
    instruments: dict[str, Instrument]

    def engine_settings(self, *, verbose: bool) -> EngineSettings:
        return EngineSettings(
            session=self.spec.id,
            exchange=self.spec.exchange,
            run=self.spec.run,
            starting_balance=self.settings.starting_balance,
            timeframe=seconds(self.settings.timeframe),
            base=BASE_SECONDS,
            verbose=verbose,
        )

    def assumptions(self) -> Assumptions:
        """What the session's paper fills assume."""
        return Assumptions(**{each.name: getattr(self.settings, each.name) for each in fields(Assumptions)})

    @property
    def settle(self) -> str:
        """Currency of the session's equity: dollars where it has several legs."""
        return "USD" if len(self.instruments) > 1 else next(iter(self.instruments.values())).settle


def prepare(spec: LaunchSpec, home: Home) -> Prepared:
    """Check and load everything that the specification names.

    Raises:
        BadSpec: with every problem of the part that is wrong.
    """
    settings = _settings(spec)
    strategy = _strategy(spec, home)
    legs = _markets(spec, home)
    _check_fit(type(strategy), spec, len(legs))
    return Prepared(spec, home, settings, strategy, {leg.market: instrument(leg, settings) for leg in legs})


def _check_fit(strategy: type[Strategy], spec: LaunchSpec, legs: int) -> None:
    if legs != strategy.legs:
        raise BadSpec(
            f"{spec.strategy} trades {strategy.legs} market(s), {spec.market} is {legs}", "bad_market"
        )
    if spec.type not in strategy.types:
        raise BadSpec(
            f"{spec.strategy} runs as {' or '.join(strategy.types)}, not as {spec.type}", "bad_type"
        )


def stored_snapshot(prepared: Prepared) -> dict[str, Any] | None:
    """What the last run left to go on from, None where there was none.

    Raises:
        BadSpec: it cannot be read. An unreadable one was moved aside: the start after this begins without it.
    """
    try:
        return read_snapshot(prepared.home.snapshot(prepared.spec.id))
    except BrokenFile as error:
        raise BadSpec(str(error), "bad_snapshot") from None


def instrument(market: MarketSpec, settings: SessionSettings) -> Instrument:
    """The contract of a market with the session's own fees."""
    return Instrument(
        market=market.market,
        kind="inverse" if market.kind == "inverse" else "linear",
        settle=market.settle,
        base=market.base,
        quote=market.quote,
        tick=market.tick,
        lot=market.lot,
        taker_fee=settings.taker_fee,
        maker_fee=settings.maker_fee,
    )


def _settings(spec: LaunchSpec) -> SessionSettings:
    try:
        return SessionSettings.model_validate(spec.settings)
    except ValidationError as error:
        raise BadSpec(f"bad settings: {_problems(error)}", "bad_settings") from None


def _strategy(spec: LaunchSpec, home: Home) -> Strategy:
    try:
        return create_strategy(spec.strategy, home.strategies, spec.strategy_params)
    except StrategyLoadError as error:
        raise BadSpec(str(error), "strategy_error") from None
    except StrategyParamsError as error:
        raise BadSpec(str(error), "bad_params", {"errors": error.errors}) from None


def _markets(spec: LaunchSpec, home: Home) -> tuple[MarketSpec, ...]:
    try:
        legs = markets.resolve_all(spec.market, spec.exchange, home)
    except ValueError as error:
        raise BadSpec(str(error), "bad_market") from None
    for leg in legs:
        if why := markets.why_not(leg, spec.type):
            raise BadSpec(
                f"no {spec.type} is possible on {leg.market} of {leg.exchange}: {why}", "bad_market"
            )
    return legs


def _problems(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'all'}: {problem['msg']}" for problem in error.errors()
    )
