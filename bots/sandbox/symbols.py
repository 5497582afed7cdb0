"""The symbols the sandbox lists, with what the exchange's own instrument list tells about them."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from schema import markets
from schema.markets import MarketSpec

TAKER_FEE = Decimal("0.00055")
MAKER_FEE = Decimal("0.0002")
FUNDING_MINUTES = 480
LAUNCH_MINUTE = 25_246_080
"""2018-01-01: no candle is older."""

CATEGORIES = ("inverse", "linear")


@dataclass(frozen=True)
class Risk:
    """Limits that differ by symbol: largest quantities, and maintenance margin as a part of the value."""

    max_limit: Decimal
    max_market: Decimal
    maintenance: Decimal


def _risk(max_limit: str, max_market: str, maintenance: str) -> Risk:
    return Risk(Decimal(max_limit), Decimal(max_market), Decimal(maintenance))


_RISK = {
    "BTCUSD": _risk("25000000", "5000000", "0.005"),
    "ETHUSD": _risk("8000000", "1600000", "0.01"),
    "SOLUSD": _risk("2000000", "400000", "0.01"),
    "XRPUSD": _risk("2000000", "400000", "0.01"),
    "DOGEUSD": _risk("1000000", "200000", "0.01"),
    "BTCUSDT": _risk("1190", "119", "0.005"),
    "ETHUSDT": _risk("7240", "724", "0.005"),
    "SOLUSDT": _risk("79770", "14530", "0.01"),
    "XRPUSDT": _risk("10965300", "2467800", "0.01"),
    "DOGEUSDT": _risk("43678900", "5991100", "0.01"),
    "LTCUSDT": _risk("88000", "15000", "0.01"),
}

_FURTHER = MarketSpec(
    market="LTC/USDT:USDT",
    exchange="sandbox",
    symbol="LTC/USDT:USDT",
    exchange_id="LTCUSDT",
    kind="linear",
    base="LTC",
    quote="USDT",
    settle="USDT",
    tick=Decimal("0.01"),
    lot=Decimal("0.1"),
    max_leverage=Decimal(75),
    min_notional=Decimal(5),
)
"""A contract that the product does not know by itself: it must learn of it as of any exchange's."""


@dataclass(frozen=True)
class Symbol:
    """A contract. Sizes are USD of the contract for inverse ones, coins for linear ones."""

    spec: MarketSpec
    risk: Risk

    @cached_property
    def id(self) -> str:
        return self.spec.exchange_id

    @cached_property
    def tick(self) -> Decimal:
        return self.spec.tick

    @cached_property
    def lot(self) -> Decimal:
        return self.spec.lot

    @cached_property
    def inverse(self) -> bool:
        return self.spec.kind == "inverse"

    @property
    def category(self) -> str:
        return self.spec.kind

    @property
    def coin(self) -> str:
        return self.spec.base

    @property
    def settle(self) -> str:
        return self.spec.settle

    @cached_property
    def turnover_unit(self) -> Decimal:
        """Turnover is counted in coins (inverse) or USDT (linear); this is its smallest unit."""
        return Decimal("0.00000001") if self.inverse else Decimal("0.0001")

    def __hash__(self) -> int:
        return hash(self.id)

    def instrument(self) -> dict[str, object]:
        """The row of the exchange's instrument list."""
        spec, risk = self.spec, self.risk
        return {
            "symbol": self.id,
            "contractType": "InversePerpetual" if self.inverse else "LinearPerpetual",
            "status": "Trading",
            "baseCoin": spec.base,
            "quoteCoin": spec.quote,
            "settleCoin": spec.settle,
            "launchTime": str(LAUNCH_MINUTE * 60_000),
            "deliveryTime": "0",
            "deliveryFeeRate": "",
            "priceScale": str(-int(self.tick.normalize().as_tuple().exponent)),
            "leverageFilter": {
                "minLeverage": "1",
                "maxLeverage": f"{spec.max_leverage}.00",
                "leverageStep": "0.01",
            },
            "priceFilter": {"minPrice": str(self.tick), "maxPrice": "1999999", "tickSize": str(self.tick)},
            "lotSizeFilter": {
                "qtyStep": str(self.lot),
                "minOrderQty": str(self.lot),
                "maxOrderQty": str(risk.max_limit),
                "postOnlyMaxOrderQty": str(risk.max_limit),
                "maxMktOrderQty": str(risk.max_market),
                "minNotionalValue": str(spec.min_notional) if spec.min_notional else "",
            },
            "unifiedMarginTrade": True,
            "fundingInterval": FUNDING_MINUTES,
            "copyTrading": "none",
            "takerFee": str(TAKER_FEE),
            "makerFee": str(MAKER_FEE),
        }


def _listed() -> dict[str, Symbol]:
    specs = {spec.exchange_id: spec for spec in [*markets.markets("sandbox"), _FURTHER]}
    return {name: Symbol(specs[name], risk) for name, risk in _RISK.items()}


SYMBOLS: dict[str, Symbol] = _listed()
"""By the exchange's own names; the inverse ones first."""
