"""The compiled backtest engine is compiled while nobody waits for it, beside the parts of `botyard up`.

It is no part: it ends by itself, at once where there is nothing to do, and nothing depends on it.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import IO

from cli.up.tied import tied

_LOWEST = 19


def compile_in_background(environment: Mapping[str, str], tell: Callable[[str], None]) -> None:
    """Start compiling, on processors that are idle, in a process that ends with this one.

    Call it in the main thread: the process is tied to the thread that starts it.
    """
    process = subprocess.Popen(
        tied([sys.executable, "-m", "bots", "compile"]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    process.returncode = 0  # the runner reaps it, as it does everything
    with contextlib.suppress(OSError):  # it has ended, or the kernel does not know the policy
        os.setpriority(os.PRIO_PROCESS, process.pid, _LOWEST)
        os.sched_setscheduler(process.pid, os.SCHED_IDLE, os.sched_param(0))
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(BrokenPipeError), process.stdin as request:
        request.write(b"{}")
    threading.Thread(target=_follow, args=(process.stdout, tell), daemon=True).start()


def _follow(lines: IO[bytes], tell: Callable[[str], None]) -> None:
    has_compiled = False
    for line in lines:
        message = json.loads(line)
        if message["type"] == "log":
            has_compiled = True
            tell(f"in the background: {message['message']}")
        elif message["type"] == "result" and has_compiled:
            tell("the engine is compiled" if message["compiled"] else "the engine could not be compiled")
