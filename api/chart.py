"""Which time and which bars the chart of a session shows, where a request does not say."""

import math
import time
from typing import Protocol

from api.errors import Invalid
from api.past_candles import Span
from api.services import Services
from api.telling import effective_settings
from schema import markets
from schema.db.models import SessionType
from schema.db.rows import SessionRow
from schema.files.equity import EquityReader
from schema.timeframes import TIMEFRAMES, seconds

CONTEXT = 100
"""Bars before the start of a live session."""

_OWN_CLOCK = 120.0
"""Seconds that a market's time is away from ours where it has a clock of its own."""
_MOST_BARS = 1_000_000


class Wish(Protocol):
    """What a request says; None where it leaves the choice."""

    @property
    def timeframe(self) -> str | None: ...
    @property
    def start(self) -> int | None: ...
    @property
    def end(self) -> int | None: ...
    @property
    def points(self) -> int: ...


def span_of(made: Services, row: SessionRow, wish: Wish) -> Span:
    """Raises Invalid: the range is none, or too long for the timeframe."""
    begin, finish, due = _life(made, row, time.time())
    end = wish.end if wish.end is not None else math.ceil(finish)
    start = wish.start if wish.start is not None else int(begin)
    if end < start:
        if wish.end is None:
            raise Invalid.one("start", "lies behind the end of the session")
        if wish.start is not None:
            raise Invalid.one("end", "lies before start")
        start = end
    is_live_kind = row.type is not SessionType.BACKTEST
    context = min(CONTEXT, wish.points // 4) if is_live_kind and wish.start is None else 0
    own = str(effective_settings(row.settings)["timeframe"])
    timeframe = wish.timeframe or _timeframe(own, end - start, wish.points - context)
    step = seconds(timeframe)
    first = max(0, start // step - context) * step
    if (end - first) // step > _MOST_BARS:
        raise Invalid.one("start", f"leaves more than {_MOST_BARS:,} bars of {timeframe}; take longer ones")
    return Span(timeframe, first, end, min(end, int(due)))


def _timeframe(own: str, length: int, bars: int) -> str:
    """The session's own, or the shortest beyond it of which so few bars make up the length."""
    fitting = (name for name, step in TIMEFRAMES.items() if step >= seconds(own) and length <= bars * step)
    return next(fitting, list(TIMEFRAMES)[-1])


def _life(made: Services, row: SessionRow, now: float) -> tuple[float, float, float]:
    """Start, end and what must be there, by the clock of the session's market."""
    if row.type is SessionType.BACKTEST and row.range_start is not None and row.range_end is not None:
        return row.range_start, row.range_end, min(row.range_end, now)
    told = _market_time(row)
    beat = row.heartbeat_at if row.heartbeat_at is not None else row.started_at
    if told is None or beat is None or not _has_own_clock(row, told, beat):
        end = now if row.is_live or row.stopped_at is None else row.stopped_at
        return min(_start(made, row, row.started_at), end), end, end
    ahead = max(0.0, now - beat) * made.settings.sandbox_speed if row.is_live else 0.0
    return min(_start(made, row, None, told), told), told + ahead, told


def _market_time(row: SessionRow) -> float | None:
    told = (row.heartbeat or {}).get("market_time")
    return told if isinstance(told, int | float) and 0 < told < 2**33 else None


def _has_own_clock(row: SessionRow, told: float, beat: float) -> bool:
    """Only an exchange that is made up has one; a real one that is silent is late and not in the past."""
    known = markets.EXCHANGES.get(row.exchange)
    return known is not None and known.invented and abs(told - beat) > _OWN_CLOCK


def _start(made: Services, row: SessionRow, *others: float | None) -> float:
    """When the session first followed its market: its equity curve begins then, over all its runs."""
    first = EquityReader(made.home.equity(row.id)).first()
    known = [moment for moment in (first.ts if first else None, *others) if moment is not None]
    return min(known, default=row.created_at)
