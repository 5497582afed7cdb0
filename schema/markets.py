"""Markets and exchanges: documented names, and what they are called and how they are traded on each exchange.

The one place that maps a product's market (`XBTUSD`) to an exchange's own symbol (`BTCUSD`) and to ccxt's
(`BTC/USD:BTC`).
"""

from dataclasses import dataclass, replace
from decimal import Decimal

LONGEST_MARKET = 20
"""Characters in `sessions.market`, as documented."""


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
    """

    id: str
    title: str
    ccxt: str
    closed_on: str | None = None


EXCHANGES: dict[str, Exchange] = {
    "sandbox": Exchange("sandbox", "Sandbox (built in, invented prices)", "bybit"),
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


@dataclass(frozen=True)
class MarketSpec:
    """A market on an exchange, with its contract.

    Attributes:
        market: the product's name, or a unified ccxt symbol.
        symbol: unified ccxt symbol.
        exchange_id: the exchange's own name.
        kind: "inverse" (sized in quote currency, settled in the coin) or "linear".
        tick: smallest step of a price. lot: smallest step of a size, in contracts.
        min_notional: smallest value of an order in the quote currency, 0 where there is none.
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


def markets(exchange_name: str) -> list[MarketSpec]:
    """Every market the product knows by itself on that exchange; documented ones first."""
    exchange(exchange_name)
    return [replace(spec, exchange=exchange_name) for spec in _KNOWN]


def resolve(market: str, exchange_name: str) -> MarketSpec:
    """The market of that name (documented name or unified ccxt symbol) on that exchange.

    Raises:
        UnknownExchange.
        UnknownMarket: names the markets there are; a pair is not one market.
    """
    exchange(exchange_name)
    found = _BY_MARKET.get(market) or _BY_SYMBOL.get(market)
    if found is None:
        raise UnknownMarket(
            f"unknown market {market!r} on {exchange_name}; there are {', '.join(_BY_MARKET)}"
        )
    return replace(found, exchange=exchange_name)


def by_exchange_id(exchange_id: str, exchange_name: str) -> MarketSpec:
    """The market that the exchange itself calls `exchange_id`, such as "BTCUSD"."""
    for spec in _KNOWN:
        if spec.exchange_id == exchange_id:
            return replace(spec, exchange=exchange_name)
    raise UnknownMarket(f"{exchange_name} has no market {exchange_id!r}")


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


def resolve_all(market: str, exchange_name: str) -> tuple[MarketSpec, ...]:
    """Every leg of a market, resolved."""
    return tuple(resolve(leg, exchange_name) for leg in legs(market))
