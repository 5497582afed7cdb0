"""Backtests side by side with what people use today (`make bench-backtest`): the same million candles, the
same trades (checked first), each engine in an interpreter of its own, ratios of one run.
"""
