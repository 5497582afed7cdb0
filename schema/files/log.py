"""The log of a session, `<id>.log`: JSON lines, rotated by size, addressed by an offset that only grows.

The parts: `log_lines` (bytes of a line), `log_segments` (the files of one log), `log_writer`, `log_reader`.
"""

from schema.files.log_lines import LEVELS, LogHeader, Record
from schema.files.log_reader import LogChunk, LogFilter, LogLine, LogPage, LogReader
from schema.files.log_writer import LogWriter

__all__ = [
    "LEVELS",
    "LogChunk",
    "LogFilter",
    "LogHeader",
    "LogLine",
    "LogPage",
    "LogReader",
    "LogWriter",
    "Record",
]
