"""Past candles, funding and trades from an exchange into the archive: only what it lacks, resumable at any
moment.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from bots.process import OutsideTrouble
from bots.sources import Source, checked, market_of, source
from schema.archive.check import funding_gaps
from schema.archive.compaction import compact
from schema.archive.reader import Range, holes, read_funding
from schema.archive.ticks import TickArchive, TradeRow
from schema.archive.writer import CandleArchive, FundingArchive
from schema.home import Home
from schema.markets import MarketSpec

Progress = Callable[[int, int], object]
"""Called with the candles done and the candles there are to do."""

_NAMED = 5  # ranges that an error names


class MissingCandles(OutsideTrouble):
    """The exchange does not have all the candles that were asked for; `details["missing"]` has the ranges."""

    def __init__(self, exchange: str, market: str, timeframe: str, missing: Sequence[Range]) -> None:
        ranges = ", ".join(f"{_date(start)} to {_date(end)}" for start, end in missing[:_NAMED])
        more = f" and {len(missing) - _NAMED} more ranges" if len(missing) > _NAMED else ""
        super().__init__(
            f"{exchange} does not have the {timeframe} candles of {market} from {ranges}{more} (UTC)",
            "missing_candles",
            {"market": market, "exchange": exchange, "timeframe": timeframe, "missing": list(missing)},
        )


@dataclass(frozen=True)
class Downloaded:
    """What a download did.

    Attributes:
        added: candles that are new in the archive.
        funding: funding stamps that are new in it.
        missing: candles of the range that the exchange does not have (yet).
        holes: [start, end) of these.
        source: "agent" or "exchange": who was asked.
    """

    added: int
    funding: int
    missing: int
    holes: Sequence[Range]
    source: str


def download_candles(
    home: Home,
    exchange: str,
    market: str,
    start: int,
    end: int,
    progress: Progress | None = None,
    timeframe: str = "1m",
    idle: Callable[[], object] | None = None,
) -> Downloaded:
    """Fetch the candles of [start, end) that the archive lacks, and the funding rates of that time.

    Each page is in the archive before the next one is asked for: an interrupted download goes on there.

    Args:
        market: one market, no pair.
        idle: called again and again while something is fetched; may raise to give up.

    Raises:
        BadSpec: no such market, exchange, timeframe or range, or the exchange refuses.
        OutsideTrouble: the exchange does not answer; what came before that is stored.
        OSError: the archive cannot be written.
    """
    spec, length = checked(home, exchange, market, timeframe, start, end)
    todo = holes(home.archive, exchange, spec.market, start, end, timeframe)
    asked = source(home, exchange, idle)
    try:
        added = fetch_ranges(home, asked, spec, timeframe, todo, with_idle(progress, idle), length)
        rates = download_funding(home, asked, spec, start, end)
    finally:
        asked.close()
    compact(home.archive, exchange, spec.market, whole_only=True)
    left = holes(home.archive, exchange, spec.market, start, end, timeframe)
    return Downloaded(added, rates, bars(left, length), left, asked.name)


def download_funding(home: Home, asked: Source, spec: MarketSpec, start: int, end: int) -> int:
    """Fetch the funding rates of [start, end) that the archive lacks; how many are new.

    Raises: as `download_candles`.
    """
    stamps = [ts for ts, _ in read_funding(home.archive, spec.exchange, spec.market, start, end)]
    gaps = funding_gaps(np.array(stamps, dtype=np.int64), start, end)
    if not gaps:
        return 0
    first, stop = (gaps[0][0], gaps[-1][1]) if stamps else (start, end)
    rates = ((ts, rate) for ts, rate in asked.funding(spec, first, min(stop, end)))
    return FundingArchive(home.archive).write(spec.exchange, spec.market, rates).added


@dataclass(frozen=True)
class RecentTrades:
    """What `download_trades` got.

    Attributes:
        added: trades that are new in the archive.
        told: how many the exchange told.
        first, last: their stamps, Unix seconds; None where it told none.
    """

    added: int
    told: int
    first: float | None
    last: float | None
    source: str


def download_trades(home: Home, exchange: str, market: str) -> RecentTrades:
    """Fetch the trades that the exchange still tells: its latest, a thousand at most, no older ones.

    Raises: as `download_candles`.
    """
    spec = market_of(home, exchange, market)
    asked = source(home, exchange)
    try:
        rows = asked.recent_trades(spec)
    finally:
        asked.close()
    found = [TradeRow(row.id, row.ts, row.price, row.size, row.side) for row in rows]
    added = TickArchive(home.archive, exchange, spec.market).append_trades(found)
    first, last = (found[0].ts, found[-1].ts) if found else (None, None)
    return RecentTrades(added, len(found), first, last, asked.name)


def only_funding(home: Home, exchange: str, market: str, start: int, end: int) -> Downloaded:
    """Fetch only the funding rates of [start, end). Raises: as `download_candles`."""
    spec, _ = checked(home, exchange, market, "1m", start, end)
    asked = source(home, exchange)
    try:
        added = download_funding(home, asked, spec, start, end)
    finally:
        asked.close()
    compact(home.archive, exchange, spec.market, whole_only=True)
    stamps = [ts for ts, _ in read_funding(home.archive, exchange, spec.market, start, end)]
    gaps = funding_gaps(np.array(stamps, dtype=np.int64), start, end)
    left = [(first, stop) for first, stop, _ in gaps]
    return Downloaded(0, added, sum(count for _, _, count in gaps), left, asked.name)


def fetch_candles(
    home: Home,
    exchange: str,
    market: str,
    start: int,
    end: int,
    progress: Progress | None = None,
    timeframe: str = "1m",
    idle: Callable[[], object] | None = None,
) -> Downloaded:
    """`download_candles`, for which a candle that the exchange does not have is an error.

    Raises:
        MissingCandles: names what is missing; what there is has been stored. Else as `download_candles`.
    """
    done = download_candles(home, exchange, market, start, end, progress, timeframe, idle)
    if done.holes:
        raise MissingCandles(exchange, market, timeframe, done.holes)
    return done


def with_idle(progress: Progress | None, idle: Callable[[], object] | None) -> Progress:
    """Tells progress and calls `idle`."""

    def told(done: int, total: int) -> None:
        if progress is not None:
            progress(done, total)
        if idle is not None:
            idle()

    return told


def fetch_ranges(
    home: Home,
    asked: Source,
    spec: MarketSpec,
    timeframe: str,
    todo: Sequence[Range],
    progress: Progress,
    length: int,
) -> int:
    """Fetch the candles of these ranges; how many are new. Each page is stored before the next is asked for.

    Raises: as `download_candles`.
    """
    archive = CandleArchive(home.archive)
    total = bars(todo, length)
    added = done = 0
    progress(0, total)
    for start, end in todo:
        for rows in asked.candles(spec, timeframe, start, end):
            added += archive.write(spec.exchange, spec.market, rows, timeframe).added
            done += len(rows)
            progress(done, total)
    return added


def bars(ranges: Sequence[Range], length: int) -> int:
    """Candles of `length` seconds in these ranges."""
    return sum(end - start for start, end in ranges) // length


def _date(ts: float) -> str:
    return datetime.fromtimestamp(ts, UTC).strftime("%Y-%m-%d %H:%M")
