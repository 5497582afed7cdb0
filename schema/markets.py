"""Markets and exchanges: documented names, and what they are called and how they are traded on each exchange.

The one place that maps a product's market (`XBTUSD`) to an exchange's own symbol (`BTCUSD`) and to ccxt's
(`BTC/USD:BTC`). What is not known here comes from the exchange's own list (`schema.catalogue`), under its
unified ccxt symbol.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from schema import catalogue
from schema.catalogue import Listing
from schema.home import Home

LONGEST_MARKET = 20
"""Characters in `sessions.market`, as documented."""

DOLLARS = ("USD", "USDT", "USDC")
"""Currencies that count as one dollar each."""


class UnknownMarket(ValueError):
    """A market that the product or the exchange does not have."""


class UnknownExchange(ValueError):
    """An exchange that the product does not know."""


class ClosedExchange(ValueError):
    """An exchange that exists no more: its recorded data can be used, a live session cannot."""


@dataclass(frozen=True)
class Exchange:
    """An exchange.

    Attributes:
        ccxt: class of ccxt that speaks its protocol.
        closed_on: ISO date on which it closed, None while it is open.
        invented: its prices are made up (or replayed); nobody trades there.
    """

    id: str
    title: str
    ccxt: str
    closed_on: str | None = None
    invented: bool = False


EXCHANGES: dict[str, Exchange] = {
    "sandbox": Exchange("sandbox", "Sandbox (built in, invented prices)", "bybit", invented=True),
    "bybit": Exchange("bybit", "Bybit", "bybit"),
    "bitmex": Exchange("bitmex", "BitMEX (closed)", "bitmex", closed_on="2026-09-23"),
}


def exchange(name: str) -> Exchange:
    """The exchange of that name.

    Raises:
        UnknownExchange: names the exchanges there are.
    """
    try:
        return EXCHANGES[name]
    except KeyError:
        raise UnknownExchange(f"unknown exchange {name!r}; there are {', '.join(EXCHANGES)}") from None


def require_open(name: str) -> Exchange:
    """The exchange, for live data.

    Raises:
        UnknownExchange, ClosedExchange.
    """
    found = exchange(name)
    if found.closed_on:
        raise ClosedExchange(
            f"{found.title.split(' ')[0]} closed on {found.closed_on}: a live session on it is not possible; "
            "recorded data of it can still be backtested. Choose another exchange, such as sandbox or bybit"
        )
    return found


@dataclass(frozen=True, slots=True)
class MarketSpec:
    """A market on an exchange, with its contract.

    Attributes:
        market: the product's name, or a unified ccxt symbol.
        symbol: unified ccxt symbol.
        exchange_id: the exchange's own name.
        kind: "inverse" (sized in quote currency, settled in the coin) or "linear".
        tick: smallest step of a price. lot: smallest step of a size, in contracts.
        min_notional: smallest value of an order in the quote currency, 0 where there is none.
        obstacle: why it cannot be traded here, None where it can.
        active: the exchange trades it at present.
    """

    market: str
    exchange: str
    symbol: str
    exchange_id: str
    kind: str
    base: str
    quote: str
    settle: str
    tick: Decimal
    lot: Decimal
    max_leverage: Decimal
    min_notional: Decimal = Decimal(0)
    obstacle: str | None = None
    active: bool = True


def _inverse(market: str, coin: str, tick: str, max_leverage: int) -> MarketSpec:
    return MarketSpec(
        market=market,
        exchange="bybit",
        symbol=f"{coin}/USD:{coin}",
        exchange_id=f"{coin}USD",
        kind="inverse",
        base=coin,
        quote="USD",
        settle=coin,
        tick=Decimal(tick),
        lot=Decimal(1),
        max_leverage=Decimal(max_leverage),
    )


def _linear(coin: str, tick: str, lot: str, max_leverage: int) -> MarketSpec:
    symbol = f"{coin}/USDT:USDT"
    return MarketSpec(
        market=symbol,
        exchange="bybit",
        symbol=symbol,
        exchange_id=f"{coin}USDT",
        kind="linear",
        base=coin,
        quote="USDT",
        settle="USDT",
        tick=Decimal(tick),
        lot=Decimal(lot),
        max_leverage=Decimal(max_leverage),
        min_notional=Decimal(5),
    )


_KNOWN = (
    _inverse("XBTUSD", "BTC", "0.1", 100),
    _inverse("ETHUSD", "ETH", "0.01", 50),
    _inverse("SOLUSD", "SOL", "0.01", 50),
    _inverse("XRPUSD", "XRP", "0.0001", 50),
    _inverse("DOGEUSD", "DOGE", "0.00001", 50),
    _linear("BTC", "0.1", "0.001", 100),
    _linear("ETH", "0.01", "0.01", 100),
    _linear("SOL", "0.01", "0.1", 100),
    _linear("XRP", "0.0001", "1", 75),
    _linear("DOGE", "0.00001", "1", 75),
)
_BY_MARKET = {spec.market: spec for spec in _KNOWN}
_BY_SYMBOL = {spec.symbol: spec for spec in _KNOWN}

DOCUMENTED = tuple(spec.market for spec in _KNOWN if spec.kind == "inverse")
"""The markets that the plan names."""


def markets(exchange_name: str, home: Home | None = None) -> list[MarketSpec]:
    """The markets the product knows by itself, documented ones first; then, of a home, the catalogue's."""
    exchange(exchange_name)
    known = [replace(spec, exchange=exchange_name) for spec in _KNOWN]
    listed = catalogue.read(home, exchange_name) if home is not None else None
    if listed is None:
        return known
    return known + [
        _of(row, exchange_name) for row in listed.markets.values() if row.symbol not in _BY_SYMBOL
    ]


