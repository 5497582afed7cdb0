"""Options that name half a day of recorded candles, as `tests.bots.test_sweep_tasks` stores them."""

RANGE = (
    *("--market", "XBTUSD", "--exchange", "sandbox"),
    *("--from", "2024-01-01T01:00", "--to", "2024-01-01T06:00"),
)
