"""The benchmark's side of a worker (`peers.serve`)."""

import json
import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

_PEERS = Path(__file__).with_name("peers")
_ROOT = Path(__file__).resolve().parents[2]
_END_SECONDS = 20.0

_LIBRARIES = ("OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON")
SINGLE = {f"{library}_NUM_THREADS": "1" for library in _LIBRARIES}
"""One thread for each engine: they are compared, not the cores."""


class WorkerFailed(RuntimeError):
    """An engine's program ended; carries the end of what it said."""


@dataclass(frozen=True)
class Timing:
    """Seconds of the stages of one run."""

    stages: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.stages.values())


class Worker:
    """One engine in a process of its own, with the candles loaded. Leave the context to end it.

    Raises:
        WorkerFailed: here and from `run`, where the program does not start or ends.
    """

    def __init__(self, python: Path, script: str, folder: Path, threads: dict[str, str] = SINGLE) -> None:
        self.name = script
        self._log = (folder / f"{script}.log").open("w+")
        self._process = subprocess.Popen(
            [str(python), str(_PEERS / f"{script}.py"), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=folder,
            env={**os.environ, **threads, "BOTYARD_ROOT": str(_ROOT)},
        )
        self.versions: dict[str, str] = self._answer()["versions"]

    def run(self, task: str, save: Path | None = None) -> Timing:
        """Do the task once; the records for the check go to `save` (.npz)."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # the answer tells
            request = {"task": task, "save": None if save is None else str(save)}
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        return Timing(self._answer()["stages"])

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait(_END_SECONDS)
            self._log.seek(0)
            raise WorkerFailed(f"{self.name}: {self._log.read()[-2000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
