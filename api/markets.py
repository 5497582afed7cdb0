"""The markets there are, and what is recorded of them."""

import time

from api.blueprint import Resource
from api.errors import Invalid, NotFound
from api.models.reference import (
    Candle,
    CandlesAnswer,
    CandlesQuery,
    CoverageAnswer,
    CoverageDay,
    CoverageQuery,
    Gap,
    MarketItem,
    MarketPath,
    MarketsAnswer,
    MarketsQuery,
)
from api.services import Services, services
from schema import markets
from schema.archive import coverage as archive_coverage
from schema.archive import layout, reader, resample, summary
from schema.db import sessions
from schema.db.models import SessionType
from schema.timeframes import TIMEFRAMES, seconds

resource = Resource("markets", "Markets and their recorded data")
_LONGEST_DAYS = 3_660


@resource.get("/markets", responses={200: MarketsAnswer})
def list_markets(query: MarketsQuery) -> MarketsAnswer:
    """List markets with their contracts, the newest recorded data, and whether they are being scraped

    The documented ones come first, then what the exchange lists by its unified ccxt symbols.
    """
    made = services()
    exchange = _exchange(made, query.exchange)
    found = [spec for spec in markets.markets(exchange, made.home) if _matches(spec, query.search)]
    scrapers = _scrapers(made, exchange)
    page = found[query.offset : query.offset + query.limit]
    return MarketsAnswer.model_construct(
        success=True,
        exchange=exchange,
        markets=[_item(made, spec, scrapers.get(spec.market)) for spec in page],
        total=len(found),
        limit=query.limit,
        offset=query.offset,
    )


@resource.get("/markets/<path:market>/candles", responses={200: CandlesAnswer})
def get_candles(path: MarketPath, query: CandlesQuery) -> CandlesAnswer:
    """Recorded candles of a market, as many as `points` at most"""
    made = services()
    spec = _spec(made, path.market, _exchange(made, query.exchange))
    step = seconds(query.timeframe)
    end = query.end if query.end is not None else _end_of_candles(made, spec, step)
    start = query.start if query.start is not None else max(0, end - query.points * step)
    if end < start:
        raise Invalid.one("end", "lies before start")
    found = reader.read_candles(made.home.archive, spec.exchange, spec.market, start, end, query.timeframe)
    shown = resample.downsample(found, query.points)
    return CandlesAnswer.model_construct(
        success=True,
        market=spec.market,
        exchange=spec.exchange,
        timeframe=query.timeframe,
        start=start,
        end=end,
        total=len(found),
        merged=-(-len(found) // query.points) or 1,
        candles=[candle(*row) for row in shown],
    )


@resource.get("/markets/<path:market>/coverage", responses={200: CoverageAnswer})
def get_coverage(path: MarketPath, query: CoverageQuery) -> CoverageAnswer:
    """What is recorded of a market, day by day, and what is missing"""
    made = services()
    spec = _spec(made, path.market, _exchange(made, query.exchange))
    start, end = _span(made, spec, query)
    days = archive_coverage.coverage(
        made.home.archive, spec.exchange, spec.market, query.timeframe, start, end
    )
    return CoverageAnswer.model_construct(
        success=True,
        market=spec.market,
        exchange=spec.exchange,
        timeframe=query.timeframe,
        days=[
            CoverageDay.model_construct(
                day=day.day, rows=day.rows, expected=day.expected, complete=day.complete
            )
            for day in days
        ],
        gaps=[Gap.model_construct(start=first, end=stop) for first, stop in archive_coverage.gaps(days)],
    )


def candle(at: int, open_: float, high: float, low: float, close: float, volume: float) -> Candle:
    return Candle.model_construct(timestamp=at, open=open_, high=high, low=low, close=close, volume=volume)


def _span(made: Services, spec: markets.MarketSpec, query: CoverageQuery) -> tuple[int | None, int | None]:
    """The range asked for; a last day that is not over yet ends now."""
    now = int(time.time())
    newest = _last_data(made, spec)
    running = newest is not None and layout.day_of(newest) == layout.day_of(now)
    end = query.end if query.end is not None or not running else now
    if query.start is not None and end is not None:
        if end < query.start:
            raise Invalid.one("end", "lies before start")
        if end - query.start > _LONGEST_DAYS * layout.DAY:
            raise Invalid.one("start", f"lies more than {_LONGEST_DAYS} days before end")
    return query.start, end


def _exchange(made: Services, asked: str | None) -> str:
    name = asked if asked is not None else made.settings.exchange
    try:
        return markets.exchange(name).id
    except markets.UnknownExchange as error:
        raise Invalid.one("exchange", str(error)) from None


def _matches(spec: markets.MarketSpec, search: str | None) -> bool:
    names = (spec.market, spec.symbol, spec.exchange_id)
    return search is None or any(search.casefold() in name.casefold() for name in names)


def _spec(made: Services, market: str, exchange: str) -> markets.MarketSpec:
    try:
        return markets.resolve(market, exchange, made.home)
    except markets.UnknownMarket as error:
        raise NotFound(str(error), kind="market", id=market) from None


def _scrapers(made: Services, exchange: str) -> dict[str, str]:
    """Ids of the running scrapers by market."""
    live = sessions.running(made.engine)
    return {
        markets.usual(row.market): row.id
        for row in live
        if row.type is SessionType.SCRAPER and row.exchange == exchange and "+" not in row.market
    }


def _end_of_candles(made: Services, spec: markets.MarketSpec, step: int) -> int:
    """End of the newest recorded candle, in a grid of `step` seconds; trades may reach further than it."""
    manifest = summary.last_stamps(made.home.archive, spec.market).get(spec.exchange)
    kinds = manifest.kinds if manifest else {}
    newest = max((reach[1] for kind, reach in kinds.items() if kind in TIMEFRAMES), default=0)
    return int(newest) // step * step + step


def _last_data(made: Services, spec: markets.MarketSpec) -> float | None:
    manifest = summary.last_stamps(made.home.archive, spec.market).get(spec.exchange)
    return manifest.last if manifest else None


def _item(made: Services, spec: markets.MarketSpec, scraper: str | None) -> MarketItem:
    obstacle = markets.why_not(spec, "test")
    return MarketItem.model_construct(
        market=spec.market,
        exchange=spec.exchange,
        symbol=spec.symbol,
        exchange_id=spec.exchange_id,
        kind=spec.kind,  # type: ignore[arg-type]
        base=spec.base,
        quote=spec.quote,
        settle=spec.settle,
        tick=float(spec.tick),
        lot=float(spec.lot),
        max_leverage=float(spec.max_leverage),
        min_notional=float(spec.min_notional),
        tradable=obstacle is None,
        obstacle=obstacle,
        last_data=_last_data(made, spec),
        scraping=scraper is not None,
        scraper=scraper,
    )
