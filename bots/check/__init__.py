"""Looks for what makes a backtest promise too much: looking ahead, dependence on the warm-up, chance."""
