"""Progress bars, on a terminal only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class Report(Protocol):
    def __call__(self, done: int, total: int) -> None: ...


@contextmanager
def progress(title: str, unit: str = "") -> Iterator[Report]:
    """A bar on standard error, so that what is printed can be piped; nothing where that is no terminal.

    With a `unit` it tells the rate too: "sets" gives 12.5 sets/s.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    rate = [_Rate(unit)] if unit else []
    columns = (
        *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()),
        *(*rate, TimeRemainingColumn()),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Rate(ProgressColumn):
    """How many are done in a second."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f} {self._unit}/s" if task.speed else "")
