"""Signals as a queue: a handler only notes the signal and wakes the loop, which acts when it comes round."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

_ASKED_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Wakeup:
    """`descriptor` becomes readable at a signal of a child's end or of a wish to end."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def drain(self) -> list[signal.Signals]:
        """The wishes to end that have come since the last call."""
        try:
            numbers = os.read(self.descriptor, 4096)
        except BlockingIOError:
            return []
        return [signal.Signals(number) for number in numbers if number in _ASKED_TO_END]


@contextmanager
def signals_as_queue() -> Iterator[Wakeup]:
    """Catch the signals for the time of the block; only in the main thread.

    Wishes to end are ignored afterwards: what follows is the end.
    """
    reader, writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    for number in (*_ASKED_TO_END, signal.SIGCHLD):
        signal.signal(number, lambda _number, _frame: None)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        yield Wakeup(reader)
    finally:
        for number in _ASKED_TO_END:
            signal.signal(number, signal.SIG_IGN)
        signal.set_wakeup_fd(-1)
        os.close(reader)
        os.close(writer)
