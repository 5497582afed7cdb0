"""Whole lists as files, in constant memory: rows are read, written and forgotten a few at a time."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from flask import Response

from schema.files.exports import as_csv, as_json


def download(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], form: str, name: str) -> Response:
    """Rows as an attachment: a JSON array with all that a row has, or CSV of `columns`.

    The first rows are read before anything is sent: a file that cannot be read still gets a proper error.
    """
    pieces = as_csv(rows, columns) if form == "csv" else as_json(rows)
    pieces = chain(list(islice(pieces, 2)), pieces)
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    response = Response(pieces, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
