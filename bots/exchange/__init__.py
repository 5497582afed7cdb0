"""How exchanges are reached through ccxt: addresses, errors in our terms, request budget, history."""
