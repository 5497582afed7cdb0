"""Whole programs from the shell: wall time and peak memory, children included."""

import os
import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.plain_child import proportional_memory

_SAMPLE_SECONDS = 0.02
_LONGEST = 600.0


class ProgramFailed(RuntimeError):
    """A program ended with an error; carries the end of what it said."""


@dataclass(frozen=True)
class Whole:
    """What a program took: seconds, bytes resident at the worst moment, and what it printed.

    Memory is the larger of two figures: the sum over all its processes, sampled fifty times a second (a page
    that several share counts once: PSS), and the kernel's own record of the largest of them (RSS).
    """

    seconds: float
    memory: int
    output: str


def run(
    command: Sequence[str | Path],
    *,
    environment: dict[str, str] | None = None,
    stdin: Path | None = None,
    output: Path,
) -> Whole:
    """Run a program to its end; it writes to `output`.

    Raises:
        ProgramFailed.
    """
    with (stdin or Path(os.devnull)).open("rb") as given, output.open("wb") as said:
        begin = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=given,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
        sampler = _Sampler(process.pid)
        # Only the kernel's answer to wait4 tells the peak.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        sampled = sampler.stop()
    text = output.read_text(errors="replace")
    if process.returncode != 0:
        raise ProgramFailed(f"{command[0]} ended with {process.returncode}: {text[-2000:]}")
    # The kernel's record begins before the program does, as a copy of this process.
    recorded = usage.ru_maxrss if usage.ru_maxrss > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss else 0
    return Whole(seconds, max(sampled, recorded * 1024), text)


def run_together(commands: Sequence[Sequence[str | Path]], stdin: Path, outputs: Sequence[Path]) -> Whole:
    """Several programs at once: seconds until the last has ended, memory of all.

    Raises:
        ProgramFailed.
    """
    done: list[Whole] = []
    failed: list[Exception] = []

    def one(command: Sequence[str | Path], output: Path) -> None:
        try:
            done.append(run(command, stdin=stdin, output=output))
        except Exception as error:
            failed.append(error)

    begin = time.perf_counter()
    threads = [
        threading.Thread(target=one, args=(command, output))
        for command, output in zip(commands, outputs, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    seconds = time.perf_counter() - begin
    return Whole(seconds, sum(each.memory for each in done), "".join(each.output for each in done))


class _Sampler:
    """Looks at a process and its descendants until told to stop."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._ended.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            with suppress(psutil.Error):
                total = 0
                for process in (self._root, *self._root.children(recursive=True)):
                    with suppress(psutil.Error, OSError, RuntimeError):
                        total += proportional_memory(process.pid)
                self._peak = max(self._peak, total)
