"""Which files a session has, and keeping those of an earlier run by its number.

trades_<id>.json -> trades_<id>.run3.json, <id>.log.1 -> <id>.run3.log.1, <id>.equity -> <id>.run3.equity ...
"""

import re
from pathlib import Path

from schema.files.atomic import sync_folder, write_atomic
from schema.files.log_lines import LogHeader, encode_header
from schema.files.log_reader import LogReader
from schema.files.trade_index import index_path
from schema.home import Home

_RUN = re.compile(r"\.run(\d+)(?:\.|$)")


def run_path(path: Path, run: int) -> Path:
    """Where a file lies once it belongs to an earlier run: the run goes before the first extension."""
    stem, dot, extension = path.name.partition(".")
    return path.with_name(f"{stem}.run{run}{dot}{extension}")


def archive_run(home: Home, session: str, run: int) -> list[Path]:
    """Move the files of a session's last run, which was number `run`, out of the way of the next one.

    The log's offsets go on: the new log begins where the old one ended, so that a stream that resumes is told
    what went, and never gets lines of one run as those of another. Stray output (<id>.out) stays: the process
    that calls this is writing there. Returns the new paths. A second call does nothing.

    Raises:
        OSError: nothing is overwritten; what was moved stays moved, and the call may be repeated.
    """
    log = LogReader(home.log(session))
    header, end = log.header(), log.end_offset()
    moved = [_move(path, run_path(path, run)) for path in _current(home, session)]
    if header is not None:
        names = (header.session, header.exchange, header.market)
        write_atomic(home.log(session), encode_header(LogHeader(*names, end)))
    if moved:
        sync_folder(home.sessions)
    return moved


def _move(old: Path, new: Path) -> Path:
    number = 0
    target = new
    while target.exists():  # a run that was archived before and went on: keep both
        number += 1
        target = new.with_name(f"{new.name}.{number}.kept")
    return old.rename(target)


def _current(home: Home, session: str) -> list[Path]:
    """Files of the last run that exist; of a log that holds no line yet there is nothing to keep."""
    log = home.log(session)
    names = [home.trades(session), index_path(home.trades(session)), home.equity(session)]
    names += [home.metrics(session), home.snapshot(session)]
    if LogReader(log).tail(1).lines:
        names += [log, *sorted(home.sessions.glob(f"{session}.log.[0-9]*"))]
    return [path for path in names if path.exists()]


def kept_runs(home: Home, session: str) -> list[int]:
    """Numbers of the earlier runs whose files are kept, ascending."""
    files = [*home.sessions.glob(f"{session}.run*"), *home.sessions.glob(f"trades_{session}.run*")]
    found = (_RUN.search(path.name) for path in files)
    return sorted({int(match[1]) for match in found if match})
