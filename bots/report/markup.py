"""Pieces of HTML: text made harmless, tables, lists of facts, heat maps."""

from collections.abc import Iterable, Sequence
from html import escape as _escape

from bots.report.text import MINUS

Cell = str | None
"""Text; None is an empty cell."""


def escape(text: object) -> str:
    """Text as it may stand between tags and in an attribute between double quotes."""
    return _escape(str(text), quote=True)


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, caption: str = "") -> str:
    """A table whose first column names the rows; the other cells are numbers, aligned to the right."""
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    body = "".join(_row(row) for row in rows)
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption or head[0])}">'
        f"<table>{told}"
        f"<thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[Cell]) -> str:
    first, *others = row
    cells = "".join(f"<td{_tone(cell)}>{'' if cell is None else escape(cell)}</td>" for cell in others)
    return f'<tr><th scope="row">{escape(first or "")}</th>{cells}</tr>'


def _tone(text: Cell) -> str:
    """Signed amounts are coloured, besides having their sign."""
    if not text or len(text) < 2 or text[0] not in ("+", MINUS) or not text[1].isdigit():
        return ""
    return ' class="good"' if text[0] == "+" else ' class="bad"'


def facts(rows: Iterable[Sequence[str]], *, marked: Iterable[str] = ()) -> str:
    """Names and values, perhaps with a meaning; those of `marked` names stand out, and say that they are no
    defaults.
    """
    chosen = frozenset(marked)
    return f'<dl class="facts">{"".join(_fact(row, row[0] in chosen) for row in rows)}</dl>'


def _fact(row: Sequence[str], marked: bool) -> str:
    name, value, meaning = (*row, "")[:3]
    hint = f' title="{escape(meaning)}"' if meaning else ""
    more = " <small>not the default</small>" if marked else ""
    return (
        f"<div{' class=marked' if marked else ''}{hint}><dt>{escape(name)}</dt>"
        f"<dd>{escape(value)}{more}</dd></div>"
    )


def heat_map(
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[float | None]]],
    texts: Sequence[Sequence[str]] | None = None,
    *,
    caption: str,
    middle: float | None = 0.0,
) -> str:
    """A table whose cells are coloured by their values.

    Args:
        columns: headings of the values' columns.
        rows: heading and values of each row; None is an empty cell.
        texts: what stands in the cells, in place of the values with two digits.
        middle: the value without colour: above it good, below it bad. None: from the least (pale) to the
            greatest (strong).
    """
    values = [value for _, row in rows for value in row if value is not None]
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in columns)
    body = []
    for number, (heading, row) in enumerate(rows):
        cells = "".join(
            _heat_cell(value, texts[number][place] if texts else None, values, middle)
            for place, value in enumerate(row)
        )
        body.append(f'<tr><th scope="row">{escape(heading)}</th>{cells}</tr>')
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table class="heat">'
        f"<caption>{escape(caption)}</caption><thead><tr><td></td>{titles}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _heat_cell(value: float | None, text: str | None, values: Sequence[float], middle: float | None) -> str:
    if value is None:
        return "<td></td>"
    shown = f"{value:.2f}".replace("-", MINUS) if text is None else text
    tone, strength = _heat(value, values, middle)
    return f'<td class="{tone}" style="--heat:{strength:.0f}%">{escape(shown)}</td>'


def _heat(value: float, values: Sequence[float], middle: float | None) -> tuple[str, float]:
    """Tone and strength in percent."""
    if middle is None:
        low, high = min(values), max(values)
        return "warm", 100 * (value - low) / (high - low) if high > low else 50.0
    reach = max(abs(other - middle) for other in values)
    return ("up" if value >= middle else "down"), 100 * abs(value - middle) / reach if reach else 0.0
