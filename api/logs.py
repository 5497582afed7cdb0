"""The log of a session, from its log files."""

from typing import Any

from flask import Response

from api.blueprint import Resource, page_of
from api.downloads import download
from api.models.common import SessionPath, split
from api.models.data import LogRow, LogsAnswer, LogsQuery
from api.services import services
from schema.db import sessions
from schema.files.log import LogFilter, LogLine, LogReader

resource = Resource("logs", "Log lines")
_COLUMNS = tuple(LogRow.model_fields)


@resource.get("/sessions/<id>/logs", responses={200: LogsAnswer})
def list_logs(path: SessionPath, query: LogsQuery) -> dict[str, Any] | Response:
    """Log lines, newest first, or all of them as a download"""
    made = services()
    row = sessions.get(made.engine, path.id)
    reader = LogReader(made.home.log(row.id))
    where = _filter(query)
    if query.format:
        lines = (log_row(line, row.exchange) for line in reader.iterate(where))
        return download(lines, _COLUMNS, query.format, f"log_{row.id}_{row.exchange}")
    page = reader.page(query.offset, query.limit, query.order == "desc", where, query.before)
    return page_of(row, query, logs=[log_row(line, row.exchange) for line in page.lines], total=page.total)


def log_row(line: LogLine, exchange: str) -> dict[str, Any]:
    """A line as a `LogRow`."""
    record = line.record
    return {
        "timestamp": _number(record.get("ts")),
        "level": str(record.get("level", "info")),
        "message": str(record.get("message", "")),
        "offset": line.next_offset,
        "run": int(_number(record.get("run"))),
        "exchange": exchange,
        "data": record.get("data"),
    }


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0.0


def _filter(query: LogsQuery) -> LogFilter | None:
    levels = frozenset(split(query.level)) or None
    asked = LogFilter(levels, query.text, query.start, query.end)
    return None if asked == LogFilter() else asked
