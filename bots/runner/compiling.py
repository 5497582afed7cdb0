"""The compiled engine is compiled in a process of its own while a session goes on telling that it lives."""

import json
import os
import subprocess
import sys
from collections.abc import Callable

COMPILING = "compiling the engine, once: this takes half a minute or so, and never again for this version"
_LOOK_SECONDS = 0.2


def compile_apart(idle: Callable[[], None]) -> None:
    """Compile, calling `idle` all the while; what that raises ends the compiling too.

    Where it fails, the backtest itself compiles.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "bots", "compile"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps({"parent": os.getpid()}).encode())
            process.stdin.close()
            while not _ended(process):
                idle()
        finally:
            process.terminate()


def _ended(process: "subprocess.Popen[bytes]") -> bool:
    try:
        process.wait(_LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True
