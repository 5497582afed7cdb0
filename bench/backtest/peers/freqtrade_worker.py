"""freqtrade: its loop over the candles, in memory and without asking an exchange for its markets."""

import logging
import tempfile
from pathlib import Path

import freqtrade
import numpy as np
import pandas as pd
from freqtrade.enums import CandleType, RunMode
from freqtrade.exchange.exchange import Exchange
from freqtrade.optimize.backtesting import Backtesting
from serve import CASH, FEE, Clock, load, serve

logging.disable(logging.WARNING)
OPEN, HIGH, LOW, CLOSE, VOLUME = load()
PAIR = "BTC/USDT"
FIRST = pd.Timestamp("2021-01-01", tz="UTC")
DATES = pd.date_range(FIRST, periods=len(CLOSE), freq="min")
FRAME = pd.DataFrame(
    {"date": DATES, "open": OPEN, "high": HIGH, "low": LOW, "close": CLOSE, "volume": VOLUME}
)
MARKET = {
    "id": "BTCUSDT",
    "symbol": PAIR,
    "base": "BTC",
    "quote": "USDT",
    "type": "spot",
    "spot": True,
    "margin": False,
    "swap": False,
    "future": False,
    "option": False,
    "contract": False,
    "active": True,
    "taker": FEE,
    "maker": FEE,
    "precision": {"amount": 0.00000001, "price": 0.1},
    "limits": {"amount": {"min": 0.00001, "max": None}, "price": {"min": None, "max": None},
               "cost": {"min": 1.0, "max": None}, "leverage": {"min": None, "max": None}},
    "info": {},
}  # fmt: skip


async def _markets(self, reload=False):
    self._api_async.set_markets([MARKET])
    return self._api_async.markets


def _load_markets(self, reload=False):
    return self.loop.run_until_complete(_markets(self, reload))


Exchange._load_async_markets = _load_markets


def _config(folder):
    return {
        "runmode": RunMode.BACKTEST,
        "strategy": "Cross",
        "strategy_path": str(Path(__file__).with_name("freqtrade_strategies")),
        "timeframe": "1m",
        "stake_currency": "USDT",
        "stake_amount": 40_000,
        "dry_run": True,
        "dry_run_wallet": CASH,
        "max_open_trades": 1,
        "fee": FEE,
        "trading_mode": "spot",
        "stoploss": -0.99,
        "minimal_roi": {},
        "candle_type_def": CandleType.SPOT,
        "tradable_balance_ratio": 1.0,
        "exchange": {"name": "binance", "pair_whitelist": [PAIR], "pair_blacklist": []},
        "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": {"price_side": "other", "use_order_book": False},
        "exit_pricing": {"price_side": "other", "use_order_book": False},
        "user_data_dir": folder,
        "datadir": folder,
        "export": "none",
        "exportfilename": folder,
        "dataformat_ohlcv": "feather",
        "dataformat_trades": "feather",
        "original_config": {},
        "internals": {},
    }


def cross(clock: Clock):
    with tempfile.TemporaryDirectory() as folder:
        test = Backtesting(_config(Path(folder)))
        with clock.stage("simulation"):
            (strategy,) = test.strategylist
            test._set_strategy(strategy)
            processed = strategy.advise_all_indicators({PAIR: FRAME.copy()})
            found = test.backtest(
                processed=processed, start_date=DATES[0].to_pydatetime(), end_date=DATES[-1].to_pydatetime()
            )
        trades = found["results"]
    return lambda: {
        "entry_bar": ((trades["open_date"] - FIRST) // pd.Timedelta("1min")).to_numpy(),
        "exit_bar": ((trades["close_date"] - FIRST) // pd.Timedelta("1min")).to_numpy(),
        "entry_price": trades["open_rate"].to_numpy(),
        "exit_price": trades["close_rate"].to_numpy(),
        "pnl": trades["profit_abs"].to_numpy(),
        "equity": np.array([CASH + trades["profit_abs"].sum()]),
    }


if __name__ == "__main__":
    serve({"cross": cross}, {"freqtrade": freqtrade.__version__})
