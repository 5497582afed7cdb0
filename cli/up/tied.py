"""Runs a command that ends with its parent: `tied.py PARENT COMMAND...`.

The kernel sends SIGTERM when the parent goes, also where that was killed and could tell nobody. A program of
its own rather than code between fork and exec: nothing safe can be done there once the parent has threads. It
imports as little as possible, since it stands before every part.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def tied(command: list[str]) -> list[str]:
    """The command to start instead of this one, from the process to which it is tied."""
    return [sys.executable, "-S", "-E", __file__, str(os.getpid()), *command]


def main(parent: int, command: list[str]) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it went before the kernel was asked
        sys.exit(0)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
