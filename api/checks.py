"""Whether a session's configuration makes sense: market, exchange, strategy, parameters, range."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError

from api import strategy_table
from api.errors import FieldProblem, Invalid
from api.services import Services
from api.settings_of import complete_settings, settings_problems
from schema import markets
from schema.db.errors import NotFound
from schema.db.rows import StrategyRow
from schema.home import Home

_NOT_SECONDS = 100_000_000_000
"""A time beyond this (the year 5138) was given in milliseconds or finer."""
_LIVE_TYPES = ("test", "scraper")


@dataclass
class Configuration:
    """What is asked of a session. Settings that are None stay as they are."""

    type: str
    market: str
    exchange: str
    strategy: str
    strategy_params: dict[str, Any]
    range_start: int | None
    range_end: int | None
    settings: dict[str, Any] | None = None
    problems: list[FieldProblem] = field(default_factory=list)

    def wrong(self, name: str, message: str) -> None:
        self.problems.append(FieldProblem(name, message))


def check(made: Services, asked: Configuration) -> None:
    """Check everything; fills in the defaults of parameters and settings, and the market's usual spelling.

    Raises:
        Invalid: names every bad field.
        DatabaseDown
    """
    strategy = _strategy(made, asked)
    _check_exchange(asked)
    _check_market(asked, strategy, made.home)
    _check_range(asked)
    _check_settings(asked)
    _check_leverage(asked, made.home)
    if strategy is not None:
        _check_type(asked, strategy)
        _check_params(asked, strategy)
    if asked.problems:
        raise Invalid(asked.problems)


def _strategy(made: Services, asked: Configuration) -> StrategyRow | None:
    try:
        found = strategy_table.get(made, asked.strategy)
    except NotFound:
        names = ", ".join(row.id for row in strategy_table.all_strategies(made) if row.error is None)
        asked.wrong("strategy", f"unknown strategy {asked.strategy!r}; there are {names or 'none yet'}")
        return None
    if found.error is not None:
        asked.wrong("strategy", f"{found.id} cannot be used, it does not load: {found.error}")
        return None
    return found


def _check_exchange(asked: Configuration) -> None:
    try:
        if asked.type in _LIVE_TYPES:
            markets.require_open(asked.exchange)
        else:
            markets.exchange(asked.exchange)
    except (markets.UnknownExchange, markets.ClosedExchange) as error:
        asked.wrong("exchange", str(error))


def _check_market(asked: Configuration, strategy: StrategyRow | None, home: Home) -> None:
    """Also gives each leg its documented name, where it has one: that is what is stored."""
    asked.market = markets.usual(asked.market)
    try:
        legs = markets.legs(asked.market)
        known = asked.exchange in markets.EXCHANGES
        found = markets.resolve_all(asked.market, asked.exchange, home) if known else ()
    except markets.UnknownMarket as error:
        asked.wrong("market", str(error))
        return
    if len(asked.market) > markets.LONGEST_MARKET:
        asked.wrong("market", markets.too_long(asked.market))
    elif barred := next((spec for spec in found if markets.why_not(spec, asked.type)), None):
        why = markets.why_not(barred, asked.type)
        asked.wrong("market", f"no {asked.type} is possible on {barred.market} of {barred.exchange}: {why}")
    elif strategy is not None and (refusal := _refusal(legs, strategy)):
        asked.wrong("market", refusal)


def _refusal(legs: tuple[str, ...], strategy: StrategyRow) -> str | None:
    """Why the strategy does not trade these legs. `*` stands for any single market, `*+*` for any pair."""
    supported = strategy.supported_markets or ["*"]
    if "+".join(legs) in supported or "+".join("*" for _ in legs) in supported:
        return None
    pairs = [name for name in supported if "+" in name]
    if len(legs) == 2 and not pairs:
        return f"{strategy.id} trades a single market, and {'+'.join(legs)} is a pair"
    if len(legs) == 1 and len(pairs) == len(supported):
        return f"{strategy.id} trades a pair of markets, such as {pairs[0].replace('*+*', 'XBTUSD+ETHUSD')}"
    return f"{strategy.id} does not trade {'+'.join(legs)}; it trades {', '.join(supported)}"


def _check_type(asked: Configuration, strategy: StrategyRow) -> None:
    supported = strategy.supported_types or []
    if asked.type not in supported:
        asked.wrong(
            "type", f"{strategy.id} has no sessions of type {asked.type}; it has {', '.join(supported)}"
        )


def _check_range(asked: Configuration) -> None:
    given = {"range_start": asked.range_start, "range_end": asked.range_end}
    if asked.type != "backtest":
        for name, value in given.items():
            if value is not None:
                asked.wrong(name, f"only a backtest has a range, and this is of type {asked.type}")
        return
    for name, value in given.items():
        if value is None:
            asked.wrong(name, "required for a backtest")
        elif value > _NOT_SECONDS:
            asked.wrong(
                name, f"{value} is no time in Unix seconds; milliseconds? then {value // 1000} is meant"
            )
        elif value > time.time() + (0 if name == "range_start" else 60):
            asked.wrong(name, "lies in the future; a backtest needs a time that has passed")
    start, end = asked.range_start, asked.range_end
    if start is not None and end is not None:
        if end < start:
            asked.wrong("range_end", "lies before range_start")
        elif end - start < 60:
            asked.wrong(
                "range_end", "leaves an empty range; it is exclusive, and a candle is one minute long"
            )


def _check_settings(asked: Configuration) -> None:
    if asked.settings is None:
        return
    if problems := settings_problems(asked.settings):
        asked.problems += problems
    else:
        asked.settings = complete_settings(asked.settings)


def _check_leverage(asked: Configuration, home: Home) -> None:
    """No more than the exchange allows on each leg, where it says so (a limit of 1 says nothing)."""
    if asked.settings is None or asked.problems:
        return
    for spec in markets.resolve_all(asked.market, asked.exchange, home):
        if 1 < spec.max_leverage < asked.settings["leverage"]:
            asked.wrong(
                "settings.leverage", f"{spec.exchange} allows at most {spec.max_leverage} on {spec.market}"
            )


def _check_params(asked: Configuration, strategy: StrategyRow) -> None:
    filled = {**(strategy.default_params or {}), **asked.strategy_params}
    known = (strategy.param_schema or {}).get("properties", {})
    for name in asked.strategy_params.keys() - known.keys():
        asked.wrong(
            f"strategy_params.{name}",
            f"{strategy.id} has no such parameter; it has {', '.join(known) or 'none'}",
        )
    for error in _schema_errors(strategy.param_schema or {}, filled):
        for name, message in _fields(error):
            asked.wrong(f"strategy_params.{name}" if name else "strategy_params", message)
    asked.strategy_params = {name: _whole(value, known.get(name)) for name, value in filled.items()}


def _whole(value: Any, schema: Any) -> Any:
    """100.0 as 100 where an integer is wanted: JSON Schema calls both integers, strategies take only one."""
    wanted = [schema, *schema.get("anyOf", ())] if isinstance(schema, dict) else []
    types = {one.get("type") for one in wanted if isinstance(one, dict) and isinstance(one.get("type"), str)}
    is_whole = isinstance(value, float) and value.is_integer()
    return int(value) if is_whole and "integer" in types and "number" not in types else value


def _schema_errors(schema: dict[str, Any], values: dict[str, Any]) -> Iterator[ValidationError]:
    validator = Draft202012Validator(schema)
    try:
        yield from validator.iter_errors(values)
    except (SchemaError, TypeError, ValueError) as error:  # a user's strategy may bring any schema
        yield ValidationError(f"the strategy's own JSON Schema cannot be used: {error}")


def _fields(error: ValidationError) -> Iterator[tuple[str, str]]:
    """The field that an error is about, and what is wrong with it; unknown ones were named before."""
    if error.validator == "additionalProperties":
        return
    yield ".".join(str(part) for part in error.absolute_path), error.message[:300]
