"""The shell of a report: one HTML page that carries its styles, its scripts and its data, and asks nobody.

    page("Sweep of MovingAverageCross", [Section("map", "Sharpe by fast and slow", heat_map(...))], {})

A chart is an element `chart("curve", "equity", ...)`: the script draws the kind `curve` from
`data["equity"]`.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bots.report.markup import escape

_STYLES = ("page.css", "charts.css")
_SCRIPTS = (
    *("text.js", "theme.js", "plot.js", "series.js", "candles.js", "curve.js", "histogram.js", "scatter.js"),
    *("trades.js", "main.js"),
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True)
class Section:
    """A part of the page: `body` is HTML; `wide` takes the page's whole width, others stand side by side.

    An empty `title` makes a section without heading and frame.
    """

    id: str
    title: str
    body: str
    wide: bool = True
    hint: str = ""


def page(title: str, sections: Iterable[Section], data: Mapping[str, Any], *, header: str = "") -> str:
    """The whole page as text.

    Args:
        title: of the window and, without `header`, the heading.
        header: HTML in place of the heading.
        data: what the charts draw; JSON, where NaN and infinities count as null.
    """
    parts = list(sections)
    links = "".join(f'<a href="#{part.id}">{escape(part.title)}</a>' for part in parts if part.title)
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            f"<title>{escape(title)}</title>",
            f"<style>{_assets(_STYLES)}</style>",
            "</head>",
            "<body>",
            '<a class="skip" href="#content">Skip to the content</a>',
            f'<nav aria-label="Sections"><span class="brand">Botyard</span>{links}',
            '<button type="button" id="theme" aria-label="Switch between light and dark">◐</button></nav>',
            f'<main id="content">{header or f"<header><h1>{escape(title)}</h1></header>"}',
            '<div class="sections">',
            *(_section(part) for part in parts),
            "</div></main>",
            f'<script type="application/json" id="data">{_json(data)}</script>',
            f"<script>(() => {{\n{_assets(_SCRIPTS)}\n}})();</script>",
            "</body>",
            "</html>\n",
        ]
    )


def chart(kind: str, source: str, label: str, height: int = 260, table: str = "", **options: str) -> str:
    """An element that the script fills with a chart.

    Args:
        kind: candles, curve, histogram or scatter.
        source: name of its part of the data.
        label: says what it shows, for those who do not see it.
        table: HTML of the same facts as a table, folded below the chart.
        options: further `data-` attributes for this kind.
    """
    given = "".join(f' data-{name}="{escape(value)}"' for name, value in options.items())
    figure = (
        f'<figure class="chart" data-chart="{escape(kind)}" data-source="{escape(source)}"'
        f' data-label="{escape(label)}" style="--height:{height}px"{given}></figure>'
    )
    if not table:
        return figure
    return f"{figure}<details class=alternative><summary>As a table</summary>{table}</details>"


def _section(part: Section) -> str:
    kind = "wide" if part.wide else "half"
    if not part.title:
        return f'<section id="{part.id}" class="{kind} bare">{part.body}</section>'
    hint = f"<p class=hint>{escape(part.hint)}</p>" if part.hint else ""
    return (
        f'<section id="{part.id}" class="{kind}" aria-labelledby="{part.id}-title">'
        f'<h2 id="{part.id}-title">{escape(part.title)}</h2>{hint}{part.body}</section>'
    )


@cache
def _assets(names: tuple[str, ...]) -> str:
    folder = files("bots.report") / "assets"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def _json(data: Mapping[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(_finite(data), separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
