"""The Procfile: the long-lived processes of Botyard, one `name: command` a line."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(.+)")


class ProcfileError(ValueError):
    """The Procfile cannot be understood; the text names file and line."""


@dataclass(frozen=True)
class Entry:
    """One process: its name and the words of its command, which no shell sees."""

    name: str
    command: tuple[str, ...]


def read_procfile(path: Path) -> list[Entry]:
    """The processes in the order of the file.

    Raises:
        ProcfileError: no such file, a line that is no `name: command`, a name twice, no process at all.
    """
    try:
        text = path.read_text()
    except OSError as error:
        raise ProcfileError(f"{path} cannot be read: {error.strerror}") from None
    entries: dict[str, Entry] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            entry = _entry(line.strip())
        except ValueError as error:
            raise ProcfileError(f"{path}, line {number}: {error}") from None
        if entry.name in entries:
            raise ProcfileError(f"{path}, line {number}: there is a process {entry.name!r} already")
        entries[entry.name] = entry
    if not entries:
        raise ProcfileError(f"{path} names no process")
    return list(entries.values())


def _entry(line: str) -> Entry:
    found = _LINE.fullmatch(line)
    if not found:
        raise ValueError(f"{line!r} is no 'name: command'")
    return Entry(found[1], tuple(shlex.split(found[2])))
