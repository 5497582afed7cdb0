"""The daemon's log: one tidy line an event, on stderr; who collects it adds the time, as journald does."""

import logging
import sys

log = logging.getLogger("supervisor")


def set_up(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)-7s %(message)s"))
    log.addHandler(handler)
    log.setLevel(level.upper())
    log.propagate = False
