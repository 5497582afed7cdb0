"""Candles of the past: what the archive has, and what it lacks from the data agent.

That may take a few seconds at most, whatever the exchange does: what is missing then is told, and why.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from schema import markets
from schema.archive import resample
from schema.archive.candles import Candles, joined, latest_by_stamp
from schema.archive.reader import Range, filled, missing, read_bars, read_candles
from schema.control import ControlClient, DaemonDown, DaemonError
from schema.feed import AgentDown, AgentRefused, PastCandles
from schema.home import Home
from schema.timeframes import seconds

SECONDS = 4.0
"""For everything that is asked for one answer."""
MOST_ASKED = 5_000
"""Bars; the newest are asked for first."""

_PAGE = 1_000  # bars that the exchange gives at once
_MINUTE = 60
_LATE = 10  # seconds that an exchange takes to tell of a bar which has closed
_REST = 5.0  # seconds for which one that did not answer is left alone


@dataclass(frozen=True)
class Span:
    """Attributes:
    start, end: of the opening times of bars, the end exclusive; the start on the grid of the timeframe.
    due: bars that have closed by then should be there.
    """

    timeframe: str
    start: int
    end: int
    due: int

    @property
    def step(self) -> int:
        return seconds(self.timeframe)


@dataclass
class Found:
    """Bars, and why some are missing; None where none are."""

    candles: Candles
    reason: str | None


@dataclass
class _Asked:
    """What the agent gave: whole bars, minutes of the bar that is not over, and what went wrong."""

    bars: Candles = field(default_factory=Candles.empty)
    minutes: Candles = field(default_factory=Candles.empty)
    trouble: str | None = None


class CandleSource:
    """Threads share one."""

    def __init__(self, home: Home, daemon: ControlClient) -> None:
        self._home = home
        self._daemon = daemon
        self._kept = _Kept()
        self._resting: dict[str, tuple[float, str]] = {}

    def read(self, exchange: str, market: str, span: Span) -> Found:
        """Raises BrokenFile: the archive cannot be read."""
        root, step = self._home.archive, span.step
        whole, partial = read_bars(root, exchange, market, span.start, span.end, span.timeframe)
        key = (exchange, market, span.timeframe)
        whole = filled(whole, self._kept.get(key).between(span.start, span.end))
        opening = max(span.start, span.end // step * step)
        wanted = missing(whole.ts, span.start, opening, step)
        minutes, lacking = self._unfinished(exchange, market, span, opening)
        asked = _Asked()
        if wanted or lacking:
            chosen = newest(wanted, step)
            asked = self._ask(exchange, market, span.timeframe, chosen, lacking)
            if asked.trouble is None and chosen and chosen[0][0] > wanted[0][0]:
                asked.trouble = f"more than {MOST_ASKED:,} bars are not recorded; longer ones are fewer"
            if not markets.EXCHANGES[exchange].invented:  # that one may be another the next time
                self._kept.put(key, asked.bars)
        whole = filled(whole, asked.bars)
        last = resample.resample(filled(minutes, asked.minutes), step)
        found = filled(filled(whole, last), partial).between(span.start, span.end)
        return Found(found, _reason(exchange, market, span, whole, asked.trouble))

    def _unfinished(
        self, exchange: str, market: str, span: Span, opening: int
    ) -> tuple[Candles, list[Range]]:
        """Recorded minutes of the bar that the span ends in, and those that are not."""
        stop = span.end // _MINUTE * _MINUTE
        if span.step == _MINUTE or opening >= stop:
            return Candles.empty(), []
        minutes = read_candles(self._home.archive, exchange, market, opening, stop)
        return minutes, missing(minutes.ts, opening, stop, _MINUTE)

    # The agent

    def _ask(
        self, exchange: str, market: str, timeframe: str, wanted: list[Range], lacking: list[Range]
    ) -> _Asked:
        asked = _Asked()
        if why := self._not_to_be_asked(exchange):
            asked.trouble = why
            return asked
        deadline = time.monotonic() + SECONDS
        bars: list[Candles] = []
        minutes: list[Candles] = []
        try:
            with self._connect(exchange, deadline) as agent:
                for first, stop in reversed(wanted):
                    bars.extend(_candles(agent, market, timeframe, first, stop))
                for first, stop in lacking:
                    minutes.extend(_candles(agent, market, "1m", first, stop))
        except (AgentDown, ValueError, KeyError, IndexError) as error:
            asked.trouble = str(error)
            self._resting[exchange] = (time.monotonic() + _REST, asked.trouble)
        except AgentRefused as error:
            asked.trouble = str(error)
        asked.bars, asked.minutes = latest_by_stamp(joined(bars)), latest_by_stamp(joined(minutes))
        return asked

    def _not_to_be_asked(self, exchange: str) -> str | None:
        known = markets.EXCHANGES[exchange]
        if known.closed_on:
            return f"{exchange} closed on {known.closed_on}"
        until, why = self._resting.get(exchange, (0.0, ""))
        return why if time.monotonic() < until else None

    def _connect(self, exchange: str, deadline: float) -> PastCandles:
        """To the agent; where none runs, the daemon is asked for one. Raises AgentDown."""
        path = self._home.feed_socket(exchange)
        try:
            return PastCandles(path, exchange, deadline)
        except AgentDown:
            left = max(0.1, deadline - time.monotonic())
            try:
                self._daemon.call("ensure_agent", name=f"data-{exchange}", timeout=left)
            except (DaemonDown, DaemonError) as error:
                raise AgentDown(f"the data agent of {exchange} does not run: {error}") from None
            return PastCandles(path, exchange, deadline)


def _candles(agent: PastCandles, market: str, timeframe: str, first: int, stop: int) -> Iterator[Candles]:
    for page in agent.pages(market, timeframe, first, stop):
        if page:
            yield Candles.from_rows(page)


def newest(wanted: list[Range], step: int) -> list[Range]:
    """Of ranges the newest bars, as many as may be asked for, neighbours joined that fit into one page."""
    chosen: list[Range] = []
    left = MOST_ASKED
    for first, stop in reversed(wanted):
        if chosen and chosen[-1][1] - first <= _PAGE * step:
            left -= (chosen[-1][0] - first) // step
            chosen[-1] = (first, chosen[-1][1])
        elif left > 0:
            first = max(first, stop - left * step)
            left -= (stop - first) // step
            chosen.append((first, stop))
    return chosen[::-1]


def _reason(exchange: str, market: str, span: Span, whole: Candles, trouble: str | None) -> str | None:
    closed = max(span.start, (span.due - _LATE) // span.step * span.step)
    holes = missing(whole.ts, span.start, closed, span.step)
    if not holes:
        return None
    first, stop = holes[0][0], holes[-1][1]
    told = f"candles of {market} on {exchange} are missing between {_utc(first)} and {_utc(stop)} UTC"
    return f"{told}: {trouble or 'the exchange does not have them'}"


def _utc(stamp: int) -> str:
    return datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d %H:%M")


_Key = tuple[str, str, str]


class _Kept:
    """Closed bars that were asked for, the newest of each market: a chart is looked at again and again."""

    _MARKETS = 32

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bars: OrderedDict[_Key, Candles] = OrderedDict()

    def get(self, key: _Key) -> Candles:
        with self._lock:
            if key in self._bars:
                self._bars.move_to_end(key)
            return self._bars.get(key) or Candles.empty()

    def put(self, key: _Key, bars: Candles) -> None:
        if not len(bars):
            return
        with self._lock:
            former = self._bars.get(key, Candles.empty())
            both = latest_by_stamp(joined([former, bars]))
            self._bars[key] = both.take(np.s_[-MOST_ASKED:])
            self._bars.move_to_end(key)
            while len(self._bars) > self._MARKETS:
                self._bars.popitem(last=False)
