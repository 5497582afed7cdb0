"""Lines of a session's log: one JSON object each, behind a header line in every file.

    {"header":1,"session":"<id>","exchange":"sandbox","market":"XBTUSD","base":0}
    {"ts":1706000205.123,"level":"info","message":"...","run":1}

An offset is logical: `base` of the file plus the position in it, headers counted. It grows over rotations
and runs.
"""

import json
from dataclasses import dataclass
from typing import Any

from schema.files import exact

LEVELS = ("info", "warn", "error", "trade")
LONGEST = 64 * 1024  # bytes of a line, its end included

Record = dict[str, Any]


@dataclass(frozen=True)
class LogHeader:
    """First line of a file.

    Attributes:
        base: logical offset of the file's first byte.
        length: bytes of the header line itself.
    """

    session: str
    exchange: str
    market: str
    base: int
    length: int = 0


def encode_header(header: LogHeader) -> bytes:
    fields = {"session": header.session, "exchange": header.exchange, "market": header.market}
    return _line({"header": 1, **fields, "base": header.base})


def decode_header(line: bytes) -> LogHeader | None:
    """The header in the first line of a file, None where there is none."""
    raw = decode(line)
    if raw is None or raw.get("header") != 1 or not line.endswith(b"\n"):
        return None
    base = raw.get("base")
    if not isinstance(base, int) or base < 0:
        return None
    session, exchange, market = (str(raw.get(name, "")) for name in ("session", "exchange", "market"))
    return LogHeader(session, exchange, market, base, len(line))


def encode(ts: float, level: str, message: str, run: int, data: Any = None) -> bytes:
    """One line, never longer than LONGEST: data that do not fit are left out, a message is cut, both told.

    Never raises: what JSON does not know is written as its text.
    """
    record: Record = {"ts": round(ts, 6), "level": level, "message": message, "run": run}
    if data is not None:
        try:
            line = _line({**record, "data": data})
        except RecursionError:
            line = _line({**record, "data": "left out: it contains itself"})
        if len(line) <= LONGEST:
            return line
        record["data"] = f"left out: the line would have {len(line)} bytes"
    line = _line(record)
    return line if len(line) <= LONGEST else _cut(record, message)


def _cut(record: Record, message: str) -> bytes:
    note = f" ... (cut, it had {len(message)} characters)"
    keep = LONGEST - 1024  # room for the other fields
    while len(line := _line({**record, "message": message[:keep] + note})) > LONGEST:
        keep = keep * 3 // 4  # a character takes up to six bytes
    return line


def _line(record: Record) -> bytes:
    # A lone surrogate is written as \udcxx, which is what JSON calls it too.
    return exact.dumps(record, lenient=True).encode("utf-8", "backslashreplace") + b"\n"


def decode(line: bytes) -> Record | None:
    """The record in a line, None where the line is torn or no JSON object."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def unreadable(line: bytes) -> Record:
    """What stands for a line that cannot be read: it is shown, not passed over."""
    text = line[:200].decode("utf-8", "replace").rstrip("\n")
    return {
        "ts": 0.0,
        "level": "error",
        "message": f"unreadable log line of {len(line)} bytes: {text}",
        "run": 0,
    }
