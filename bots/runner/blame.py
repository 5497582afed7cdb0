"""Where a strategy raised: its file and line, and the market's time."""

import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from bots.core.signals import StrategyError
from bots.core.strategy import Strategy
from bots.process import BadSpec
from schema.exits import ExitCode

_TRACEBACK_LINES = 40


class StrategyFailed(BadSpec):
    """A strategy raised in a live session: exit code 70, started again where the session's settings say so,
    since the market will be another one by then.
    """

    exit_code = ExitCode.OWN_ERROR


def failed(error: BaseException, strategy: Strategy) -> StrategyFailed | None:
    """As `blamed`, of a live session; with the traceback among its details."""
    told = blamed(error, strategy)
    if told is None or not (
        isinstance(error, StrategyError) or last_line(error.__traceback__, _file(strategy))
    ):
        return None
    lines = "".join(traceback.format_exception(error)).splitlines()
    return StrategyFailed(told.message, told.code, {"traceback": lines[-_TRACEBACK_LINES:]})


def blamed(error: BaseException, strategy: Strategy) -> BadSpec | None:
    """The error as one of what was asked for, with its place; None where it is our own.

    The same candles would make it raise again, however often it were started.
    """
    file = _file(strategy)
    line = last_line(error.__traceback__, file)
    ts = _now(strategy)
    when = f" (at {datetime.fromtimestamp(ts, UTC):%Y-%m-%d %H:%M:%S} UTC)" if ts else ""
    if line:
        return BadSpec(f"{file.name}, line {line}: {type(error).__name__}: {error}{when}", "strategy_error")
    if isinstance(error, StrategyError | ValueError):
        return BadSpec(f"{error}{when}", "strategy_error")
    return None


def _file(strategy: Strategy) -> Path:
    return Path(str(sys.modules[type(strategy).__module__].__file__))


def _now(strategy: Strategy) -> float:
    """The market's time, 0 where it had not begun."""
    try:
        return float(strategy.now)
    except AttributeError:  # nobody drives it yet
        return 0.0


def last_line(trace: TracebackType | None, file: Path) -> int | None:
    """The innermost line of the file that had to do with it."""
    frames = traceback.extract_tb(trace)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == str(file)), None)
