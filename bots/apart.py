"""Work in a short-lived copy of this process, whose memory goes with it.

A session shares most of its memory with the warm process that it was forked from, page by page, until it
writes to one; and Python writes to whatever it looks at. What is done seldom and touches much (a full set of
figures: 1.3 MB) would so cost every session for its life. Done in a copy, it costs a few milliseconds.
"""

import ctypes
import os
import select
import signal
import traceback
import warnings
from collections.abc import Callable

from setproctitle import setproctitle

_PR_SET_PDEATHSIG = 1
_UNKNOWN = 255  # an exit code that is no errno


def apart(title: str, work: Callable[[], None], seconds: float = 10.0) -> None:
    """Do `work` in a copy of this process and wait for it; the copy ends with this process.

    Raises:
        OSError: that of the work; TimeoutError where it takes longer than `seconds`, and InterruptedError
            where it failed in another way, which it has told on stderr.
    """
    parent = os.getpid()
    with warnings.catch_warnings():
        # Threads do not come along; the work is of one thread and takes no lock that another could hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        copy = os.fork()
    if copy == 0:
        os._exit(_work(title, work, parent))
    _await(copy, seconds)


def _work(title: str, work: Callable[[], None], parent: int) -> int:
    """The exit code: 0, an errno, or that nobody knows."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            return 0  # it died in between
        setproctitle(title)
        work()
        return 0
    except OSError as error:
        return error.errno or _UNKNOWN
    except BaseException:
        traceback.print_exc()
        return _UNKNOWN


def _await(copy: int, seconds: float) -> None:
    descriptor = os.pidfd_open(copy)
    try:
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        is_late = not waiting.poll(seconds * 1000)
        if is_late:
            os.kill(copy, signal.SIGKILL)
    finally:
        os.close(descriptor)
    code = os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
    if is_late:
        raise TimeoutError(f"no end after {seconds:g} s")
    if code == _UNKNOWN or code < 0:
        raise InterruptedError("it failed; standard error tells why")
    if code:
        raise OSError(code, os.strerror(code))
