"""Figures and how they are printed."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Figure:
    """One measured figure. `goal` says what was aimed at, `reached` whether it was; None where there is no
    goal.
    """

    name: str
    value: str
    ratio: str = ""
    goal: str = ""
    reached: bool | None = None


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of them lie, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def machine() -> str:
    """What the figures were measured on, in one line."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{psutil.cpu_count()} cores ({cpu}), {memory:.0f} GiB, Linux {platform.release()}, "
        f"{platform.python_implementation()} {platform.python_version()}"
    )


def print_table(figures: Sequence[Figure]) -> None:
    """Figures as a Markdown table."""
    print(f"\n{machine()}\n")
    rows = [("figure", "measured", "ratio to plain child", "goal", "")] + [
        (f.name, f.value, f.ratio, f.goal, {True: "reached", False: "missed", None: ""}[f.reached])
        for f in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
