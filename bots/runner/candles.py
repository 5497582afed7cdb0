"""The data of a backtest: candles, funding rates and trades from the archive, after what it lacks of candles
was fetched from the exchange.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from bots.core.bars import CandleError
from bots.core.events import Funding
from bots.core.series import Series, TickSeries
from bots.core.signals import history_start
from bots.process import BadSpec, OutsideTrouble
from bots.runner.prepare import BASE_SECONDS, Prepared
from bots.runner.reading import read_apart
from bots.runner.recorded_ticks import recorded_ticks, ticks_note
from schema import markets
from schema.archive.candles import Candles
from schema.archive.check import funding_gaps
from schema.archive.reader import Range, missing, read_candles, read_funding
from schema.archive.summary import last_stamps
from schema.files.aside import BrokenFile
from schema.timeframes import seconds
from schema.words import counted

_MOST_NAMED = 5
_MEND = "botyard data check tells what is wrong, botyard data repair fetches it again"

Tell = Callable[[str], None]
Idle = Callable[[], None]


@dataclass(frozen=True)
class Gathered:
    """What a backtest runs over, by market.

    Attributes:
        series: candles from the warm-up on.
        funding: the recorded rates of the range; what is missing counts 0.
        ticks: recorded trades, of those minutes for which they are whole; only markets that have any.
        missing: what is missing, in sentences.
        covered: what recorded ticks decide, in sentences.
    """

    series: dict[str, Series]
    funding: list[Funding]
    ticks: dict[str, TickSeries]
    missing: list[str] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)

    @property
    def notes(self) -> list[str]:
        """All that the result says of the data."""
        return [*self.missing, *self.covered]


def gather(prepared: Prepared, tell: Tell, idle: Idle) -> Gathered:
    """Everything that is recorded of every leg, after the candles that are missing were asked for.

    Args:
        tell: takes a sentence for the log.
        idle: called again and again while something is fetched; may raise to give up.

    Raises:
        OutsideTrouble: candles of the range are missing, not to be had, and gaps are not allowed; or there
            are none at all. Names them.
        BadSpec: a file cannot be read, or holds candles or trades that cannot be. Names them.
    """
    start, end = _range(prepared)
    begin = int(history_start(prepared.strategy, seconds(prepared.settings.timeframe), start))
    found = Gathered({}, [], {})
    for market in prepared.instruments:
        try:
            candles, notes = _complete(prepared, market, begin, start, end, tell, idle)
            tick = prepared.instruments[market].tick
            found.series[market] = Series.from_floats(market, tick, *candles.columns().values())
            found.missing.extend(notes)
            rates = _funding(prepared, market, start, end)
            found.funding.extend(rates)
            found.missing.extend(_missing_rates(market, rates, start, end))
            _add_ticks(prepared, found, market, start, end)
        except BrokenFile as error:
            raise BadSpec(f"{error.path}: {error.reason}; {_MEND}", "broken_file") from None
        except CandleError as error:
            raise BadSpec(f"{error}, on {prepared.spec.exchange}; {_MEND}", "bad_candles") from None
    return found


def _range(prepared: Prepared) -> tuple[int, int]:
    start, end = prepared.spec.range_start, prepared.spec.range_end
    assert start is not None, "a backtest has a range"
    assert end is not None, "a backtest has a range"
    return start, end


def _complete(
    prepared: Prepared, market: str, begin: int, start: int, end: int, tell: Tell, idle: Idle
) -> tuple[Candles, list[str]]:
    """The candles, after what the archive lacks was fetched; missing warm-up only makes the start later.

    With a note where candles of the range are missing all the same and that is allowed.
    """
    candles, trouble = _read(prepared, market, begin, end), ""
    if wanted := missing(candles.ts, begin, end, BASE_SECONDS):
        idle()
        exchange = markets.exchange(prepared.spec.exchange)
        if exchange.closed_on:
            trouble = f"{exchange.id} closed on {exchange.closed_on}"
        else:
            trouble = _fetch(prepared, market, wanted, tell, idle)
            candles = _read(prepared, market, begin, end)
    holes = missing(candles.ts, start, end, BASE_SECONDS)
    if not holes:
        return candles, []
    lacking, minutes = _minutes(holes), (end - start) // BASE_SECONDS
    if lacking == minutes or not prepared.settings.allow_gaps:
        raise OutsideTrouble(_why(prepared, market, holes, start, end, trouble), "missing_candles")
    return candles, [
        f"{lacking:,} of {counted(minutes, 'minute')} of {market} missing: nothing happens in them "
        f"({named(holes)})"
    ]


def _read(prepared: Prepared, market: str, begin: int, end: int) -> Candles:
    def read() -> Candles:
        return read_candles(prepared.home.archive, prepared.spec.exchange, market, begin, end)

    return read_apart(read, (end - begin) // BASE_SECONDS + 1)


def _why(prepared: Prepared, market: str, holes: list[Range], start: int, end: int, trouble: str) -> str:
    """What is missing, and what can be done about it."""
    exchange = prepared.spec.exchange
    told = f"candles of {market} on {exchange} are missing for {named(holes)}"
    anyway = "to run all the same, allow gaps (--allow-gaps)"
    if trouble:
        some = _minutes(holes) * BASE_SECONDS < end - start
        return f"{told}: {trouble}{f'; {anyway}' if some else ''}"
    if holes[0][0] == start:
        first = _first_recorded(prepared, market)
        if first is not None and first >= holes[0][1]:
            return f"{told}: {exchange} has none before {_utc(int(first))} UTC, when the market was listed"
        if holes[0][1] == end:
            return f"{told}: {exchange} has none of that time; was the market not listed yet?"
    return f"{told}: {exchange} does not have them; {anyway}"


def _first_recorded(prepared: Prepared, market: str) -> float | None:
    manifest = last_stamps(prepared.home.archive, market).get(prepared.spec.exchange)
    reach = manifest.kinds.get("1m") if manifest else None
    return reach[0] if reach else None


def _fetch(prepared: Prepared, market: str, wanted: list[Range], tell: Tell, idle: Idle) -> str:
    """Fetch these ranges into the archive; why that failed, empty where it did not."""
    exchange = prepared.spec.exchange
    tell(f"Fetching {counted(_minutes(wanted), 'candle')} of {market} from {exchange}")
    from bots.download import download_candles  # and with it ccxt: only where something is missing

    try:
        for first, stop in wanted:
            download_candles(prepared.home, exchange, market, first, stop, idle=idle)
    except OutsideTrouble as error:
        return error.message
    return ""


def _minutes(ranges: list[Range]) -> int:
    return sum(stop - first for first, stop in ranges) // BASE_SECONDS


def named(ranges: list[Range]) -> str:
    """Ranges for people, the first few of them."""
    told = ", ".join(f"{_utc(first)} to {_utc(stop)}" for first, stop in ranges[:_MOST_NAMED])
    more = f" and {len(ranges) - _MOST_NAMED} more ranges" if len(ranges) > _MOST_NAMED else ""
    return f"{told} UTC{more}"


def _utc(stamp: int) -> str:
    return datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d %H:%M")


def _funding(prepared: Prepared, market: str, start: int, end: int) -> list[Funding]:
    rates = read_funding(prepared.home.archive, prepared.spec.exchange, market, start, end)
    return [Funding(market, float(ts), Decimal(repr(rate))) for ts, rate in rates]


def _missing_rates(market: str, rates: list[Funding], start: int, end: int) -> list[str]:
    """A note where some rates are recorded and others are not; without any the backtest says so itself."""
    stamps = np.array([event.ts for event in rates], dtype=np.int64)
    lacking = sum(count for _, _, count in funding_gaps(stamps, start, end)) if rates else 0
    if not lacking:
        return []
    return [f"{counted(lacking, 'funding rate')} of {market} not recorded: counted 0"]


def _add_ticks(prepared: Prepared, found: Gathered, market: str, start: int, end: int) -> None:
    recorded = recorded_ticks(prepared.home.archive, prepared.spec.exchange, found.series[market], start, end)
    if recorded is None:
        return
    if len(recorded.series):
        found.ticks[market] = recorded.series
    found.covered.append(ticks_note(market, recorded, (end - start) // BASE_SECONDS))
