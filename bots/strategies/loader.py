"""Finds strategies: the built-in ones by name, the user's in the Python files of a folder.

A user's file is run only when its strategy is wanted or described; what it raises is reported with its line
and harms no other. A built-in strategy cannot be replaced.
"""

import importlib
import re
import signal
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from numbers import Integral
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bots.core.strategy import Strategy

BUILT_IN = {
    "TestBot": "bots.strategies.test_bot",
    "PairTradeBot": "bots.strategies.pair_trade_bot",
    "MovingAverageCross": "bots.strategies.moving_average_cross",
    "BollingerReversion": "bots.strategies.bollinger_reversion",
    "MarketScraper": "bots.strategies.market_scraper",
}
_TYPES = ("test", "backtest", "scraper")
_LONGEST_ID = 50


class StrategyLoadError(Exception):
    """A strategy that is not there or cannot be loaded; `file` and `line` say where, if it is known."""

    def __init__(self, message: str, file: Path | None = None, line: int | None = None) -> None:
        self.message, self.file, self.line = message, file, line
        where = "" if file is None else f"{file.name}, line {line}: " if line else f"{file.name}: "
        super().__init__(where + message)


class StrategyParamsError(ValueError):
    """Parameters outside their schema; `errors` is one {"field", "message"} for each."""

    def __init__(self, strategy: str, errors: list[dict[str, str]]) -> None:
        self.errors = errors
        super().__init__(
            f"{strategy}: " + "; ".join(f"{error['field']}: {error['message']}" for error in errors)
        )


class NoParams(BaseModel):
    """Parameters of a strategy that names none."""

    model_config = ConfigDict(extra="forbid")


def load_strategy(id: str, folder: Path) -> type[Strategy]:
    """The class of this id. Raises StrategyLoadError."""
    if id in BUILT_IN:
        return _built_in(id)
    trouble: StrategyLoadError | None = None
    for file in _files(folder):
        if not _mentions(file, id):
            continue
        try:
            found = [strategy for strategy in strategies_in(file) if strategy_id(strategy) == id]
        except StrategyLoadError as error:  # it may only mention the strategy that another file defines
            trouble = trouble or error
            continue
        if found:
            return found[0]
    if trouble is not None:
        raise trouble
    raise StrategyLoadError(f"there is no strategy {id!r}, neither built in nor in {folder}")


def create_strategy(id: str, folder: Path, params: Mapping[str, Any]) -> Strategy:
    """An instance with these parameters. Raises StrategyLoadError, StrategyParamsError."""
    strategy = load_strategy(id, folder)
    try:
        valid = params_model(strategy).model_validate(dict(params))
    except ValidationError as error:
        raise StrategyParamsError(id, _problems(error)) from None
    try:
        made = strategy(valid)
        _check_warmup(made)
    except StrategyLoadError:
        raise
    except (Exception, SystemExit) as error:  # what the user wrote may raise anything
        file = Path(str(sys.modules[strategy.__module__].__file__))
        raise StrategyLoadError(f"{type(error).__name__}: {error}", file, _line(error, file)) from error
    return made


def _check_warmup(strategy: Strategy) -> None:
    """Raises StrategyLoadError: it needs something that is no number of bars."""
    needs: dict[str, Any] = {"warmup()": strategy.warmup()}
    needs |= {f"warmup_on({name!r})": strategy.warmup_on(name) for name in strategy.timeframes}
    for method, bars in needs.items():
        if isinstance(bars, bool) or not isinstance(bars, Integral) or bars < 0:
            raise StrategyLoadError(
                f"{strategy.name}.{method} must return a number of bars, not {bars!r:.100}"
            )


def describe_all(folder: Path, seconds: float = 5.0) -> list[dict[str, Any]]:
    """Every strategy as a row, the built-in ones first; a file that does not load has its `error`.

    A file that takes longer than `seconds` counts as one that does not. For a process's main thread only.
    """
    rows = [describe(_built_in(id), None) for id in BUILT_IN]
    for file in _files(folder):
        taken = {row["id"] for row in rows}
        try:
            with _time_limit(seconds, file):
                found = [describe(strategy, file) for strategy in strategies_in(file)]
            if clash := next((row["id"] for row in found if row["id"] in taken), None):
                raise StrategyLoadError(f"there already is a strategy {clash!r}", file)
            rows += found
        except StrategyLoadError as error:
            rows.append(_broken(file, str(error), taken))
    return rows


def describe(strategy: type[Strategy], file: Path | None) -> dict[str, Any]:
    """One row of `describe_all`."""
    params = params_model(strategy)
    return {
        "id": strategy_id(strategy),
        "name": strategy.title or strategy_id(strategy),
        "description": strategy.description or (strategy.__doc__ or "").strip().partition("\n")[0],
        "supported_types": list(strategy.types),
        "supported_markets": list(strategy.markets),
        "default_params": _defaults(params),
        "param_schema": params.model_json_schema(),
        "source": "built-in" if file is None else "user",
        "file": None if file is None else str(file),
        "error": None,
    }


