"""The compiled backtest: the same orders, fills and books as the general engine, at the speed of arrays."""
