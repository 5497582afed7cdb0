"""Waiting for what happens in another process: polls to a deadline instead of sleeping and hoping."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 3.0
"""A busy machine gets this much more time than an idle one needs; it only puts off the report of a hang."""


def until(predicate: Callable[[], T | None], seconds: float = 5.0, what: str = "") -> T:
    """Call `predicate` until it returns something true, and return that.

    `seconds` are those of an idle machine. An AssertionError or OSError of the predicate counts as "not
    yet"; the last one is told at the deadline.

    Raises:
        AssertionError: it did not come true within `PATIENCE` times `seconds`.
    """
    seconds *= PATIENCE
    deadline = time.monotonic() + seconds
    pause = 0.002
    while True:
        last: object
        try:
            if last := predicate():
                return last
        except (AssertionError, OSError) as error:
            last = error
        if time.monotonic() >= deadline:
            subject = what or getattr(predicate, "__qualname__", "it")
            raise AssertionError(f"waited {seconds:g} s in vain for {subject}; last seen: {last!r}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
