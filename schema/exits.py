"""How a process of ours ended: exit codes, and the note that tells it where a code cannot.

The note is written by the child itself or, for one that could not (SIGKILL), by the zygote from the wait
status.
"""

import json
from dataclasses import asdict, dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

from schema.files.atomic import write_json


class ExitCode(IntEnum):
    FINISHED = 0
    BAD_SPEC = 64  # the specification is wrong: never retried
    OWN_ERROR = 70  # an error of the bot's own
    OUTSIDE = (
        75  # trouble outside, such as an exchange that does not answer: retried where the policy says so
    )


class Outcome(StrEnum):
    FINISHED = "finished"
    TERMINATED = "terminated"
    ERROR = "error"
    KILLED = "killed"


@dataclass(frozen=True)
class ExitNote:
    """One ended run.

    Attributes:
        id: session id or agent name.
        run: which run of it ended; an older run's note says nothing about a newer one.
        outcome: what happened; only `finished` completes a session.
        code: exit code, None where a signal ended the process.
        signal: number of that signal.
        at: wall clock, Unix seconds.
        boot: `boot_id()` of the machine's life in which it ended.
    """

    id: str
    run: int
    pid: int
    outcome: Outcome
    code: int | None = None
    signal: int | None = None
    message: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    at: float = 0.0
    boot: str = ""


def write_exit_note(path: Path, note: ExitNote) -> None:
    """Write the note so that a reader sees all of it or none."""
    write_json(path, asdict(note))


def read_exit_note(path: Path) -> ExitNote | None:
    """The note at `path`, or None where there is none or it is unreadable (then nothing is known, as
    without one).
    """
    try:
        raw = json.loads(path.read_text())
        return ExitNote(**{**raw, "outcome": Outcome(raw["outcome"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def boot_id() -> str:
    """Names this life of the machine: the kernel's boot id and the start time of PID 1 (which differs per
    container).
    """
    kernel = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{kernel}:{process_start_time(1)}"


def process_start_time(pid: int) -> int:
    """Start of a process in clock ticks since boot; with the PID it names a process for good.

    Raises:
        ProcessLookupError: there is no such process.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        raise ProcessLookupError(pid) from None
    return int(stat.rpartition(")")[2].split()[19])
