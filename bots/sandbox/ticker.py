"""A symbol's ticker: last, best bid and ask, mark, funding, and the last 24 hours."""

from dataclasses import dataclass
from decimal import Decimal

from bots.sandbox.blocks import DAY_MINUTES
from bots.sandbox.book import Book, best_sizes
from bots.sandbox.funding import FundingRates, next_stamp
from bots.sandbox.klines import Klines, Now
from bots.sandbox.noise import hash64, series_key
from bots.sandbox.symbols import Symbol
from bots.sandbox.tape import Print

_HOUR = 60


@dataclass(frozen=True)
class _Day:
    """The 24 hours before a minute, in integers (see `blocks`)."""

    minute: int
    open: int
    open_hour: int
    high: int
    low: int
    volume: int
    turnover: int


class Tickers:
    """Tickers of one symbol. The 24 hours are summed once a minute, and only for those who ask."""

    def __init__(self, symbol: Symbol, klines: Klines, book: Book, rates: FundingRates, seed: int) -> None:
        self._symbol = symbol
        self._klines = klines
        self._book = book
        self._rates = rates
        self._day: _Day | None = None
        self._interest = hash64(series_key(seed, "open interest", symbol.id), 0) % 1_000

    def at(self, last: Print, minute: int) -> dict[str, str]:
        """The whole ticker, after print `last` in that minute."""
        symbol, tick, now = self._symbol, self._symbol.tick, last.candle
        if self._day is None or self._day.minute != minute:
            self._day = self._before(minute, now.open)
        day = self._day
        bid_size, ask_size = best_sizes(self._book, last)
        stamp = next_stamp(minute)
        price = str(last.price)
        interest = (
            (500_000_000 + self._interest * 400_000) if symbol.inverse else 40_000 + self._interest * 40
        )
        open_interest = Decimal(interest)
        worth = open_interest / last.price if symbol.inverse else open_interest * last.price
        return {
            "symbol": symbol.id,
            "tickDirection": last.direction,
            "price24hPcnt": f"{now.close / day.open - 1:.6f}",
            "lastPrice": price,
            "prevPrice24h": str(day.open * tick),
            "highPrice24h": str(max(day.high, now.high) * tick),
            "lowPrice24h": str(min(day.low, now.low) * tick),
            "prevPrice1h": str(day.open_hour * tick),
            "markPrice": price,
            "indexPrice": price,
            "openInterest": str(open_interest),
            "openInterestValue": f"{worth:.4f}",
            "turnover24h": f"{(day.turnover + now.turnover) * symbol.turnover_unit:f}",
            "volume24h": str((day.volume + now.volume) * symbol.lot),
            "nextFundingTime": str(stamp * 60_000),
            "fundingRate": f"{self._rates.rate(symbol, stamp):f}",
            "fundingIntervalHour": "8",
            "bid1Price": str(last.bid),
            "bid1Size": str(bid_size),
            "ask1Price": str(last.ask),
            "ask1Size": str(ask_size),
        }

    def _before(self, minute: int, fallback: int) -> _Day:
        """Sums of the complete minutes of the last 24 hours; `fallback` is the price where there are none."""
        bars = self._klines.bars(self._symbol, "1", minute - DAY_MINUTES, minute - 1, Now(minute, None))
        if not bars:
            return _Day(minute, fallback, fallback, fallback, fallback, 0, 0)
        hour = next((bar.open for bar in bars if bar.start >= minute - _HOUR), bars[-1].close)
        return _Day(
            minute,
            bars[0].open,
            hour,
            max(bar.high for bar in bars),
            min(bar.low for bar in bars),
            sum(bar.volume for bar in bars),
            sum(bar.turnover for bar in bars),
        )
