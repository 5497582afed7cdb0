"""Funding of a live session: once a stamp has passed over an open position, its rate is asked for and booked.

Rates are told at the stamp or seconds later, and booked on the position of the moment in which they are told.
"""

from collections.abc import Callable
from decimal import Decimal

from bots.core.events import Funding
from bots.feed.client import FeedClient
from bots.feed.errors import FeedDown, FeedError, FeedRefused

_HOUR = 3600
_USUAL_MINUTES = 480
_ANSWER_SECONDS = 5.0
_AGAIN_SECONDS = 30.0
_GIVE_UP_SECONDS = 900.0


class FundingClock:
    """Tells which funding stamps each market has passed. Times are the market's own, in Unix seconds."""

    def __init__(self, feed: FeedClient, warn: Callable[[str], None], waiting: Callable[[], None]) -> None:
        self._feed = feed
        self._warn = warn
        self._waiting = waiting
        self._settled: dict[str, float] = {}
        self._ask_at: dict[str, float] = {}
        self._intervals: dict[str, int] = {}

    def begin(self, market: str, ts: float) -> None:
        """Stamps up to `ts` are settled: a session that goes on with a position begins where it ended."""
        self._settled[market] = ts

    def passed(self, market: str, ts: float, price: Decimal, *, is_open: bool) -> list[Funding]:
        """Stamps since the last call up to `ts`, marked at `price`. Without a position none matters.

        A rate that nobody tells within a quarter of an hour counts 0, and that is said.
        """
        since = self._settled.setdefault(market, ts)
        if ts // _HOUR == since // _HOUR:
            return []
        if not is_open:
            self._settle(market, ts)
            return []
        if ts < self._ask_at.get(market, ts):
            return []
        try:
            stamps = self._stamps(market, since, ts)
            rates = self._rates(market, stamps)
        except (FeedDown, FeedError, FeedRefused) as error:
            return self._later(market, ts, f"funding of {market} is not told yet: {error.message}")
        missing = [stamp for stamp in stamps if stamp not in rates]
        if missing and ts - missing[-1] < _GIVE_UP_SECONDS:
            return self._later(market, ts, "")
        for stamp in missing:
            self._warn(f"nobody told the funding rate of {market} at {stamp}: it counts 0")
        self._settle(market, ts)
        return [Funding(market, float(stamp), rate, price) for stamp, rate in sorted(rates.items())]

    def _stamps(self, market: str, since: float, until: float) -> range:
        if market not in self._intervals:
            told = self._feed.market(market, _ANSWER_SECONDS).get("funding_interval")
            self._intervals[market] = 60 * int(told or _USUAL_MINUTES)
        interval = self._intervals[market]
        return range((int(since) // interval + 1) * interval, int(until) + 1, interval)

    def _rates(self, market: str, stamps: range) -> dict[int, Decimal]:
        if not stamps:
            return {}
        pages = self._feed.funding(market, stamps[0], stamps[-1] + 1, _ANSWER_SECONDS, self._waiting)
        return {round(stamp): rate for page in pages for stamp, rate in page}

    def _later(self, market: str, ts: float, why: str) -> list[Funding]:
        if why and market not in self._ask_at:
            self._warn(why)
        self._ask_at[market] = ts + _AGAIN_SECONDS
        return []

    def _settle(self, market: str, ts: float) -> None:
        self._settled[market] = ts
        self._ask_at.pop(market, None)