def resolve(market: str, exchange_name: str, home: Home | None = None) -> MarketSpec:
    """The market of that name (documented name or unified ccxt symbol) on that exchange.

    Args:
        home: whose catalogue of the exchange has the markets that the product does not know by itself.

    Raises:
        UnknownExchange.
        UnknownMarket: names the documented ones and tells how to see all; a pair is not one market.
    """
    exchange(exchange_name)
    found = _BY_MARKET.get(market) or _BY_SYMBOL.get(market)
    if found is not None:
        return replace(found, exchange=exchange_name)
    listing = catalogue.find(home, exchange_name, market) if home is not None else None
    if listing is not None:
        return _of(listing, exchange_name)
    raise UnknownMarket(
        f"unknown market {market[:60]!r} on {exchange_name}; "
        f"there are {', '.join(_BY_MARKET)}{_further(exchange_name, home)}"
    )


def _further(exchange_name: str, home: Home | None) -> str:
    """What an error says of the markets that it does not name."""
    if home is None or EXCHANGES[exchange_name].closed_on:
        return ""
    listed = catalogue.read(home, exchange_name)
    option = f"--exchange {exchange_name}"
    if listed is None:
        return f"; what else {exchange_name} has was never fetched: `botyard data markets {option}` does that"
    day = datetime.fromtimestamp(listed.fetched_at, UTC).date()
    return (
        f", and by their ccxt symbols those that {exchange_name} listed on {day}: "
        f"`botyard markets {option}` shows all"
    )


def _of(listing: Listing, exchange_name: str) -> MarketSpec:
    return MarketSpec(
        market=listing.symbol,
        exchange=exchange_name,
        symbol=listing.symbol,
        exchange_id=listing.exchange_id,
        kind=listing.kind,
        base=listing.base,
        quote=listing.quote,
        settle=listing.settle,
        tick=listing.tick,
        lot=listing.lot,
        max_leverage=listing.max_leverage,
        min_notional=listing.min_notional,
        obstacle=_obstacle(listing),
        active=listing.active,
    )


def _obstacle(listing: Listing) -> str | None:
    """Why nobody can trade it here: sizes and results are counted for contracts of one dollar or one coin."""
    if listing.contract_size != 1:
        size = "unknown" if listing.contract_size is None else f"{listing.contract_size:f}"
        return f"the size of a contract is {size}, and only contracts of 1 can be sized"
    if listing.kind == "linear" and listing.settle not in DOLLARS:
        return f"it settles in {listing.settle}, whose worth in dollars is not known"
    if listing.kind == "inverse" and (listing.quote not in DOLLARS or listing.settle != listing.base):
        return f"it is quoted in {listing.quote} and settles in {listing.settle}, not in dollars and its coin"
    if len(listing.symbol) > LONGEST_MARKET:
        return too_long(listing.symbol)
    return None


def why_not(spec: MarketSpec, kind: str) -> str | None:
    """Why a session of this type cannot use the market, None where it can.

    Recorded data of a market that is gone can be backtested; what cannot be sized can be scraped.
    """
    if kind != "scraper" and spec.obstacle is not None:
        return spec.obstacle
    return None if spec.active or kind == "backtest" else "the exchange does not trade it at present"


def too_long(market: str) -> str:
    """What is wrong with a name that a session cannot keep."""
    return f"{market[:60]!r} has {len(market)} characters; a session's market can have {LONGEST_MARKET}"


def usual(market: str) -> str:
    """A market or pair with each leg by its documented name where it has one; else as it was told."""
    parts = (part.strip() for part in market.split("+"))
    return "+".join(_BY_SYMBOL[part].market if part in _BY_SYMBOL else part for part in parts)


def legs(market: str) -> tuple[str, ...]:
    """The single markets of a market: one, or two for a pair such as "XBTUSD+ETHUSD".

    Raises:
        UnknownMarket: an empty name, a leg too many, or the same leg twice.
    """
    parts = tuple(part.strip() for part in market.split("+"))
    if not all(parts) or len(parts) > 2:
        raise UnknownMarket(f"{market!r} is neither a market nor a pair of two markets joined by '+'")
    if len(set(parts)) != len(parts):
        raise UnknownMarket(f"{market!r} pairs a market with itself")
    return parts


def resolve_all(market: str, exchange_name: str, home: Home | None = None) -> tuple[MarketSpec, ...]:
    """Every leg of a market, resolved. Raises as `legs` and `resolve`."""
    found = tuple(resolve(leg, exchange_name, home) for leg in legs(market))
    if len({spec.market for spec in found}) != len(found):
        raise UnknownMarket(f"{market!r} pairs {found[0].market} with itself")
    return found
