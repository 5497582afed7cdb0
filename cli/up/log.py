"""One tidy log of several processes: time, name, line."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

_COLOURS = (36, 33, 35, 32, 34, 31)
OWN_NAME = "botyard"
_LONGEST_LINE = 16_384


class Log:
    """Writes lines under names. Colour where `out` is a terminal; what cannot be written is lost, not fatal.

    Args:
        names: of all processes, for the width of the column and their colours.
        clock: wall clock, Unix seconds.
    """

    def __init__(self, out: TextIO, names: list[str], clock: Callable[[], float] = time.time) -> None:
        self._out = out
        self._clock = clock
        self._width = max(len(name) for name in (*names, OWN_NAME))
        colours = dict(zip(names, _COLOURS * len(names), strict=False)) if out.isatty() else {}
        self._colours: dict[str, int] = {**colours, OWN_NAME: 1} if colours else {}

    def line(self, name: str, text: str) -> None:
        stamp = datetime.fromtimestamp(self._clock()).strftime("%H:%M:%S")
        head = f"{stamp} {name:<{self._width}} |"
        if colour := self._colours.get(name):
            head = f"\x1b[{colour}m{head}\x1b[0m"
        try:
            self._out.write(f"{head} {text}\n")
            self._out.flush()
        except (OSError, ValueError):
            pass  # the terminal is gone; the parts must still be ended in order

    def own(self, text: str) -> None:
        """A line of the runner itself."""
        self.line(OWN_NAME, text)


class Lines:
    """Cuts a stream of bytes into lines for a log."""

    def __init__(self, log: Log, name: str) -> None:
        self._log = log
        self._name = name
        self._rest = b""

    def feed(self, data: bytes) -> None:
        *whole, self._rest = (self._rest + data).split(b"\n")
        for line in whole:
            self._write(line)
        if len(self._rest) > _LONGEST_LINE:
            self.close()

    def close(self) -> None:
        """Write what has come of a line without an end."""
        if self._rest:
            self._write(self._rest)
            self._rest = b""

    def _write(self, line: bytes) -> None:
        self._log.line(self._name, line.decode(errors="replace").rstrip("\r"))
