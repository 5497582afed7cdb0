"""The archive of market data: one folder a market and UTC day, files that carry the exchange; parquet.

    archive/xbtusd/2024-01-22/sandbox-1m.parquet, bybit-trades.parquet, bybit-quotes.parquet ...

Origins never mix: a reader names the exchange and gets that exchange's data or none. Importing these modules
makes no call into Arrow, so that a process that must stay single-threaded may have them loaded.
"""
