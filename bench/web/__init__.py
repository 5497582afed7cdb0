"""The dashboard, measured in a real browser."""
