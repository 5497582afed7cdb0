"""Many backtests of one strategy over candles that are loaded once: a grid of parameter sets on all cores."""
