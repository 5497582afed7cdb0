"""What a check finds, and how it is told."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

Kind = Literal["look-ahead", "warm-up", "rounding", "chance", "past", "error"]
"""`look-ahead`: a value or an order depends on what comes later. `warm-up`: a value depends on more bars than
`warmup()` says. `rounding`: as `warm-up`, but only in the last digits. `chance`: two runs differ. `past`:
orders depend on where the range begins. `error`: the strategy raises on part of the data.
"""

ERRORS: frozenset[Kind] = frozenset({"look-ahead", "chance", "error"})


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a strategy.

    Attributes:
        what: the indicator ("fast", "1h: trend", "targets"), "orders", "trades" or "equity".
        message: all of it in a sentence or two.
        at: opening time of the bar or time of the order, Unix seconds.
        over_all, over_part: the two values that differ, as text.
    """

    kind: Kind
    what: str
    message: str
    at: float | None = None
    over_all: str = ""
    over_part: str = ""

    @property
    def is_error(self) -> bool:
        """Whether a backtest of this strategy means nothing; else it is a warning."""
        return self.kind in ERRORS

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "severity": "error" if self.is_error else "warning"}


def moment(stamp: float) -> str:
    """A time for people, to the minute; with seconds where it has some."""
    form = "%Y-%m-%d %H:%M" if stamp % 60 == 0 else "%Y-%m-%d %H:%M:%S"
    return datetime.fromtimestamp(stamp, UTC).strftime(form) + " UTC"


def number(value: float) -> str:
    """A value with all its digits."""
    return "none (NaN)" if value != value else repr(float(value))
