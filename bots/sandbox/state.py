"""The market as it stands at this moment: the newest print of every symbol, and what follows from it."""

from collections.abc import Callable
from decimal import Decimal

from bots.sandbox.blocks import Market
from bots.sandbox.book import Book
from bots.sandbox.errors import unknown_symbol
from bots.sandbox.funding import FundingRates
from bots.sandbox.klines import Klines, Now
from bots.sandbox.symbols import CATEGORIES, SYMBOLS, Symbol
from bots.sandbox.tape import Print, Tape, tick_ms
from bots.sandbox.ticker import Tickers


class MarketState:
    """All symbols of a market at print `n` (see `tape`)."""

    def __init__(self, market: Market, rates: FundingRates, seed: int, steps: int, n: int) -> None:
        self.market = market
        self.steps = steps
        self.n = n
        self.symbols = {name: SYMBOLS[name] for name in market.symbols}
        self.klines = Klines(market)
        self.rates = rates
        self.tapes = {name: Tape(symbol, market, steps) for name, symbol in self.symbols.items()}
        self.books = {name: Book(symbol, seed) for name, symbol in self.symbols.items()}
        self.tickers = {
            name: Tickers(symbol, self.klines, self.books[name], self.rates, seed)
            for name, symbol in self.symbols.items()
        }
        self.time: Callable[[], int] = lambda: self.ms
        """Market time in ms to the millisecond, where a clock drives the market."""
        self._last = {name: tape.last(n) for name, tape in self.tapes.items()}

    @property
    def ms(self) -> int:
        """Market time of the newest print."""
        return tick_ms(self.n, self.steps)

    @property
    def minute(self) -> int:
        return self.n // self.steps

    @property
    def done(self) -> bool:
        """A replay has come to its end."""
        return self.market.end is not None and self.n >= self.market.end * self.steps - 1

    def move(self, n: int) -> list[Print | None]:
        """Go on to print `n`; the prints that happen with it, in the order of `symbols`."""
        self.n = n
        prints = [tape.at(n) for tape in self.tapes.values()]
        for name, printed in zip(self.tapes, prints, strict=True):
            if printed is not None:
                self._last[name] = printed
        return prints

    def symbol(self, name: str, category: str) -> Symbol:
        """The symbol of that name.

        Raises:
            ExchangeError: there is none in that category.
        """
        found = self.symbols.get(name)
        if found is None or found.category != category:
            raise unknown_symbol()
        return found

    def of_category(self, category: str) -> list[Symbol]:
        assert category in CATEGORIES
        return [symbol for symbol in self.symbols.values() if symbol.category == category]

    def last(self, name: str) -> Print | None:
        """The newest print; None before the first of a replay."""
        return self._last[name]

    def mark(self, name: str) -> Decimal | None:
        """Mark price: the last price, in a market that nobody can push."""
        last = self._last[name]
        return None if last is None else last.price

    def now(self, name: str) -> Now:
        """How far the symbol's bars are."""
        last = self._last[name]
        current = last is not None and last.n // self.steps == self.minute
        return Now(self.minute, last.candle if last is not None and current else None)

    def ticker(self, name: str) -> dict[str, str] | None:
        last = self._last[name]
        return None if last is None else self.tickers[name].at(last, self.minute)