def strategy_id(strategy: type[Strategy]) -> str:
    """Its `id`, or its class name where it states none itself."""
    return str(vars(strategy).get("id") or strategy.__name__)


def params_model(strategy: type[Strategy]) -> type[BaseModel]:
    """The model of its parameters."""
    model: type[BaseModel] = NoParams if strategy.Params is None else strategy.Params
    return model


def _built_in(id: str) -> type[Strategy]:
    strategy: type[Strategy] = getattr(importlib.import_module(BUILT_IN[id]), id)
    return strategy


def _files(folder: Path) -> list[Path]:
    """The user's files; a name that begins with an underscore or a dot is a helper of theirs."""
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.glob("*.py") if file.name[0] not in "._" and file.is_file())


def _mentions(file: Path, id: str) -> bool:
    """Whether the strategy may be in this file: others need not be run."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return re.search(rf"\b{re.escape(id)}\b", text) is not None


def strategies_in(file: Path) -> list[type[Strategy]]:
    """The strategies that a file defines, checked. Raises StrategyLoadError."""
    module = _run(file)
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Strategy)
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
    ]
    if not found:
        raise StrategyLoadError("defines no strategy (a subclass of bots.core.strategy.Strategy)", file)
    for strategy in found:
        if problem := _problem(strategy):
            raise StrategyLoadError(f"{strategy.__name__}: {problem}", file)
    return found


def _run(file: Path) -> ModuleType:
    name = f"botyard_user_strategies.{file.stem}"
    module = ModuleType(name)
    module.__file__ = str(file)
    sys.modules[name] = module
    try:
        # Not by the import system, whose cache overlooks an edit within the same second.
        exec(compile(file.read_bytes(), str(file), "exec"), module.__dict__)
    except (KeyboardInterrupt, StrategyLoadError):  # a StrategyLoadError is that of the time limit
        sys.modules.pop(name, None)
        raise
    except BaseException as error:  # a file may well call sys.exit()
        sys.modules.pop(name, None)
        raise StrategyLoadError(f"{type(error).__name__}: {error}", file, _line(error, file)) from error
    return module


def _line(error: BaseException, file: Path) -> int | None:
    """The last line of the file that had to do with the error."""
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == str(file)), None)


@contextmanager
def _time_limit(seconds: float, file: Path) -> Iterator[None]:
    def late(_number: int, _frame: FrameType | None) -> None:
        raise StrategyLoadError(f"takes longer than {seconds:g} s to load", file)

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _problem(strategy: type[Strategy]) -> str:
    """What is wrong with the class's own description; empty if nothing is."""
    id = strategy_id(strategy)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", id) or len(id) > _LONGEST_ID:
        return f"id {id!r} must be letters, digits, . _ or -, at most {_LONGEST_ID}"
    if id in BUILT_IN:
        return f"a user's file cannot replace the built-in {id}"
    for name in ("types", "markets"):
        value = getattr(strategy, name)
        if (
            not isinstance(value, tuple | list)
            or not value
            or not all(isinstance(item, str) for item in value)
        ):
            return f"{name} must be a tuple of names, not {value!r}"
    if unknown := [type_ for type_ in strategy.types if type_ not in _TYPES[:2]]:
        return f"types are test and backtest, not {unknown[0]!r}"
    if strategy.legs not in (1, 2):
        return f"legs must be 1 or 2, not {strategy.legs!r}"
    if strategy.Params is not None and not _is_model(strategy.Params):
        return "Params must be a pydantic model"
    return ""


def _is_model(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)


def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    """The defaults of those parameters that have one, as JSON."""
    names = [name for name, field in model.model_fields.items() if not field.is_required()]
    values = {name: model.model_fields[name].get_default(call_default_factory=True) for name in names}
    defaults: dict[str, Any] = model.model_construct(**values).model_dump(mode="json", include=set(names))
    return defaults


def _problems(error: ValidationError) -> list[dict[str, str]]:
    return [
        {"field": ".".join(map(str, problem["loc"])) or "parameters", "message": problem["msg"]}
        for problem in error.errors(include_url=False)
    ]


def _broken(file: Path, error: str, taken: set[str]) -> dict[str, Any]:
    return {
        "id": (file.stem if file.stem not in taken else file.name)[:_LONGEST_ID],
        "name": file.stem,
        "description": "",
        "supported_types": [],
        "supported_markets": [],
        "default_params": {},
        "param_schema": {},
        "source": "user",
        "file": str(file),
        "error": error,
    }
