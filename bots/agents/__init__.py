"""Processes beside the sessions: they serve all sessions of a home."""
