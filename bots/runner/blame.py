"""Where a strategy raised: its file and line, and the market's time."""

import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from bots.core.strategy import Strategy


def blame(error: BaseException, strategy: Strategy, ts: float | None) -> str:
    """What was raised and where: the last place in the strategy's own file, the bar's time where there is
    one.
    """
    file = Path(str(sys.modules[type(strategy).__module__].__file__))
    line = last_line(error.__traceback__, file)
    place = f"{file.name}, line {line}: " if line else ""
    when = f" (at {datetime.fromtimestamp(ts, UTC):%Y-%m-%d %H:%M:%S} UTC)" if ts else ""
    return f"{place}{type(error).__name__}: {error}{when}"


def last_line(trace: TracebackType | None, file: Path) -> int | None:
    """The innermost line of the file that had to do with it."""
    frames = traceback.extract_tb(trace)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == str(file)), None)
