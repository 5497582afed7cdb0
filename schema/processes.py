"""Processes of this machine, read from /proc. A PID alone names nobody: it comes back. PID and start time
do.
"""

import os
import signal
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ProcessStat:
    """One process as the kernel sees it.

    Attributes:
        state: one letter: R, S, D, T (stopped by a signal), Z (ended, not reaped) and others.
        group: its process group.
        start: clock ticks since boot.
        wait_status: as `os.waitpid` would give it; meaningful for a zombie only.
    """

    pid: int
    state: str
    parent: int
    group: int
    start: int
    wait_status: int


def read_stat(pid: int) -> ProcessStat | None:
    """The process with this PID, or None where there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name stands in brackets and may itself hold brackets and spaces: the last one closes it.
    rest = text.rpartition(")")[2].split()
    return ProcessStat(
        pid=pid,
        state=rest[0],
        parent=int(rest[1]),
        group=int(rest[2]),
        start=int(rest[19]),
        wait_status=int(rest[49]),
    )


def is_alive(pid: int, start: int) -> bool:
    """Whether exactly this process still runs. One that ended and waits to be reaped does not."""
    stat = read_stat(pid)
    return stat is not None and stat.start == start and stat.state not in "ZX"


def is_zombie(pid: int, start: int) -> bool:
    """Whether exactly this process has ended and waits for its parent to take note."""
    stat = read_stat(pid)
    return stat is not None and stat.start == start and stat.state in "ZX"


def kill_group(leader: int, start: int) -> bool:
    """SIGKILL to the process group of a leader that may have ended; False where nobody of it was left.

    The kernel gives a number to no new process while a group of that number lives. So a process of another
    start time under the leader's PID says that the group is gone, and that this group is somebody else's.
    """
    stat = read_stat(leader)
    if stat is not None and stat.start != start:
        return False
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def exit_in_words(code: int) -> str:
    """What became of a process, from its exit code, which is negative for a signal."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"was killed by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")


def all_pids() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]
