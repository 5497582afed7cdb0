"""Taking note of ended children: whoever is their parent does it, the zygote or, after its death, the daemon.

The order is what matters: first the exit note, then the rest of the process group, only then the zombie is
reaped. So nobody sees the process gone before its note is there, and the group's number is not anybody
else's yet.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from schema.exits import ExitNote, Outcome, boot_id, read_exit_note, write_exit_note
from schema.home import Home


@dataclass(frozen=True)
class Launched:
    """A process that was forked for one run of a session or an agent."""

    pid: int
    start: int
    kind: str
    id: str
    run: int


def reap(home: Home, launched: Callable[[int], Launched | None]) -> list[int]:
    """Reap every child that has ended and return their PIDs; `launched` tells which is a run of ours."""
    gone = []
    while (ended := _next_ended()) is not None:
        run = launched(ended.si_pid)
        if run is not None:
            leave_note(home, run, how_it_ended(ended.si_code, ended.si_status))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)
        os.waitpid(ended.si_pid, 0)
        gone.append(ended.si_pid)
    return gone


def _next_ended() -> os.waitid_result | None:
    try:
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return None


def leave_note(home: Home, run: Launched, ending: tuple[Outcome, int | None, int | None]) -> None:
    """Write the exit note of a run that left none of its own."""
    path = home.exit_note(run.id)
    found = read_exit_note(path)
    if found is not None and found.run == run.run and found.pid == run.pid:
        return
    outcome, code, number = ending
    note = ExitNote(
        id=run.id,
        run=run.run,
        pid=run.pid,
        outcome=outcome,
        code=code,
        signal=number,
        message=f"killed by {signal_name(number)}"
        if number
        else f"ended with code {code} and did not say why",
        at=time.time(),
        boot=boot_id(),
    )
    with contextlib.suppress(OSError):  # a full disk: without a note the daemon calls it crashed
        write_exit_note(path, note)


def how_it_ended(si_code: int, si_status: int) -> tuple[Outcome, int | None, int | None]:
    """Outcome, exit code and signal from what waitid says. A code alone never means finished: that must be
    told.
    """
    if si_code == os.CLD_EXITED:
        return Outcome.ERROR, si_status, None
    return Outcome.KILLED, None, si_status


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
