"""Rows of the comparison, printed and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any

from bench.figures import machine


@dataclass(frozen=True)
class Row:
    """One comparison of the same run.

    Attributes:
        ours, theirs: seconds, medians. *_spread: the fastest and the slowest.
        goal: what was aimed at; `reached` whether it was; None where there is no goal.
        ours_note, theirs_note: what else there is to say, such as memory.
    """

    name: str
    ours: float
    ours_spread: tuple[float, float]
    peer: str = ""
    theirs: float | None = None
    theirs_spread: tuple[float, float] | None = None
    goal: str = ""
    reached: bool | None = None
    ours_note: str = ""
    theirs_note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times as long as ours the peer's took."""
        return None if self.theirs is None else self.theirs / self.ours

    def noted(self, ours: str, theirs: str) -> "Row":
        """The row with these notes."""
        return replace(self, ours_note=ours, theirs_note=theirs)


def compare(
    name: str,
    ours: Sequence[float],
    peer: str,
    theirs: Sequence[float],
    goal: str = "",
    times: float | None = None,
) -> Row:
    """A row of several runs each. `times`: how many times as long as ours the peer's must have taken."""
    row = Row(name, median(ours), spread(ours), peer, median(theirs), spread(theirs), goal)
    if times is None or row.ratio is None:
        return row
    return replace(row, reached=row.ratio >= times)


def spread(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [{**asdict(row), "ratio": row.ratio} for row in rows]


def print_table(rows: Sequence[Row], versions: dict[str, dict[str, str]], bars: int) -> None:
    """Machine, versions, and the rows as a Markdown table."""
    print(f"\n{machine()}")
    for engine, found in versions.items():
        print(f"{engine}: " + ", ".join(f"{name} {version}" for name, version in found.items()))
    print(
        f"\n{bars:,} bars. Medians of interleaved runs, in brackets the fastest and the slowest; one thread "
        "for each engine but in the whole-process and sweep rows. The ratio says how many times as long the "
        "peer took.\n"
    )
    cells = [("what", "Botyard", "peer", "peer's", "ratio", "goal", "")] + [_cells(row) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(7)]
    for number, line in enumerate(cells):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        _figure(row.ours, row.ours_spread, row.ours_note),
        row.peer,
        "" if row.theirs is None else _figure(row.theirs, row.theirs_spread, row.theirs_note),
        "" if row.ratio is None else f"{row.ratio:.2f}" if row.ratio < 10 else f"{row.ratio:.0f}",
        row.goal,
        {True: "reached", False: "missed", None: ""}[row.reached],
    )


def _figure(middle: float, around: tuple[float, float] | None, note: str) -> str:
    told = f"{_seconds(middle)} s"
    if around is not None:
        told += f" ({_seconds(around[0])} to {_seconds(around[1])})"
    return f"{told}, {note}" if note else told


def _seconds(value: float) -> str:
    return f"{value:.4f}" if value < 0.1 else f"{value:.3f}" if value < 1 else f"{value:.2f}"
