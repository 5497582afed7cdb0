"""The candles and funding rates of a backtest: from the archive, after what it lacks was fetched from the
exchange.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from bots.core.events import Funding
from bots.core.series import Series, TickSeries
from bots.core.signals import history_start
from bots.download import download_candles
from bots.process import OutsideTrouble
from bots.runner.prepare import BASE_SECONDS, Prepared
from schema import markets
from schema.archive.reader import Range, holes, read_candles, read_funding
from schema.timeframes import seconds

_MOST_NAMED = 5

Tell = Callable[[str], None]
Idle = Callable[[], None]


@dataclass(frozen=True)
class Gathered:
    """What a backtest runs over, by market; `notes` are told with its result."""

    series: dict[str, Series]
    funding: list[Funding]
    ticks: dict[str, TickSeries] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def gather(prepared: Prepared, tell: Tell, idle: Idle) -> Gathered:
    """Candles of every leg from the warm-up on, and the funding rates that are recorded.

    Args:
        tell: takes a sentence for the log.
        idle: called again and again while something is fetched; may raise to give up.

    Raises:
        OutsideTrouble: candles of the range are missing and not to be had.
    """
    start, end = _range(prepared)
    begin = int(history_start(prepared.strategy, seconds(prepared.settings.timeframe), start))
    for market in prepared.instruments:
        _complete(prepared, market, begin, start, end, tell, idle)
    series = {market: _series(prepared, market, begin, end) for market in prepared.instruments}
    funding = [event for market in prepared.instruments for event in _funding(prepared, market, start, end)]
    return Gathered(series, funding)


def _range(prepared: Prepared) -> tuple[int, int]:
    start, end = prepared.spec.range_start, prepared.spec.range_end
    assert start is not None, "a backtest has a range"
    assert end is not None, "a backtest has a range"
    return start, end


def _complete(
    prepared: Prepared, market: str, begin: int, start: int, end: int, tell: Tell, idle: Idle
) -> None:
    """Fetch what the archive lacks. Missing warm-up only makes the strategy begin later."""
    exchange = prepared.spec.exchange
    trouble = ""
    if wanted := _holes(prepared, market, begin, end):
        idle()
        if markets.exchange(exchange).closed_on:
            trouble = f"{exchange} closed on {markets.exchange(exchange).closed_on}"
        else:
            trouble = _fetch(prepared, market, wanted, tell, idle)
    missing = _holes(prepared, market, start, end)
    if missing:
        because = f": {trouble}" if trouble else ""
        raise OutsideTrouble(
            f"candles of {market} on {exchange} are missing for {named(missing)}{because}", "missing_candles"
        )


def _fetch(prepared: Prepared, market: str, wanted: list[Range], tell: Tell, idle: Idle) -> str:
    """Fetch these ranges into the archive; why that failed, empty where it did not."""
    exchange = prepared.spec.exchange
    tell(f"Fetching {_minutes(wanted):,} candles of {market} from {exchange}")
    try:
        for first, stop in wanted:
            download_candles(prepared.home, exchange, market, first, stop, idle=idle)
    except OutsideTrouble as error:
        return error.message
    return ""


def _holes(prepared: Prepared, market: str, start: int, end: int) -> list[Range]:
    return holes(prepared.home.archive, prepared.spec.exchange, market, start, end)


def _minutes(ranges: list[Range]) -> int:
    return sum(stop - first for first, stop in ranges) // BASE_SECONDS


def named(ranges: list[Range]) -> str:
    """Ranges for people, the first few of them."""
    told = ", ".join(f"{_utc(first)} to {_utc(stop)}" for first, stop in ranges[:_MOST_NAMED])
    more = f" and {len(ranges) - _MOST_NAMED} more ranges" if len(ranges) > _MOST_NAMED else ""
    return f"{told} UTC{more}"


def _utc(stamp: int) -> str:
    return datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d %H:%M")


def _series(prepared: Prepared, market: str, begin: int, end: int) -> Series:
    found = read_candles(prepared.home.archive, prepared.spec.exchange, market, begin, end)
    return Series.from_floats(market, prepared.instruments[market].tick, **found.columns())


def _funding(prepared: Prepared, market: str, start: int, end: int) -> list[Funding]:
    rates = read_funding(prepared.home.archive, prepared.spec.exchange, market, start, end)
    return [Funding(market, float(ts), Decimal(repr(rate))) for ts, rate in rates]
