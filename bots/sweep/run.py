"""A sweep from its first set to its last, or until it is stopped."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bots.sweep import pool
from bots.sweep.store import Row, Store
from bots.sweep.trials import Trials

Tell = Callable[[int, int], None]


@dataclass
class Outcome:
    """What became of a sweep.

    Attributes:
        rows: every finished set by its number, those of earlier runs among them.
        ran: sets that were finished now.
        lost: sets whose worker died, and how; they are run again when the sweep is resumed.
    """

    rows: dict[int, Row]
    total: int
    ran: int = 0
    seconds: float = 0.0
    lost: dict[int, str] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return len(self.rows) == self.total

    @property
    def failed(self) -> list[Row]:
        """Sets that ended with an error."""
        return [row for row in self.rows.values() if row.figures is None]

    def rate(self) -> float | None:
        """Sets a second, in this run."""
        return self.ran / self.seconds if self.ran and self.seconds else None


def sweep(
    trials: Trials,
    store: Store,
    jobs: int,
    tell: Tell,
    stopping: Callable[[], bool] = lambda: False,
    on_compiling: Callable[[], None] = lambda: None,
) -> Outcome:
    """Run the sets that the store does not have yet in `jobs` processes; each is stored as it is done.

    `tell` takes the sets that are done, and how many there are; `on_compiling` is called where the engine has
    to be compiled first. Raises OSError where nothing can be stored.
    """
    valid = trials.sets.valid
    outcome = Outcome(store.rows, len(valid))
    missing = trials.in_order([number for number in valid if number not in store.rows])
    tell(len(store.rows), len(valid))
    if not missing:
        return outcome
    if trials.must_compile(len(missing)):
        on_compiling()
        trials.compile(stopping)
        if stopping():
            return outcome
    trials.warm_up()
    began = time.monotonic()
    for result in pool.run(trials, missing, min(jobs, len(missing)), stopping):
        if isinstance(result, pool.Lost):
            outcome.lost[result.number] = result.reason
        else:
            store.add(result.result)
            outcome.ran += 1
        tell(len(store.rows), len(valid))
    outcome.seconds = time.monotonic() - began
    return outcome


def as_json(row: Row, trials: Trials) -> dict[str, Any]:
    """A set with its parameters."""
    told: dict[str, Any] = {"set": row.number, "params": trials.sets.grid.point(row.number)}
    return {**told, "error": row.error} if row.figures is None else {**told, "figures": dict(row.figures)}
