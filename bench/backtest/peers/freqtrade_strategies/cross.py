"""The crossing as a strategy of freqtrade, which looks for it in a folder."""

from typing import ClassVar

import talib
from freqtrade.strategy import IStrategy


class Cross(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "1m"
    minimal_roi: ClassVar = {}
    stoploss = -0.99
    process_only_new_candles = True
    order_types: ClassVar = {
        "entry": "market",
        "exit": "market",
        "stoploss": "market",
        "stoploss_on_exchange": False,
    }
    use_exit_signal = True
    startup_candle_count = 30

    def populate_indicators(self, dataframe, metadata):
        dataframe["fast"] = talib.SMA(dataframe["close"], 10)
        dataframe["slow"] = talib.SMA(dataframe["close"], 30)
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["fast"] > dataframe["slow"], "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["fast"] < dataframe["slow"], "exit_long"] = 1
        return dataframe

    def custom_stake_amount(self, current_rate, **kwargs):
        return current_rate
