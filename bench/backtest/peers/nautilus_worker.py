"""nautilus_trader: a Python handler on every bar, market orders filled at the next bar's open."""

from decimal import Decimal

import nautilus_trader
import numpy as np
import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.indicators import SimpleMovingAverage
from nautilus_trader.model.currencies import BTC, USDT
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import CryptoPerpetual
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.trading.strategy import Strategy
from serve import CASH, FAST, FEE, SLOW, Clock, load, serve

OPEN, HIGH, LOW, CLOSE, VOLUME = load()
VENUE = Venue("SIM")
ID = InstrumentId(Symbol("BTCUSDT-PERP"), VENUE)
INSTRUMENT = CryptoPerpetual(
    instrument_id=ID,
    raw_symbol=Symbol("BTCUSDT"),
    base_currency=BTC,
    quote_currency=USDT,
    settlement_currency=USDT,
    is_inverse=False,
    price_precision=1,
    size_precision=3,
    price_increment=Price.from_str("0.1"),
    size_increment=Quantity.from_str("0.001"),
    margin_init=Decimal("0.01"),
    margin_maint=Decimal("0.005"),
    maker_fee=Decimal(str(FEE)),
    taker_fee=Decimal(str(FEE)),
    ts_event=0,
    ts_init=0,
)
BAR_TYPE = BarType.from_str(f"{ID}-1-MINUTE-LAST-EXTERNAL")
# Bars are stamped with their close.
INDEX = pd.date_range("2021-01-01 00:01", periods=len(CLOSE), freq="min", tz="UTC")
FIRST_OPENING = INDEX[0].value - 60_000_000_000
FRAME = pd.DataFrame({"open": OPEN, "high": HIGH, "low": LOW, "close": CLOSE, "volume": VOLUME}, INDEX)
BARS = BarDataWrangler(BAR_TYPE, INSTRUMENT).process(FRAME)


class Config(StrategyConfig, frozen=True):
    fast: int = FAST
    slow: int = SLOW


class Cross(Strategy):
    def __init__(self, config):
        super().__init__(config)
        self.fast = SimpleMovingAverage(config.fast)
        self.slow = SimpleMovingAverage(config.slow)
        self.held = False
        self.log_of_fills = []

    def on_start(self):
        self.register_indicator_for_bars(BAR_TYPE, self.fast)
        self.register_indicator_for_bars(BAR_TYPE, self.slow)
        self.subscribe_bars(BAR_TYPE)

    def on_bar(self, bar):
        if not self.slow.initialized:
            return
        fast, slow = self.fast.value, self.slow.value
        if fast > slow and not self.held:
            self._order(OrderSide.BUY)
        elif fast < slow and self.held:
            self._order(OrderSide.SELL)

    def _order(self, side):
        self.submit_order(self.order_factory.market(ID, side, Quantity.from_str("1.000")))

    def on_order_filled(self, event):
        self.held = event.order_side == OrderSide.BUY
        # Filled at the close, which is the next candle's open: the next candle is where the peers fill.
        self.log_of_fills.append(
            (
                (event.ts_event - FIRST_OPENING) // 60_000_000_000,
                float(event.last_px),
                float(event.commission),
            )
        )


def cross(clock: Clock):
    with clock.stage("simulation"):
        engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
        engine.add_venue(VENUE, OmsType.NETTING, AccountType.MARGIN, [Money(CASH, USDT)])
        engine.add_instrument(INSTRUMENT)
        engine.add_data(BARS, sort=False)
        strategy = Cross(Config())
        engine.add_strategy(strategy)
        engine.run()
    fills = np.array(strategy.log_of_fills, dtype=np.float64)
    equity = engine.trader.generate_account_report(VENUE)["total"].astype(float).iloc[-1]
    engine.dispose()
    entries, exits = fills[0::2], fills[1::2]
    return lambda: {
        "entry_bar": entries[:, 0].astype(np.int64),
        "exit_bar": exits[:, 0].astype(np.int64),
        "entry_price": entries[:, 1],
        "exit_price": exits[:, 1],
        "pnl": exits[:, 1] - entries[:, 1] - exits[:, 2] - entries[:, 2],
        "equity": np.array([equity]),
    }


if __name__ == "__main__":
    serve({"cross": cross}, {"nautilus_trader": nautilus_trader.__version__})
