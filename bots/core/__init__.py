"""The trading core: pure rules of trading, no clock, no network, no files."""
