"""Every figure of the catalogue as text, in its groups."""

from collections.abc import Iterator, Mapping
from typing import Any

from bots.report import text
from schema.metrics_catalogue import CATALOGUE, GROUPS, Figure
from schema.words import digits

Row = tuple[str, str, str]
"""Label, value, meaning."""


def grouped(metrics: Mapping[str, Any], settle: str) -> Iterator[tuple[str, list[Row]]]:
    """Titles of the groups with their figures; tables are left out, and what the metrics do not have."""
    for title, keys in GROUPS.items():
        rows = [
            (CATALOGUE[key].label, shown(CATALOGUE[key], metrics[key], settle), CATALOGUE[key].meaning)
            for key in keys
            if CATALOGUE[key].unit != "table" and key in metrics
        ]
        if rows:
            yield title, rows


def shown(figure: Figure, value: Any, settle: str) -> str:
    """A value in its unit; a dash for what is not defined."""
    if value is None:
        return text.NONE
    match figure.unit:
        case "settle":
            return f"{text.number(value, digits(settle))} {settle}"
        case "usd":
            return f"{text.number(value)} USD"
        case "percent":
            return text.percent(value, 3)
        case "seconds":
            return text.duration(value)
        case "time":
            return text.when(value)
        case "ratio" | "bars" | "count":
            return text.number(value, 3)
        case _:
            return text.plain(value)
