"""`python -m bots compile`: the kernels of the compiled backtest, ahead of whoever needs them."""

import ctypes
import os
import signal
from typing import Any

from bots.core.compiled import warm
from bots.core.compiled.place import folder_for_kernels
from bots.runner.compiling import COMPILING
from bots.tasks import say

_PR_SET_PDEATHSIG = 1


def compile_engine(request: dict[str, Any]) -> dict[str, Any]:
    """Compile where that has not been done.

    `request`: `look`, only say whether it is done; `parent`, the process without which this one ends.
    Gives `compiled`, whether a compiled backtest can start at once, and `folder`, where it is kept, or None.
    """
    if parent := request.get("parent"):
        _end_with(parent)
    if not request.get("look") and not warm.is_warm():
        say({"type": "log", "level": "info", "message": COMPILING})
        warm.warm()
    folder = folder_for_kernels()
    return {"compiled": warm.is_warm(), "folder": None if folder is None else str(folder)}


def _end_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it went before the kernel was asked
        raise SystemExit(0)
